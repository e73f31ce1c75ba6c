"""What the rows that time is counted by must satisfy: calendars, shifts, ladders and their steps."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import EscalationLadder, LadderStep, QuietHours, UnitCalendar, WorkShift
from incidents.rules.escalation import RAN_OUT
from incidents.services.refusals import check_open

TimeRow = UnitCalendar | EscalationLadder | LadderStep | QuietHours


def _check_shift(row: WorkShift) -> None:
    others = WorkShift.objects.filter(
        calendar=row.calendar, weekday=row.weekday, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at
    )
    other = others.exclude(pk=row.pk).first()
    if other is not None:
        raise Invalid(
            "shifts_overlap",
            _("This shift overlaps with %(other)s."),
            field="starts_at",
            params={"other": str(other)},
        )


def _check_calendar(row: UnitCalendar) -> None:
    row.weekdays = sorted(set(row.weekdays))
    if row.organization is not None:
        check_open(row.organization, field="organization")


def _check_ladder(row: EscalationLadder) -> None:
    if len(set(row.rungs)) != len(row.rungs):
        raise Invalid("rung_twice", _("Each level stands on a ladder once."), field="rungs")


def _check_step(row: LadderStep) -> None:
    """Steps follow each other without a gap, each at a larger share than the one before."""
    others = dict(
        LadderStep.objects.filter(colour=row.colour, clock_kind=row.clock_kind)
        .exclude(pk=row.pk)
        .values_list("step", "at_percent")
    )
    if row.step > RAN_OUT + 1 and row.step - 1 not in others:
        raise Invalid("step_gap", _("Add the reminder before this one first."), field="step")
    before = max((percent for step, percent in others.items() if step < row.step), default=0)
    after = min((percent for step, percent in others.items() if step > row.step), default=row.at_percent + 1)
    if not before < row.at_percent < after:
        raise Invalid(
            "steps_out_of_order",
            _("Each step comes at a larger share of the limit than the one before."),
            field="at_percent",
        )


TIME_CHECKS: dict[type, Callable[[Any], None]] = {
    WorkShift: _check_shift,
    UnitCalendar: _check_calendar,
    EscalationLadder: _check_ladder,
    LadderStep: _check_step,
}
