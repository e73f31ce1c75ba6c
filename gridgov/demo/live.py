"""What is about to run out: filed anew at every start, so that clocks are seen at work at once."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import yaml

from core import clock
from gridgov.demo.cities import DATA, City
from gridgov.demo.history import Neighbourhood
from gridgov.demo.playing import Player
from gridgov.demo.stories import Course, Matter, Story, step_of
from grids.models import Building


def light_fuses(city: City, buildings: Sequence[Building], *, now: datetime) -> int:
    """File incidents in the past so that their limits end within the next minutes; returns how many.

    Nothing is swept here: what ran out while the demo was off is the worker's to catch up with.
    """
    # To the microsecond: two starts within one second must not draw the same keys, or nothing new is filed.
    seed = int(now.timestamp() * 1_000_000)
    chance = random.Random(seed)
    places = Neighbourhood(city, buildings, chance)
    player = Player(seed=seed)
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "urgent.yaml").read_text(encoding="utf-8"))
    for row in rows:
        _light(player, _story(row, chance, places.near(), now))
    return len(rows)


def _light(player: Player, story: Story) -> None:
    moment = story.begins
    with clock.frozen_at(moment):
        incident = player.file(story)
    for step in story.course.steps:
        moment += timedelta(minutes=step.after)
        with clock.frozen_at(moment):
            player.perform(incident.pk, step, story)


def _story(row: dict[str, Any], chance: random.Random, building: Building, now: datetime) -> Story:
    steps = [step_of(step) for step in row.get("steps", ())]
    text = chance.choice(row["texts"])
    ends = now + timedelta(seconds=row["in"])
    return Story(
        number=0,
        building=building,
        course=Course(name="urgent", level="", count=1, reporter="resident", steps=steps),
        matter=Matter(category=row["category"], scene="", texts=[text], done=[""], cause="", difficulty=""),
        begins=ends - timedelta(minutes=row["limit"] + row.get("before", 0)),
    )
