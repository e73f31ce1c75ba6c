"""Filing: grade, route, set the clocks, tell the owner's people; all of it or nothing.

The category is read fresh, so that one switched off while the form was open is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, Func, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor, ActorKind
from core.crypto import encrypt
from core.errors import Conflict, Invalid
from core.insertion import insert_rows
from core.models import Notification
from core.prepared import PreparedQuery
from incidents.callers import caller_mark
from incidents.lookup import digest_of, new_code
from incidents.models import Category, Incident
from incidents.models.photos import PhotoPurpose
from incidents.policies import Standing, acting_unit_id, filing_standing
from incidents.recipients import officers_of, people_at
from incidents.rules.channels import channel_fits
from incidents.rules.routing import Problem
from incidents.rules.vocabulary import Level, State, Verb
from incidents.rules.workflow import Facts, Refusal, check_move
from incidents.services.accused import accused_unit, check_settled
from incidents.services.birth import Birth, write_dispatched, write_reported, write_unowned
from incidents.services.intake import Filed, Report, clean_report
from incidents.services.judging import Judged, judge, owner_at
from incidents.services.moves import incident_perform
from incidents.services.photos import photos_attach, prepare_photos
from incidents.services.places import Place, place_of
from incidents.services.refusals import refused
from incidents.services.reveal import NAME_FIELD, PHONE_FIELD
from incidents.services.rulebook import own_limits, rulebook
from incidents.services.telling import messages_to, report_problems, seen_only


class _Keys(NamedTuple):
    """What the sequences gave the incident; a report that is refused leaves a gap in them."""

    pk: int
    serial: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is known about a report before anything is written."""

    report: Report
    category: Category
    keys: _Keys
    place: Place
    at: datetime


def incident_file(*, actor: Actor, report: Report) -> Filed:
    """File one report and dispatch it to its first owner; the same client_key again files nothing new.

    Raises Invalid naming the field, Denied when the person may not report or may not settle on the spot,
    Conflict("key_taken" or "external_number_taken") for a known key or number with other content.
    Four queries for a grid whose workers own it. Source: R-11, R-21, R-30, R-100.
    """
    cleaned = clean_report(report)
    known = _filed_before(actor, cleaned)
    if known is not None:
        return known
    prepared = prepare_photos(cleaned.photos)
    try:
        with transaction.atomic():
            filed = _file(actor, cleaned)
            photos_attach(
                actor=actor, incident=filed.incident, prepared=prepared, purpose=PhotoPurpose.REPORT
            )
            return filed
    except IntegrityError:
        # Two sendings of one form at the same moment: the other one won.
        known = _filed_before(actor, cleaned)
        if known is None:
            raise
        return known


def _file(actor: Actor, report: Report) -> Filed:
    category, keys = _category(report.category_code)
    place = place_of(actor, report)
    standing = filing_standing(actor)
    _check_filing(standing)
    accused = accused_unit(report.accused_id)
    _check_channel(standing, report)
    ground = _Ground(report, category, keys, place, clock.now())
    book = rulebook()
    judged = judge(
        report,
        category,
        place,
        has_workers=bool(place.worker_ids),
        book=book,
        on=clock.today(),
        accused=accused,
    )
    withheld = category.is_secret or accused is not None
    for_resident = actor.kind is ActorKind.RESIDENT or report.for_caller
    code = new_code(report.client_key) if for_resident or withheld else ""
    incident = _new_incident(actor, ground, judged, code)
    incident.rule_set = book.rule_set
    birth = Birth(actor, incident, judged, acting_unit_id(standing, incident), ground.at)
    if report.settled_note:
        check_settled(incident)
        incident.first_unit = incident.community or judged.owner
        write_unowned(birth)
        given = {"note": report.settled_note, "photos": len(report.photos)}
        incident = incident_perform(actor=actor, incident_id=incident.pk, verb=Verb.SELF_HANDLE, given=given)
    else:
        messages = _messages(actor, incident, ground, judged)
        # Source: R-77. A dispatcher accepts it first where the rule says so.
        write = write_reported if judged.route.needs_acceptance else write_dispatched
        write(birth, book=book, messages=[] if withheld else messages)
        if withheld:  # who sees it can be asked only once it is there
            insert_rows(once=[seen_only(incident, messages)])
    report_problems([*judged.route.problems, *_broken(category)])
    return Filed(incident, code)


def _filed_before(actor: Actor, report: Report) -> Filed | None:
    """Return what the key or the other system's number stands for already; no query without either."""
    known = Incident.objects.select_related("category")
    incident: Incident | None = None
    code, message = "key_taken", _("This key has already been used for another report.")
    if report.client_key is not None:
        incident = known.filter(client_key=report.client_key).first()
    if incident is None and report.external_number:
        code = "external_number_taken"
        message = _("This number of the other system has been filed already, with other content.")
        incident = known.filter(
            external_number=report.external_number, external_system=report.external_system
        ).first()
    if incident is None:
        return None
    if report.content_mark and incident.content_mark not in ("", report.content_mark):
        raise Conflict(code, message, field="external_number" if code != "key_taken" else None)
    return Filed(incident, _code_again(actor, report, incident), is_new=False)


def _code_again(actor: Actor, report: Report, incident: Incident) -> str:
    """Return the code once more to the form that filed it, whose answer may have been lost."""
    if report.client_key is None or report.client_key != incident.client_key:
        return ""
    is_theirs = actor.kind is ActorKind.RESIDENT or incident.first_contact_id == actor.user_id
    return new_code(report.client_key) if incident.lookup_digest and is_theirs else ""


_NAMES = tuple(field.attname for field in Category._meta.concrete_fields)


def _with_keys(code: str) -> QuerySet[Any, Any]:
    """Return the category with the keys of one new incident; the sequences move only where it is found."""
    return (
        Category.objects.filter(code=code)
        .order_by()
        .values_list(*_NAMES, _next("incidents_incident_id_seq"), _next("incident_number_seq"))
    )


def _next(sequence: str) -> Func:
    return Func(Value(sequence), function="nextval", output_field=BigIntegerField())


_CATEGORY = PreparedQuery(_with_keys, str)


def _category(code: str) -> tuple[Category, _Keys]:
    rows = _CATEGORY.rows(code)
    if not rows:
        raise Invalid(
            "category_unknown", _("Please choose what it is about from the list."), field="category"
        )
    *values, pk, serial = rows[0]
    category = Category.from_db(connection.alias, _NAMES, values)
    if not category.is_active:
        raise Invalid(
            "category_inactive",
            _("“%(category)s” is no longer in use. Please choose another category."),
            field="category",
            params={"category": category.name},
        )
    return category, _Keys(pk, serial)


def _check_filing(standing: Standing) -> None:
    # Whether category and place are there has been said already, with better words than the table's.
    facts = Facts(
        parties=standing.parties,
        permissions=standing.permissions,
        given=frozenset({"category", "place", "channel"}),
    )
    row = check_move(None, Verb.FILE, facts)
    if isinstance(row, Refusal):
        raise refused(row)


def _check_channel(standing: Standing, report: Report) -> None:
    """Refuse a channel that whoever files cannot have. Source: R-98."""
    if not channel_fits(report.channel, standing.parties):
        raise Invalid(
            "channel_not_yours",
            _("A report of yours cannot have come in this way. Please choose how it came in."),
            field="channel",
        )


def _new_incident(actor: Actor, ground: _Ground, judged: Judged, code: str) -> Incident:
    report, place = ground.report, ground.place
    kept = report.keeps_position or not report.anonymous
    return Incident(
        pk=ground.keys.pk,
        number=_number(ground),
        category=ground.category,
        description=report.description,
        address=report.address,
        longitude=report.longitude if kept else None,
        latitude=report.latitude if kept else None,
        grid=place.grid,
        building=place.building,
        community=place.community,
        street=place.street,
        state=State.REPORTED,
        colour=judged.grade.colour,
        colour_rank=judged.grade.colour.rank,
        importance=report.importance,
        urgency=report.urgency,
        people_count=report.people_count,
        casualties=report.casualties > 0,
        in_danger="danger" in report.flags,
        owner_level=judged.level,
        owner_organization=judged.owner,
        lead_department=judged.lead,
        routing_rule_id=judged.rule_id,
        channel=report.channel,
        reporter_id=actor.user_id,
        reporter_name_sealed=encrypt(report.reporter_name, field=NAME_FIELD),
        reporter_phone_sealed=encrypt(report.reporter_phone, field=PHONE_FIELD),
        lookup_digest=digest_of(code) if code else "",
        is_anonymous=report.anonymous,
        is_secret=ground.category.is_secret,
        accused_organization_id=report.accused_id,
        first_contact_id=actor.user_id,
        first_unit=judged.owner,
        caller_mark=caller_mark(report.reporter_phone),
        origin_note=report.origin_note,
        external_system=report.external_system,
        external_number=report.external_number,
        content_mark=report.content_mark,
        client_key=report.client_key,
        reported_at=ground.at,
        due_at=ground.at,
        first_due_at=ground.at,
    )


def _number(ground: _Ground) -> str:
    return f"{timezone.localtime(ground.at):%y%m%d}{ground.keys.serial % 1_000_000:06d}"


def _messages(actor: Actor, incident: Incident, ground: _Ground, judged: Judged) -> list[Notification]:
    """Return what tells the owner's people, the informed levels, and departments the rule calls at once."""
    owners = _people(incident, judged.level, judged, ground)
    informed: set[int] = set()
    for level in judged.route.informed:
        informed |= _people(incident, level, judged, ground)
    if judged.route.engage:
        informed |= officers_of(unit.pk for unit in (judged.lead, *judged.supporters) if unit is not None)
    kind = "incident_to_accept" if judged.route.needs_acceptance else "incident_assigned"
    return [
        *messages_to(incident, kind, owners, actor=actor),
        *messages_to(incident, "incident_filed_near", informed, actor=actor),
    ]


def _people(incident: Incident, level: Level, judged: Judged, ground: _Ground) -> frozenset[int]:
    if level is Level.GRID:
        return ground.place.worker_ids
    unit = owner_at(level, ground.place, judged.lead)
    return people_at(incident, level, (unit or incident.owner_organization).pk)


def _broken(category: Category) -> list[Problem]:
    return [Problem(None, why) for _code, why in own_limits(category)[1]]
