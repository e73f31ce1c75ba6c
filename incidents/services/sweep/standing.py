"""The limits that raised incidents get, worked out once for each kind of case in a batch."""

from dataclasses import dataclass, field
from datetime import datetime

from incidents.models import Category
from incidents.rules.deadlines import reminder_at
from incidents.rules.durations import parse_limit
from incidents.rules.vocabulary import ClockKind, Colour, Unit
from incidents.services.clocks import clock_span
from incidents.services.rulebook import Rulebook
from incidents.services.sweep.plan import ClockRow, Overdue, Span


@dataclass(kw_only=True)
class SpanTable:
    """When clocks started now would warn and run out."""

    now: datetime
    book: Rulebook
    _known: dict[tuple[int, Colour, ClockKind, int], Span] = field(default_factory=dict)
    _categories: dict[int, Category] = field(default_factory=dict)

    def span(self, subject: Overdue, kind: ClockKind, organization_id: int) -> Span:
        """Return the span of one clock of an incident; one query for all categories, the first time."""
        # Units that work by the same calendar share their spans.
        calendar = id(self.book.calendar_of(organization_id))
        key = (subject.category_id, subject.colour, kind, calendar)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._work_out(*key[:3], organization_id)
        return found

    def reminder(self, subject: Overdue, clock: ClockRow) -> datetime | None:
        """Return when a clock that has run out reminds next, None where its ladder says never; no query."""
        step = self.book.ladders.step_of(subject.colour, clock.kind, clock.stage + 1)
        if step is None:
            return None
        unit = parse_limit(clock.limit).unit if clock.limit else Unit.HOURS
        calendar = self.book.calendar_of(clock.organization_id)
        whole = (clock.started_at, clock.original_due_at or clock.due_at)
        return reminder_at(clock.due_at, limit=whole, percent=step.percent, calendar=calendar, unit=unit)

    def _work_out(self, category_id: int, colour: Colour, kind: ClockKind, organization_id: int) -> Span:
        if not self._categories:
            self._categories = Category.objects.in_bulk()
        category = self._categories[category_id]
        span = clock_span(
            kind, colour, category, at=self.now, organization_id=organization_id, book=self.book
        )
        because = [] if span.reason is None else [span.reason.as_data()]
        return Span(span.warn_at, span.due_at, str(span.limit), because)
