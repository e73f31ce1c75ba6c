"""Keeping the duty roster: who may put whom on duty, and where it has gaps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid, Missing
from core.validation import check_fields
from incidents.models import DutyShift
from incidents.rules.roster import gaps, resting_spans
from incidents.services.rulebook import rulebook
from organizations.models import Membership, Organization, User
from organizations.policies import find_organization, require
from organizations.scopes import AnyUser

logger = structlog.get_logger(__name__)
LONGEST_DUTY = timedelta(days=7)
LOOKS_AHEAD = timedelta(days=14)
# Whoever leaves at noon is back after lunch; only longer times without anybody are worth a word.
_SHORTEST_GAP = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class DutyGap:
    """A time at which nobody is on duty for a unit."""

    organization: Organization
    starts_at: datetime
    ends_at: datetime


def duty_shift_save(
    *,
    actor: Actor,
    organization: Organization,
    person: User,
    starts_at: datetime,
    ends_at: datetime,
    note: str = "",
    shift_id: int | None = None,
) -> DutyShift:
    """Put a person on duty for a unit, or change a duty; the right must be held there or above. Source: R-87.

    Raises Invalid naming the field for a person without a post there and for a duty of more than seven days,
    Denied, or Missing for a duty removed meanwhile.
    """
    with transaction.atomic():
        place = find_organization(actor, organization.pk)
        require(actor, f"incidents.{'add' if shift_id is None else 'change'}_dutyshift", place)
        shift = DutyShift() if shift_id is None else _find(shift_id)
        if shift_id is not None:
            require(actor, "incidents.change_dutyshift", shift.organization)
        shift.organization, shift.person = place, person
        shift.starts_at, shift.ends_at, shift.note = starts_at, ends_at, note.strip()
        check_fields(shift)
        _check(shift)
        shift.save()
    logger.info("duty saved", shift_id=shift.pk, organization_id=place.pk, actor_id=actor.user_id)
    return shift


def duty_shift_remove(*, actor: Actor, shift_id: int) -> None:
    """Take a duty off the roster; the right must be held at its unit or above."""
    with transaction.atomic():
        shift = _find(shift_id)
        require(actor, "incidents.delete_dutyshift", shift.organization)
        shift.delete()
    logger.info("duty removed", shift_id=shift_id, actor_id=actor.user_id)


def duty_gaps(user: AnyUser) -> list[DutyGap]:
    """Return when in the next 14 days nobody is on duty at units the person sees that keep a roster.

    A unit keeps one that had a duty in the last 30 days or has one to come. One query beside the scope's.
    """
    now = clock.now()
    last = now + LOOKS_AHEAD
    seen = DutyShift.objects.visible_to(user).filter(ends_at__gt=now - timedelta(days=30))
    duties: dict[int, list[tuple[datetime, datetime]]] = {}
    places: dict[int, Organization] = {}
    for row in seen.select_related("organization").order_by("organization_id", "starts_at"):
        duties.setdefault(row.organization_id, []).append((row.starts_at, row.ends_at))
        places[row.organization_id] = row.organization
    book = rulebook()
    return [
        DutyGap(places[unit], start, end)
        for unit, covered in duties.items()
        for start, end in gaps(
            resting_spans(now, last, book.calendar_of(unit)), covered, shortest=_SHORTEST_GAP
        )
    ]


def _check(shift: DutyShift) -> None:
    if shift.ends_at - shift.starts_at > LONGEST_DUTY:
        raise Invalid("duty_too_long", _("One duty lasts seven days at most."), field="ends_at")
    day = clock.today()
    posts = Membership.objects.valid_on(day).filter(user=shift.person, organization=shift.organization)
    if not shift.person.is_active or not posts.exists():
        raise Invalid("not_of_the_unit", _("This person holds no post at this unit."), field="person")


def _find(shift_id: int) -> DutyShift:
    found: DutyShift | None = (
        DutyShift.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=shift_id)
        .first()
    )
    if found is None:
        raise Missing("duty_missing", _("This duty has been removed meanwhile."))
    return found
