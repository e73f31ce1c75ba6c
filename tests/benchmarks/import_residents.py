"""Importing people from a CSV with 1 % dirty rows, beside COPY of the very rows it has written.

Ours reads, checks, seals, matches and writes; the limit only loads the four tables from files that are ready,
with the same indexes and foreign keys.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection, transaction

from core.actor import Actor
from core.copying import copy_rows
from grids.models import Building, Grid
from organizations.choices import Role
from organizations.models import Membership
from residents.models import Dwelling, Household, PeopleImport, Person, ResidentEvent
from residents.services.import_work import import_work
from residents.services.imports import import_start, import_take
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, seconds_of
from tests.residents.tables import Home, Made, write_table

PEOPLE, BUILDINGS = 2_060_000, 400_000
TABLES = (Dwelling, Household, Person, ResidentEvent)


def measure(template: str) -> list[Measured]:
    """Import once as the command does, then COPY the same rows into a fresh database."""
    with TemporaryDirectory(prefix="import-bench-") as folder:
        path = Path(folder)
        with copy_of(template):
            scale = Grid.objects.filter(tier=2).count() / 3_372
            homes = load_buildings(round(BUILDINGS * scale))
            made = write_table(path / "people.csv", homes, round(PEOPLE * scale))
            seconds, peak = _import(path / "people.csv")
            _check(made)
            written = Person.objects.count()
            for model in TABLES:
                _unload(model, path)
        with copy_of(template):
            load_buildings(round(BUILDINGS * scale))
            limit = seconds_of(lambda: _load_all(path))
    return [
        Measured(
            name="import_residents",
            unit="rows/s",
            ours=round(made.rows / seconds),
            limit=round(written / limit),
            detail=f"{made.rows:,} rows of CSV, {len(made.bad):,} dirty and all returned; "
            f"{seconds:.0f} s beside {limit:.0f} s of COPY; peak {peak:.0f} MiB in two processes",
        )
    ]


def _import(path: Path) -> tuple[float, float]:
    """Return seconds and the most memory all processes held together, in MiB."""
    post = Membership.objects.filter(role=Role.CITY_GRID_OFFICE).select_related("user").first()
    if post is None:
        raise RuntimeError("the city has no grid office")
    peaks: list[float] = []
    began = time.perf_counter()
    with path.open("rb") as stream:
        job = import_take(actor=Actor.of(post.user), file_name=path.name, stream=stream, most_bytes=None)
    peaks.append(_resident_mib())
    import_start(actor=Actor.of(post.user), job_id=job.pk, mapping=job.mapping)
    import_work(job.pk, told=lambda _job: peaks.append(_resident_mib()))
    return time.perf_counter() - began, max(peaks)


def _check(made: Made) -> None:
    job = PeopleImport.objects.get()
    refused = set(job.refusals.values_list("line", flat=True))
    if refused != made.bad.keys() or job.added != made.rows - len(made.bad):
        raise RuntimeError(f"{job.added} added, {len(refused)} refused of {len(made.bad)} dirty rows")


def load_buildings(count: int) -> list[Home]:
    """Load buildings into the grids, those of a community beside each other; return where people may live."""
    grids = list(
        Grid.objects.filter(tier=2).order_by("community_id", "pk").values_list("pk", "community__code")
    )
    per_grid = max(1, count // len(grids))
    homes = [Home(code, f"{grid}-{number}号楼") for grid, code in grids for number in range(per_grid)]
    copy_rows(
        Building,
        ("grid", "code", "name"),
        (
            (grid, f"B{place * per_grid + number:09d}", f"{grid}-{number}号楼")
            for place, (grid, _code) in enumerate(grids)
            for number in range(per_grid)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE grids_building")
    return homes


def _unload(model: Any, folder: Path) -> None:
    table = model._meta.db_table
    statement = f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT"
    with (
        connection.cursor() as cursor,
        (folder / table).open("wb") as out,
        cursor.cursor.copy(statement) as copy,
    ):
        for block in copy:
            out.write(block)


def _load_all(folder: Path) -> None:
    with transaction.atomic():
        for model in TABLES:
            with _copy_into(model) as write, (folder / model._meta.db_table).open("rb") as stream:
                while block := stream.read(1 << 20):
                    write(block)


@contextmanager
def _copy_into(model: Any) -> Iterator[Callable[[bytes], None]]:
    statement = f"COPY {model._meta.db_table} FROM STDIN"
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        yield copy.write


def _resident_mib() -> float:
    """Return what this process and its children hold in memory now."""
    own = Path("/proc/self")
    children = (own / "task" / str(_pid()) / "children").read_text().split()
    return sum(_rss(path) for path in (own, *(Path("/proc") / child for child in children))) / 1024


def _pid() -> int:
    return int(Path("/proc/self/stat").read_text().split()[0])


def _rss(process: Path) -> int:
    for line in (process / "status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
