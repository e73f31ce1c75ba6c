"""Which incidents the demo city has had in the last weeks, and which are open now."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from gridgov.demo.cities import City
from gridgov.demo.stories import Course, Matter, Story, courses, matters
from grids.models import Building

# A third of all incidents lie in the guide's community, half of those in its worker's grid.
IN_COMMUNITY, IN_STREET = 0.34, 0.56


class Neighbourhood:
    """Draws the buildings incidents happen at, those of the guide's accounts more often."""

    def __init__(self, city: City, buildings: Sequence[Building], chance: random.Random) -> None:
        """Sort the buildings by how near they are to the guide's accounts."""
        street = set(city.communities[city.accounts["street"]])
        self._all = list(buildings)
        self._street = [each for each in buildings if each.code[:12] in street]
        self._community = [each for each in buildings if each.code[:12] == city.accounts["community"]]
        self._grid = [each for each in self._community if each.code[:14] == self._community[0].code[:14]]
        self._chance = chance

    def anywhere(self) -> Building:
        """Return the place of the next incident."""
        where = self._chance.random()
        if where < IN_COMMUNITY:
            return self._chance.choice(self._grid if where < IN_COMMUNITY / 2 else self._community)
        return self._chance.choice(self._street if where < IN_STREET else self._all)

    def near(self) -> Building:
        """Return a place in the grid of the guide's worker."""
        return self._chance.choice(self._grid)


def stories_of(city: City, buildings: Sequence[Building], *, now: datetime, seed: int) -> list[Story]:
    """Return every incident of the last weeks; the same seed gives the same city."""
    chance = random.Random(seed)
    places = Neighbourhood(city, buildings, chance)
    known = matters()
    stories: list[Story] = []
    meeting_places: dict[str, Building] = {}
    for course in courses():
        supply = _supply(course, known, chance)
        for _ in range(course.count):
            building = places.anywhere()
            if course.together:
                building = meeting_places.setdefault(course.together, building)
            stories.append(
                Story(
                    number=len(stories) + 1,
                    building=building,
                    course=course,
                    matter=next(supply),
                    begins=_beginning(course, now, chance),
                )
            )
    return stories


def _supply(course: Course, known: Sequence[Matter], chance: random.Random) -> Iterator[Matter]:
    """Deal the matters that fit a course without end, each once before any comes again."""
    fitting = [
        matter
        for matter in known
        if matter.level == course.level and (not course.only or matter.category in course.only)
    ]
    while fitting:
        yield from chance.sample(fitting, len(fitting))


def _beginning(course: Course, now: datetime, chance: random.Random) -> datetime:
    """Return when the incident is reported: in office hours of a past day, or some minutes ago."""
    if course.minutes is not None:
        return now - timedelta(minutes=chance.randint(*course.minutes), seconds=chance.randint(0, 59))
    first, last = course.days or (1, 1)
    day = timezone.localdate(now) - timedelta(days=chance.randint(first, last))
    moment = time(chance.randint(8, 10), chance.randint(0, 59), chance.randint(0, 59))
    return timezone.make_aware(datetime.combine(day, moment))
