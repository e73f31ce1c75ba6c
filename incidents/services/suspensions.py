"""Setting a case aside for a season or for works, looking at it again and again, and taking it up."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Suspension, SuspensionReview
from incidents.recipients import owner_ids
from incidents.rules.deadlines import due_at
from incidents.rules.vocabulary import ApplicationState, ClockKind, Pending, SuspensionKind
from incidents.selectors.limit_words import limit_words
from incidents.services.applications import agree, apply_for, settle, tell_decision
from incidents.services.move import Move, Span
from incidents.services.persons import person_of
from incidents.services.rulebook import rulebook

LONGEST = 2000
# A review is reminded of on the morning of its day and overdue when the day is over.
_MORNING = time(9)
_NIGHT = time(23, 59, 59)


def request_suspension(move: Move) -> None:
    """Ask to set the case aside. Raises Invalid naming suspension_kind or review_on. Source: R-125."""
    kind = _kind(move.given["suspension_kind"])
    day = _review_day(move)
    application = apply_for(
        move, Pending.SUSPENSION, works=kind is SuspensionKind.WORKS, suspension_kind=kind, review_on=day
    )
    move.story.data |= {"kind": str(kind), "review_on": day.isoformat(), "application": application.pk}


def grant_suspension(move: Move) -> None:
    """Set the case aside: every limit pauses and the review's begins. Source: R-125.

    A day of review that has come while nobody decided is due today.
    """
    application = agree(move)
    day = max(application.review_on or _today(move), _today(move))
    Suspension.objects.create(
        incident=move.incident,
        application=application,
        kind=application.suspension_kind,
        since=move.at,
        review_on=day,
    )
    settle(move, application, ApplicationState.GRANTED)
    move.spans[ClockKind.REVIEW] = _span(move.at, day)
    move.story.data |= {"kind": application.suspension_kind, "review_on": day.isoformat()}
    tell_decision(move, application)


def review_suspension(move: Move) -> None:
    """Note what was found, and when to look again. Raises Invalid naming review_on. Source: R-126."""
    suspension = Suspension.objects.select_for_update().get(incident_id=move.incident.pk, ended_at=None)
    day = _review_day(move)
    note = move.text("note", longest=LONGEST)
    SuspensionReview.objects.create(
        suspension=suspension,
        at=move.at,
        by=person_of(move.actor),
        due_on=suspension.review_on,
        note=note,
        review_on=day,
    )
    suspension.review_on = day
    suspension.save(update_fields=["review_on"])
    move.spans[ClockKind.REVIEW] = _span(move.at, day)
    move.story.note = note
    move.story.data |= {"review_on": day.isoformat()}
    move.tell("suspension_reviewed", owner_ids(move.incident), note=note)


def resume(move: Move) -> None:
    """Take the case up again: what was left of its limits runs on. Source: R-125."""
    Suspension.objects.filter(incident_id=move.incident.pk, ended_at=None).update(ended_at=move.at)
    move.story.note = move.text("note", longest=LONGEST)
    move.tell("incident_resumed", owner_ids(move.incident), note=move.story.note)


def _kind(value: Any) -> SuspensionKind:
    try:
        return SuspensionKind(value)
    except ValueError as error:
        raise Invalid(
            "choice_invalid", _("Please choose one of the values offered."), field="suspension_kind"
        ) from error


def _review_day(move: Move) -> date:
    value = move.given["review_on"]
    day = value if isinstance(value, date) else _read(str(value))
    if day is None:
        raise Invalid("day_unreadable", _("Please give a day, for example 2026-12-01."), field="review_on")
    if day <= _today(move):
        raise Invalid("review_not_later", _("The review must lie after today."), field="review_on")
    book = rulebook()
    calendar = book.calendar_of(move.incident.owner_organization_id)
    latest = timezone.localdate(due_at(move.at, book.procedures.review_longest, calendar))
    if day > latest:
        raise Invalid(
            "review_too_late",
            _("It must be looked at again within %(limit)s."),
            field="review_on",
            params={"limit": limit_words(str(book.procedures.review_longest))},
        )
    return day


def _read(text: str) -> date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def _today(move: Move) -> date:
    return timezone.localdate(move.at)


def _span(at: datetime, day: date) -> Span:
    morning = timezone.make_aware(datetime.combine(day, _MORNING))
    night = timezone.make_aware(datetime.combine(day, _NIGHT))
    return Span(warn_at=min(max(at, morning), night), due_at=max(night, at))
