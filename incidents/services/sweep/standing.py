"""The limits that raised incidents get, worked out once for each kind of case in a batch."""

from dataclasses import dataclass, field
from datetime import datetime

from incidents.models import Category
from incidents.rules.vocabulary import ClockKind, Colour
from incidents.services.clocks import clock_span
from incidents.services.rulebook import Rulebook
from incidents.services.sweep.plan import Overdue, Span


@dataclass(kw_only=True)
class SpanTable:
    """When clocks started now would warn and run out."""

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
        warns, due, why = clock_span(kind, colour, self._categories[category_id], at=self.now, book=self.book)
        return Span(warns, due, [] if why is None else [why.as_data()])
