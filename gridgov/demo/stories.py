"""What happens in the demo city, as data: matters that can be reported, and courses that incidents take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from gridgov.demo.cities import DATA
from grids.models import Building
from incidents.rules.vocabulary import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a category's incidents are about in this city, and how they are handled."""

    category: str
    scene: str
    texts: Sequence[str]
    done: Sequence[str]
    cause: str
    difficulty: str
    level: str = "grid"


@dataclass(frozen=True, slots=True)
class Step:
    """One verb, some minutes after the step before; `given` may name {done}, {cause}, {difficulty}."""

    after: int
    verb: Verb
    given: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How some incidents ran; the level of the first owner decides which matters fit.

    `together`: all incidents of courses with the same word happen at one place. `accused`: they are about the
    community itself. `phone`: whoever reports leaves a number.
    """

    name: str
    level: str
    count: int
    reporter: str
    days: tuple[int, int] | None = None
    minutes: tuple[int, int] | None = None
    settled: bool = False
    only: Sequence[str] = ()
    together: str = ""
    accused: bool = False
    phone: bool = False
    steps: Sequence[Step] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One incident to be played: a matter, a course, a moment and a building; `number` picks texts."""

    number: int
    building: Building
    course: Course
    matter: Matter
    begins: datetime


def matters() -> list[Matter]:
    """Return every matter in the order of its category."""
    return [Matter(**row) for row in _rows("matters.yaml")]


def courses() -> list[Course]:
    """Return every course in the order of the file."""
    return [_course(row) for row in _rows("courses.yaml")]


def words(given: Mapping[str, str], matter: Matter, number: int) -> dict[str, str]:
    """Return the given texts with the matter's own words in their places."""
    done = matter.done[number % len(matter.done)]
    return {
        name: text.format(done=done, cause=matter.cause, difficulty=matter.difficulty)
        for name, text in given.items()
    }


def _course(row: dict[str, Any]) -> Course:
    return Course(
        name=row["name"],
        level=row["from"],
        count=row["count"],
        reporter=row["file"],
        days=tuple(row["days"]) if "days" in row else None,
        minutes=tuple(row["minutes"]) if "minutes" in row else None,
        settled=row.get("settled", False),
        only=row.get("only", ()),
        together=row.get("together", ""),
        accused=row.get("accused", False),
        phone=row.get("phone", False),
        steps=[step_of(step) for step in row.get("steps", ())],
    )


def step_of(row: dict[str, Any]) -> Step:
    """Return a step as the files write it."""
    given = {name: str(value) for name, value in row.items() if name not in ("after", "do")}
    return Step(row["after"], Verb(row["do"]), given)


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return rows
