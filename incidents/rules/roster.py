"""Where a duty roster has gaps: times outside working time that nobody covers."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from incidents.rules.calendar import WorkCalendar

Span = tuple[datetime, datetime]


def resting_spans(first: datetime, last: datetime, calendar: WorkCalendar) -> list[Span]:
    """Return the stretches between two moments that are not working time, in order; lunch breaks too."""
    found: list[Span] = []
    begin = first
    day = calendar.local(first).date()
    while calendar.aware(datetime.combine(day, datetime.min.time())) < last:
        for start, end in calendar.working_spans(day):
            if min(start, last) > begin:
                found.append((begin, min(start, last)))
            begin = max(begin, end)
        day += timedelta(days=1)
    if begin < last:
        found.append((begin, last))
    return found


def gaps(resting: Iterable[Span], covered: Iterable[Span], *, shortest: timedelta) -> list[Span]:
    """Return what of the resting time nobody covers, without gaps shorter than `shortest`. Source: R-87."""
    duties = sorted(covered)
    found: list[Span] = []
    for begin, last in resting:
        for start, end in duties:
            if end <= begin or start >= last:
                continue
            if start > begin:
                found.append((begin, start))
            begin = max(begin, end)
        if begin < last:
            found.append((begin, last))
    return [(start, end) for start, end in found if end - start >= shortest]
