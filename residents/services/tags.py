"""Giving, reviewing, showing and ending care tags. Source: R-240 to R-243."""

from dataclasses import asdict
from datetime import date
from functools import partial

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Denied, Invalid, Missing
from core.looks import clean_purpose, log_looks
from core.text import clean_text
from residents.choices import LifeState, ResidentVerb
from residents.models import CareTagKind, Person, PersonTag, TagEnd
from residents.policies import MANAGE_CARE, find_person, require_at
from residents.querysets import SENSITIVE
from residents.rules.terms import Term, term_from
from residents.sealing import open_tag, seal_tag
from residents.services.history import note
from residents.wording import NOT_YOURS

logger = structlog.get_logger(__name__)
LONGEST = 200
SUBJECT = "person"
FIELD = "sensitive_tag"
BY_HAND = (TagEnd.NO_LONGER, TagEnd.MISTAKEN, TagEnd.WITHDRAWN)


def tag_give(
    *,
    actor: Actor,
    person_id: int,
    kind_id: int,
    purpose: str = "",
    note_text: str = "",
    until: date | None = None,
) -> PersonTag:
    """Give a person a tag until a day, by default as long as its kind allows.

    Without a purpose that of the kind holds. Raises Missing, Denied, Invalid for the kind, the day or a text,
    and Conflict("tag_there") where the person has the tag. Locks the person.
    """
    today = clock.today()
    why = clean_text(purpose, field="purpose", longest=LONGEST)
    more = clean_text(note_text, field="note", longest=LONGEST)
    with transaction.atomic():
        person = find_person(actor, person_id, permission=MANAGE_CARE, lock=True)
        kind = CareTagKind.objects.filter(pk=kind_id, is_offered=True).first()
        if kind is None:
            raise Invalid("kind_missing", _("Please choose from the list."), field="kind")
        _check_sensitive(actor, kind, person)
        check_living(person)
        term = _term(kind, today, until)
        sealed = seal_tag(kind.code, why or kind.purpose, more)
        if PersonTag.objects.open().filter(person=person, kind_mark=sealed.kind_mark).exists():
            raise Conflict("tag_there", _("The person has this tag already. Review it instead."))
        tag = PersonTag.objects.create(
            person=person, given_by_id=actor.user_id, valid_from=today, **asdict(sealed), **asdict(term)
        )
        _note(actor, ResidentVerb.TAG_GIVEN, kind, person)
    logger.info("tag given", tag_id=tag.pk, actor_id=actor.user_id)
    return tag


def tag_review(*, actor: Actor, tag_id: int, until: date | None = None) -> PersonTag:
    """Say that a tag still applies, until a day; by default as long as its kind allows from today.

    Raises Missing, Denied, Invalid for the day and Conflict("tag_ended").
    """
    today = clock.today()
    with transaction.atomic():
        tag, kind = _find(actor, tag_id)
        term = _term(kind, today, until)
        tag.expires_on, tag.review_on = term.expires_on, term.review_on
        tag.reviewed_on, tag.reviewed_by_id = today, actor.user_id
        tag.save()
        _note(actor, ResidentVerb.TAG_REVIEWED, kind, tag.person)
    logger.info("tag reviewed", tag_id=tag.pk, actor_id=actor.user_id)
    return tag


def tag_end(*, actor: Actor, tag_id: int, reason: str) -> PersonTag:
    """End a tag; its row stays. Raises Missing, Denied, Invalid for the reason and Conflict("tag_ended")."""
    if reason not in BY_HAND:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field="reason")
    with transaction.atomic():
        tag, kind = _find(actor, tag_id)
        _end(actor, tag, kind, TagEnd(reason))
    logger.info("tag ended", tag_id=tag.pk, actor_id=actor.user_id)
    return tag


def tags_show(*, actor: Actor, person_id: int, purpose: str) -> list[PersonTag]:
    """Return the sensitive tags a person has now and log the look; a refused one too. Source: R-243.

    Raises Missing, Denied("not_permitted") and Invalid("purpose_missing").
    """
    if actor.user_id is None or actor.user is None:
        raise Denied("not_permitted", _("Only somebody with an account may see sensitive tags."))
    why = clean_purpose(purpose)
    log = partial(
        log_looks,
        actor.user_id,
        subject_type=SUBJECT,
        subject_ids=[person_id],
        fields=[FIELD],
        purpose=why,
    )
    try:
        with transaction.atomic():
            person = find_person(actor, person_id, permission=SENSITIVE)
            tags = list(PersonTag.objects.visible_to(actor.user).sensitive().open().filter(person=person))
            log()
            return tags
    except (Missing, Denied):
        if Person.objects.filter(pk=person_id).exists():
            log(refused=True)
        raise


def tags_close(*, actor: Actor) -> int:
    """End tags that have expired, and those of people who died or left; returns how many. Harmless to repeat.

    Each in a transaction of its own, so that one that somebody else changes holds up no other.
    """
    today, ended = clock.today(), 0
    expired = PersonTag.objects.open().filter(expires_on__lt=today).values_list("pk", flat=True)
    gone = PersonTag.objects.open().exclude(person__state=LifeState.LIVING).values_list("pk", flat=True)
    for ids, reason in ((expired, TagEnd.EXPIRED), (gone, TagEnd.LEFT)):
        ended += sum(_close(actor, pk, reason, today) for pk in list(ids.order_by("pk")))
    logger.info("tags closed", count=ended)
    return ended


def _close(actor: Actor, tag_id: int, reason: TagEnd, today: date) -> bool:
    with transaction.atomic():
        tag = _locked(tag_id)
        if tag is None or tag.ended_on is not None:
            return False
        if reason == TagEnd.EXPIRED and tag.expires_on >= today:
            return False
        _end(actor, tag, _kind_of(tag), reason)
    return True


def _end(actor: Actor, tag: PersonTag, kind: CareTagKind, reason: TagEnd) -> None:
    tag.ended_on, tag.end_reason, tag.ended_by_id = clock.today(), reason, actor.user_id
    tag.save()
    _note(actor, ResidentVerb.TAG_ENDED, kind, tag.person)


def _note(actor: Actor, verb: ResidentVerb, kind: CareTagKind, person: Person) -> None:
    """Write the event of an ordinary tag, without its word.

    Sensitive ones have none: an event without a tag beside it would tell everybody that there is one. Their
    own row and the access log are their history.
    """
    if not kind.is_sensitive:
        note(actor, verb, effective_on=clock.today(), person=person)


def _find(actor: Actor, tag_id: int) -> tuple[PersonTag, CareTagKind]:
    """Return the tag, locked, and its kind; raises Missing, Denied and Conflict("tag_ended")."""
    rows = PersonTag.objects.all()
    if actor.user is not None:
        rows = rows.visible_to(actor.user)
    tag = _locked(tag_id) if rows.filter(pk=tag_id).exists() else None
    if tag is None:
        raise Missing("tag_missing", NOT_YOURS)
    require_at(actor, MANAGE_CARE, tag.person)
    if tag.ended_on is not None:
        raise Conflict("tag_ended", _("This tag has ended already."))
    kind = _kind_of(tag)
    _check_sensitive(actor, kind, tag.person)
    return tag, kind


def _locked(tag_id: int) -> PersonTag | None:
    rows = PersonTag.objects.select_related("person").select_for_update(of=("self",), no_key=True)
    found: PersonTag | None = rows.filter(pk=tag_id).first()
    return found


def _kind_of(tag: PersonTag) -> CareTagKind:
    return CareTagKind.objects.get(code=open_tag(tag).code)


def _check_sensitive(actor: Actor, kind: CareTagKind, person: Person) -> None:
    if kind.is_sensitive:
        require_at(actor, SENSITIVE, person)


def check_living(person: Person) -> None:
    """Raise Invalid("person_gone") for somebody who does not live here any more."""
    if person.state != LifeState.LIVING:
        raise Invalid("person_gone", _("Only somebody who lives here can have a tag or a helper."))


def _term(kind: CareTagKind, today: date, until: date | None) -> Term:
    term = term_from(today, months=kind.months, review_months=kind.review_months, until=until)
    if term is None:
        raise Invalid(
            "until_range",
            _("Give a day after today, at most %(months)s months ahead."),
            field="until",
            params={"months": kind.months},
        )
    return term
