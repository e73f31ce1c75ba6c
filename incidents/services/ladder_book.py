"""Reading the ladders of escalation and the quiet hours from their tables."""

from collections.abc import Mapping

from incidents.models import EscalationLadder, LadderStep, QuietHours
from incidents.rules.calendars import nearest
from incidents.rules.escalation import Ladder, Ladders, StepRow, StepRows
from incidents.rules.quiet import QuietSpan
from incidents.rules.vocabulary import ClockKind, Colour, Level
from organizations.models import Organization


def read_ladders() -> Ladders:
    """Return every ladder with its steps; two queries. Source: R-35, R-82."""
    rows = {row.colour: _ladder(row) for row in EscalationLadder.objects.all()}
    usual = rows.pop("", Ladder())
    return Ladders(
        usual=usual,
        by_colour={Colour(colour): ladder for colour, ladder in rows.items()},
        steps=_steps(),
    )


def read_quiet_hours() -> tuple[QuietSpan | None, Mapping[int, QuietSpan]]:
    """Return the city's quiet hours, and those of every unit that has others; at most two queries."""
    rows = {
        row.organization_id: QuietSpan(row.starts_at, row.ends_at)
        for row in QuietHours.objects.filter(is_active=True)
    }
    city = rows.pop(None, None)
    own = {unit: span for unit, span in rows.items() if unit is not None}
    if not own:
        return city, {}
    return city, nearest(dict(Organization.objects.values_list("pk", "parent_id")), own)


def _ladder(row: EscalationLadder) -> Ladder:
    return Ladder(
        rungs=tuple(dict.fromkeys(Level(level) for level in row.rungs)),
        told=tuple(Level(level) for level in row.told),
    )


def _steps() -> dict[tuple[Colour | None, ClockKind | None], StepRows]:
    found: dict[tuple[Colour | None, ClockKind | None], StepRows] = {}
    for row in LadderStep.objects.order_by("step"):
        key = (
            Colour(row.colour) if row.colour else None,
            ClockKind(row.clock_kind) if row.clock_kind else None,
        )
        step = StepRow(
            step=row.step,
            percent=row.at_percent,
            rises=row.rises,
            tell_next=row.tell_next,
            told=tuple(Level(level) for level in row.told),
        )
        found[key] = (*found.get(key, ()), step)
    return found
