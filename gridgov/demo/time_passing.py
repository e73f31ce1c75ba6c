"""Time that passes in an invented city: the sweep runs at each moment at which a limit runs out."""

from datetime import datetime

from django.db.models import Min

from core import clock
from incidents.models import Clock
from incidents.services.sweep import SweepResult, sweep_due


class Sweeping:
    """The sweeps between two things that people do; a moment that stays due after its sweep ends them."""

    def __init__(self) -> None:
        """Begin at the last thing that people did."""
        self._last: datetime | None = None

    def step(self, until: datetime) -> tuple[datetime, SweepResult] | None:
        """Sweep at the next moment at which a limit ran out; None where none does up to the moment."""
        due: datetime | None = Clock.objects.filter(fires_at__lte=until).aggregate(first=Min("fires_at"))[
            "first"
        ]
        if due is None or due == self._last:
            return None
        self._last = due
        with clock.frozen_at(due):
            return due, sweep_due()


def let_time_pass(until: datetime) -> None:
    """Sweep at every moment at which a limit ran out, up to the moment."""
    sweeping = Sweeping()
    while sweeping.step(until) is not None:
        pass
