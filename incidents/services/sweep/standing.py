"""What the sweep's decisions rest on besides the incidents: categories, limits, calendar, ladders, the city."""

from dataclasses import dataclass, field
from datetime import datetime

from incidents.models import Category, Incident
from incidents.rules.vocabulary import ClockKind, Colour
from incidents.services.clocks import build_clock
from incidents.services.rulebook import Rulebook
from incidents.services.sweep.plan import Overdue

Span = tuple[datetime, datetime]


@dataclass(kw_only=True)
class SpanTable:
    """When clocks started now would warn and run out; each limit is worked out once for the whole batch."""

    now: datetime
    book: Rulebook
    _known: dict[tuple[int, Colour, ClockKind], Span] = field(default_factory=dict)
    _categories: dict[int, Category] = field(default_factory=dict)

    def span(self, subject: Overdue, kind: ClockKind) -> Span:
        """Return the span of one clock of an incident; one query for all categories, the first time."""
        key = (subject.category_id, subject.colour, kind)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._work_out(*key)
        return found

    def _work_out(self, category_id: int, colour: Colour, kind: ClockKind) -> Span:
        if not self._categories:
            self._categories = Category.objects.in_bulk()
        model = Incident(category=self._categories[category_id], colour=colour)
        clock = build_clock(model, kind, at=self.now, organization_id=0, book=self.book).clock
        return clock.warn_at, clock.due_at
