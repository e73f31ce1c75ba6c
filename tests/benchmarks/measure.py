"""A measurement and how it is taken."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One line of the report. `ratio` is ours to the limit: higher is better per second, lower in ms.

    `times` takes the ratio's place where the limit is another system: how many times faster ours is.
    `p95` stands beside the median `ours` where a person waits for it.
    """

    name: str
    unit: str
    ours: float
    limit: float
    detail: str
    p95: float | None = None
    times: float | None = None

    def as_data(self) -> dict[str, object]:
        """Return the line in the order it is printed."""
        row = asdict(self)
        detail, p95, times = row.pop("detail"), row.pop("p95"), row.pop("times")
        ratio = round(self.ours / self.limit, 2) if times is None else times
        return row | {"ratio": ratio, "p95": p95, "detail": detail}


def enough(number: int) -> int:
    """Return how often to repeat; next to nothing where only running at all is asked (BENCH_QUICK)."""
    return 2 if os.environ.get("BENCH_QUICK") else number


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_ms(work: Callable[[], object], *, rounds: int, warm_up: int = 3) -> float:
    """Return the median in milliseconds, after some rounds that do not count."""
    return percentiles_ms([work] * (enough(rounds) + warm_up), warm_up=warm_up)[0]


def percentiles_ms(works: Sequence[Callable[[], object]], *, warm_up: int = 3) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds; the first works do not count."""
    for work in works[:warm_up]:
        work()
    counted = works[warm_up:]
    times = sorted(1000 * seconds_of(work) for work in counted[: enough(len(counted))])
    return round(statistics.median(times), 3), round(times[max(0, int(len(times) * 0.95) - 1)], 3)


def processor_ms(work: Callable[[], object], *, rounds: int = 20) -> tuple[float, float]:
    """Return how long a round kept a processor busy in this process and in its database server process.

    Unlike the time that passes, it hardly changes with what else runs on the machine. Linux only; else zeros.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        account = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not account.exists():
        return 0.0, 0.0
    here, there = time.process_time(), _nanoseconds(account)
    rounds = enough(rounds)
    for _round in range(rounds):
        work()
    spent = time.process_time() - here, (_nanoseconds(account) - there) / 1e9
    return round(1000 * spent[0] / rounds, 1), round(1000 * spent[1] / rounds, 1)


def _nanoseconds(account: Path) -> int:
    return int(account.read_text().split()[0])


def page_of(user: Any, address: str, *, name: str, what: str, rounds: int = 60) -> Measured:
    """Measure a page through all of Django, login included, and its statements sent again bare."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    ours, p95 = percentiles_ms([lambda: get(client, address)] * (rounds + 3))
    with CaptureQueriesContext(connection) as captured:
        page = get(client, address)
    statements = [one["sql"] for one in captured.captured_queries]
    python, database = processor_ms(lambda: get(client, address))
    detail = (
        f"{what}: {len(statements)} statements, {len(page.content) / 1024:.0f} KiB of HTML, "
        f"{python} ms of processor in Python and {database} in the database"
    )
    limit = median_ms(lambda: replay(statements), rounds=rounds)
    return Measured(name=name, unit="ms", ours=ours, p95=p95, limit=limit, detail=detail)


def get(client: Client, address: str) -> Any:
    """Return the page; anything but 200 ends the run."""
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return response


def replay(statements: Sequence[str]) -> None:
    """Send statements as text and fetch what they give."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()
