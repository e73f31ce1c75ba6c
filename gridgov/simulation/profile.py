"""How people behave, read from data: who reports, how fast they act, how often they fail to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent / "data"


@unique
class Habit(StrEnum):
    """What people do now and then; the profile says in how many of a hundred cases."""

    SETTLES_ON_THE_SPOT = "settles_on_the_spot"
    LATE_WORKER = "late_worker"
    LATE_OFFICE = "late_office"
    LATE_DEPARTMENT = "late_department"
    LATE_ANSWER = "late_answer"
    CALLS_REPORTER = "calls_reporter"
    REPORTS_PROGRESS = "reports_progress"
    RISES_FROM_GRID = "rises_from_grid"
    RISES_FROM_COMMUNITY = "rises_from_community"
    WHISTLES = "whistles"
    WHISTLES_HARD = "whistles_hard"
    GIVES_BACK = "gives_back"
    GIVES_BACK_AGAIN = "gives_back_again"
    REJECTS = "rejects"
    ASKS_FOR_TIME = "asks_for_time"
    GETS_TIME = "gets_time"
    ASKS_TO_SET_ASIDE = "asks_to_set_aside"
    GETS_SET_ASIDE = "gets_set_aside"
    REFUSES_WHISTLE = "refuses_whistle"
    IS_UPHELD = "is_upheld"
    IS_KEPT = "is_kept"
    MEETS = "meets"
    RAISES_WHISTLE = "raises_whistle"
    FAILS_CHECK = "fails_check"
    ANSWERS = "answers"
    IS_REACHED = "is_reached"
    IS_CONTENT = "is_content"
    IS_CONTENT_LATE = "is_content_late"
    IS_CONTENT_AGAIN = "is_content_again"
    IS_ONLY_BASICALLY = "is_only_basically"
    SAW_IT_SOLVED = "saw_it_solved"
    REOPENS = "reopens"
    APPEALS = "appeals"
    APPEAL_GRANTED = "appeal_granted"
    URGES = "urges"
    REPORTS_THE_SAME = "reports_the_same"
    MERGES = "merges"
    ANSWERS_SUPERVISION = "answers_supervision"


@unique
class Pace(StrEnum):
    """How long people take, in minutes, for what no limit presses."""

    DESK = "desk"
    DECIDE = "decide"
    OVERDUE = "overdue"
    FORGOTTEN = "forgotten"
    ANSWER = "answer"
    ASK = "ask"
    CHECK = "check"
    VERDICT = "verdict"
    RING = "ring"
    AFTERWARDS = "afterwards"
    URGE = "urge"
    AGAIN = "again"


@unique
class Share(StrEnum):
    """Steps for which people take a share of the time left until their limit."""

    SIGN = "sign"
    START = "start"
    WORK = "work"


@unique
class Who(StrEnum):
    """Whose hours of the day count."""

    WORKER = "worker"
    OFFICE = "office"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Hours:
    """First and last hour of a day, and whether people rest on the days offices do."""

    opens: float
    closes: float
    rests: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One way a city's people behave; `references` are published figures its result is told beside."""

    name: str
    start: date
    reports_per_day: float
    weekend: float
    reporters: Mapping[str, int]
    levels: Mapping[str, int]
    hours: Mapping[Who, Hours]
    takes: Mapping[Share, float]
    minutes: Mapping[Pace, float]
    habits: Mapping[Habit, float]
    references: Mapping[str, float]


@lru_cache
def usual_profile() -> Profile:
    """Return the profile that is shipped; raises KeyError or ValueError for a broken file."""
    row: dict[str, Any] = yaml.safe_load((DATA / "profile.yaml").read_text(encoding="utf-8"))
    return profile_of(row)


def profile_of(row: Mapping[str, Any]) -> Profile:
    """Return the profile a file describes; KeyError names what is missing, ValueError what is unknown."""
    parts = dict(row)
    hours = {Who(name): Hours(**value) for name, value in parts.pop("hours").items()}
    found = Profile(
        hours=hours,
        takes={Share(name): value for name, value in parts.pop("takes").items()},
        minutes={Pace(name): value for name, value in parts.pop("minutes").items()},
        habits={Habit(name): value for name, value in parts.pop("habits").items()},
        **parts,
    )
    described = (*found.hours, *found.takes, *found.minutes, *found.habits)
    missing = {*Who, *Share, *Pace, *Habit}.difference(described)
    if missing:  # a habit nobody described must not look like one nobody has
        raise KeyError(", ".join(sorted(missing)))
    if not all(0 <= percent <= 100 for percent in found.habits.values()):
        raise ValueError("habits are percentages")
    return found
