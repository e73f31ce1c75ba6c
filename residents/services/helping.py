"""One helper and one unit for a person, and being in touch. Source: R-245 to R-247."""

from datetime import date, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor, ActorKind
from core.errors import Conflict, Invalid, Missing
from core.text import clean_text
from organizations.choices import OrganizationKind
from organizations.models import Membership, Organization
from residents.choices import LifeState, ResidentVerb
from residents.models import CareAssignment, ContactKind, ContactLog, HelpEnd, Person
from residents.policies import MANAGE_CARE, find_person, require_at
from residents.sealing import seal_contact
from residents.services.history import note
from residents.services.tags import check_living
from residents.wording import NOT_YOURS

logger = structlog.get_logger(__name__)
LONGEST = 500
MOST_DAYS = 180
BY_HAND = (HelpEnd.NO_LONGER, HelpEnd.DECLINED)


def helper_set(
    *,
    actor: Actor,
    person_id: int,
    helper_id: int,
    unit_id: int,
    contact_days: int,
    replacing: int | None = None,
) -> CareAssignment:
    """Give a person a helper and a unit; those of before end in the same transaction.

    `replacing` is the assignment the actor saw, None where there was none. Raises Missing, Denied, Invalid
    for the helper, the unit or the days, and Conflict("changed_meanwhile") where another holds by now.
    Locks the person.
    """
    today = clock.today()
    if not 1 <= contact_days <= MOST_DAYS:
        raise Invalid("days_range", _("Give a number of days from 1 to 180."), field="contact_days")
    with transaction.atomic():
        person = find_person(actor, person_id, permission=MANAGE_CARE, lock=True)
        check_living(person)
        _check_helper(helper_id, today)
        _check_unit(unit_id)
        before = _open_of(person)
        if (before.pk if before else None) != replacing:
            raise Conflict("changed_meanwhile", _("Somebody has set a helper meanwhile. Look again."))
        if before is not None:
            _finish(before, HelpEnd.CHANGED)
        made = CareAssignment.objects.create(
            person=person,
            helper_id=helper_id,
            unit_id=unit_id,
            contact_days=contact_days,
            valid_from=today,
            next_due_on=today + timedelta(days=contact_days),
        )
        note(actor, ResidentVerb.HELPER_SET, effective_on=today, person=person, assignment=made.pk)
    logger.info("helper set", assignment_id=made.pk, actor_id=actor.user_id)
    return made


def helper_end(*, actor: Actor, assignment_id: int, reason: str) -> CareAssignment:
    """End the help of a helper and a unit; raises Missing, Denied, Invalid and Conflict("help_ended")."""
    if reason not in BY_HAND:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field="reason")
    with transaction.atomic():
        assignment = _find(actor, assignment_id)
        require_at(actor, MANAGE_CARE, assignment.person)
        _finish(assignment, HelpEnd(reason))
        note(actor, ResidentVerb.HELPER_ENDED, effective_on=clock.today(), person=assignment.person)
    logger.info("help ended", assignment_id=assignment.pk, actor_id=actor.user_id)
    return assignment


def contact_log(*, actor: Actor, assignment_id: int, on: date, kind: str, note_text: str = "") -> ContactLog:
    """Write down that somebody was in touch; the next one is due so many days after the latest.

    For the helper, officers of the unit and who manages care there. Raises Missing, Denied, Invalid for the
    day, the kind or the text, and Conflict("help_ended").
    """
    today = clock.today()
    if kind not in ContactKind.values:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field="kind")
    text = clean_text(note_text, field="note_text", longest=LONGEST)
    with transaction.atomic():
        assignment = _find(actor, assignment_id)
        if not _is_theirs(actor, assignment):
            require_at(actor, MANAGE_CARE, assignment.person)
        if not assignment.valid_from <= on <= today:
            raise Invalid(
                "day_range", _("Give a day from the beginning of the help until today."), field="on"
            )
        made = ContactLog.objects.create(
            person=assignment.person,
            assignment=assignment,
            on=on,
            kind=kind,
            note_sealed=seal_contact(text),
            by_id=actor.user_id,
            at=clock.now(),
        )
        assignment.last_contact_on = max(assignment.last_contact_on or on, on)
        assignment.next_due_on = assignment.last_contact_on + timedelta(days=assignment.contact_days)
        assignment.save()
    logger.info("contact logged", assignment_id=assignment.pk, actor_id=actor.user_id)
    return made


def help_close(*, actor: Actor) -> int:
    """End the help of people who died or left; returns how many. Harmless to repeat."""
    gone = CareAssignment.objects.open().exclude(person__state=LifeState.LIVING).order_by("pk")
    ended = 0
    for pk in list(gone.values_list("pk", flat=True)):
        with transaction.atomic():
            rows = CareAssignment.objects.open().select_related("person")
            assignment = rows.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
            if assignment is not None:
                _finish(assignment, HelpEnd.LEFT)
                note(actor, ResidentVerb.HELPER_ENDED, effective_on=clock.today(), person=assignment.person)
                ended += 1
    logger.info("help closed", count=ended)
    return ended


def _find(actor: Actor, assignment_id: int) -> CareAssignment:
    """Return the assignment, locked, with its person; raises Missing and Conflict("help_ended")."""
    rows = CareAssignment.objects.all()
    if actor.kind is not ActorKind.SYSTEM:
        rows = rows.visible_to(actor.user) if actor.user else rows.none()
    rows = rows.select_related("person").select_for_update(of=("self",), no_key=True)
    found: CareAssignment | None = rows.filter(pk=assignment_id).first()
    if found is None:
        raise Missing("assignment_missing", NOT_YOURS)
    if found.valid_to is not None:
        raise Conflict("help_ended", _("Others help by now, or nobody."))
    return found


def _is_theirs(actor: Actor, assignment: CareAssignment) -> bool:
    return actor.user is not None and CareAssignment.objects.of(actor.user).filter(pk=assignment.pk).exists()


def _open_of(person: Person) -> CareAssignment | None:
    rows = CareAssignment.objects.open().select_for_update(of=("self",), no_key=True)
    found: CareAssignment | None = rows.filter(person=person).first()
    return found


def _finish(assignment: CareAssignment, reason: HelpEnd) -> None:
    assignment.valid_to, assignment.end_reason = clock.today(), reason
    assignment.save()


def _check_helper(helper_id: int, today: date) -> None:
    posts = Membership.objects.valid_on(today).filter(user_id=helper_id, user__is_active=True)
    if not posts.exists():
        raise Invalid("helper_missing", _("Choose somebody who holds a post today."), field="helper")


def _check_unit(unit_id: int) -> None:
    kinds = (OrganizationKind.DEPARTMENT, OrganizationKind.UNIT)
    if not Organization.objects.open().filter(pk=unit_id, kind__in=kinds).exists():
        raise Invalid("unit_missing", _("Choose a department or a unit."), field="unit")
