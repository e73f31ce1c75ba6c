"""A measurement and how it is taken."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One line of the report. `ratio` is ours to the limit: higher is better per second, lower in ms."""

    name: str
    unit: str
    ours: float
    limit: float
    detail: str

    def as_data(self) -> dict[str, object]:
        """Return the line in the order it is printed."""
        row = asdict(self)
        detail = row.pop("detail")
        return row | {"ratio": round(self.ours / self.limit, 2), "detail": detail}


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_ms(work: Callable[[], object], *, rounds: int, warm_up: int = 3) -> float:
    """Return the median in milliseconds, after some rounds that do not count."""
    for _ in range(warm_up):
        work()
    return round(1000 * statistics.median(seconds_of(work) for _ in range(rounds)), 3)
