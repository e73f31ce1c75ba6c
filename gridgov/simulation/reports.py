"""Who reports what, where and when in the simulated days: drawn beforehand, oldest first."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from gridgov.demo.stories import Course, Matter, Story, matters
from gridgov.simulation.case import Case
from gridgov.simulation.profile import Habit, Profile
from grids.models import Building

# Cases that are about the community itself, and those only few may see.
_ABOUT_UNITS, _SECRET = "1402", "0705"
_MICROSECONDS_OF_A_DAY = 86_400_000_000
# How busy the hours are from the seventh to the twenty-second, as weights.
_BUSY = (3, 8, 12, 11, 9, 6, 5, 8, 9, 9, 8, 6, 5, 4, 3)
_FIRST_HOUR = 7
# A neighbour reports the same within so many hours.
_SAME_WITHIN = 20


def cases_of(profile: Profile, buildings: Sequence[Building], *, days: int, seed: int) -> list[Case]:
    """Return every case that will be reported, in the order of the reports; the same seed gives the same."""
    chance = random.Random(f"reports:{seed}")
    deck = _Deck(profile, chance)
    cases: list[Case] = []
    for moment in _moments(profile, days, chance):
        number = len(cases) + 1
        earlier = _neighbour(cases, moment, profile, chance)
        story = deck.story(number, moment, chance.choice(buildings), earlier)
        cases.append(Case(story, random.Random(f"case:{seed}:{number}"), profile))
    return cases


def _neighbour(
    cases: Sequence[Case], moment: datetime, profile: Profile, chance: random.Random
) -> Story | None:
    """Return what a neighbour has reported shortly before, where this one reports the same."""
    if chance.random() * 100 >= profile.habits[Habit.REPORTS_THE_SAME]:
        return None
    since = moment - timedelta(hours=_SAME_WITHIN)
    recent = [case.story for case in cases if case.story.begins >= since and not case.story.course.settled]
    return chance.choice(recent) if recent else None


def _moments(profile: Profile, days: int, chance: random.Random) -> Iterator[datetime]:
    """Yield the moments of all reports, day by day."""
    for number in range(days):
        day = profile.start + timedelta(days=number)
        usual = profile.reports_per_day * (profile.weekend if day.weekday() >= 5 else 1)
        yield from sorted(_moment(day, chance) for _ in range(_poisson(usual, chance)))


def _moment(day: date, chance: random.Random) -> datetime:
    hour = chance.choices(range(_FIRST_HOUR, _FIRST_HOUR + len(_BUSY)), _BUSY)[0]
    within = timedelta(microseconds=chance.randrange(_MICROSECONDS_OF_A_DAY // 24))
    return timezone.make_aware(datetime.combine(day, time(hour))) + within


def _poisson(mean: float, chance: random.Random) -> int:
    """Return how many come in a day where `mean` come on average, by counting waiting times."""
    count, passed = 0, chance.expovariate(1)
    while passed < mean:
        count += 1
        passed += chance.expovariate(1)
    return count


class _Deck:
    """Deals matters and reporters as the profile weighs them."""

    def __init__(self, profile: Profile, chance: random.Random) -> None:
        self._profile, self._chance = profile, chance
        self._by_level: dict[str, list[Matter]] = {level: [] for level in profile.levels}
        for matter in matters():
            if matter.level in self._by_level:
                self._by_level[matter.level].append(matter)

    def story(self, number: int, moment: datetime, building: Building, earlier: Story | None) -> Story:
        """Return the story of one report; `earlier` is the neighbour's, told again."""
        if earlier is not None:
            course = self._course("resident", earlier.matter, settled=False, together="same")
            return _story(number, earlier.building, course, earlier.matter, moment)
        level = self._pick(self._profile.levels)
        matter = self._chance.choice(self._by_level[level])
        reporter = self._pick(self._profile.reporters)
        if matter.category == _SECRET:
            reporter = "anonymous"
        elif matter.category == _ABOUT_UNITS:
            reporter = "resident"
        spot = reporter == "worker" and matter.level == "grid"
        settled = self._draws(Habit.SETTLES_ON_THE_SPOT) and spot
        course = self._course(reporter, matter, settled=settled)
        return _story(number, building, course, matter, moment)

    def _course(self, reporter: str, matter: Matter, *, settled: bool, together: str = "") -> Course:
        return Course(
            name="simulated",
            level=matter.level,
            count=1,
            reporter=reporter,
            settled=settled,
            together=together,
            accused=matter.category == _ABOUT_UNITS,
            phone=reporter == "resident" and self._chance.random() < 0.5,
        )

    def _draws(self, habit: Habit) -> bool:
        return self._chance.random() * 100 < self._profile.habits[habit]

    def _pick(self, weights: Mapping[str, int]) -> str:
        return self._chance.choices(list(weights), list(weights.values()))[0]


def _story(number: int, building: Building, course: Course, matter: Matter, begins: datetime) -> Story:
    # No photos: a month of drawings would take longer than the month.
    plain = replace(matter, scene="")
    return Story(number=number, building=building, course=course, matter=plain, begins=begins)
