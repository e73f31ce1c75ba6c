"""When people are left in peace: messages that can wait are held until quiet hours end."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from incidents.rules.calendar import SHANGHAI
from incidents.rules.vocabulary import Colour


@dataclass(frozen=True, slots=True)
class QuietSpan:
    """A stretch of every day in local time; one whose end does not come after its start passes midnight.

    Raises ValueError for a span without length. Source: R-86.
    """

    start: time
    end: time
    tz: tzinfo = SHANGHAI

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("quiet hours need a length")

    def end_after(self, moment: datetime) -> datetime | None:
        """Return when the quiet hours around a moment end; None in none. Their end is not quiet."""
        wall = moment.astimezone(self.tz).replace(tzinfo=None)
        clock = wall.time()
        if self.start < self.end:
            quiet, later = self.start <= clock < self.end, 0
        else:
            quiet, later = clock >= self.start or clock < self.end, int(clock >= self.start)
        if not quiet:
            return None
        day = wall.date() + timedelta(days=later)
        return datetime.combine(day, self.end, tzinfo=self.tz)


def held_until(colour: Colour, span: QuietSpan | None, moment: datetime) -> datetime | None:
    """Return until when a message about an incident is held; never one about a red incident. Source: R-86."""
    if span is None or colour is Colour.RED:
        return None
    return span.end_after(moment)
