"""One simulation from the check of the ground to the stored result."""

import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from core import clock, lots
from gridgov.demo.cities import City
from gridgov.models import CitySimulation, RunStatus
from gridgov.simulation.figures import compared, counts_of, digest_of_events, rates_of
from gridgov.simulation.ground import check_ground, lay_ground
from gridgov.simulation.playing import Simulator
from gridgov.simulation.profile import Profile
from gridgov.simulation.reports import cases_of
from grids.models import Building


def simulate(
    *,
    city: City,
    days: int,
    seed: int,
    profile: Profile,
    fresh: bool = False,
    on_day: Callable[[int], None] = lambda day: None,
) -> CitySimulation:
    """Run a city from its profile's first day on and return the stored result; `on_day` hears of each day.

    Every step commits by itself: whoever interrupts it finds a whole city, and the run marked as stopped.
    Raises what check_ground raises. Source: R-160, R-161, R-162.
    """
    check_ground(fresh=fresh)
    began = time.monotonic()
    _trust_the_machine()
    first = lay_ground(city, profile)
    run: CitySimulation = CitySimulation.objects.create(
        city_code=city.code,
        city_name=city.name,
        first_day=profile.start,
        days=days,
        seed=seed,
        profile=profile.name,
        began_at=clock.now(),
    )
    carry_out(run, profile, first, on_day)
    run.seconds = time.monotonic() - began
    run.save(update_fields=["seconds"])
    return run


def carry_out(run: CitySimulation, profile: Profile, first: datetime, on_day: Callable[[int], None]) -> None:
    """Play a run in a founded city in which nothing has happened, and keep its result, or that it stopped."""
    try:
        _play(run, profile, first, on_day)
    except BaseException:
        run.status, run.finished_at = RunStatus.STOPPED, clock.now()
        run.save()
        raise
    run.status, run.finished_at = RunStatus.DONE, clock.now()
    run.save()


def _play(run: CitySimulation, profile: Profile, first: datetime, on_day: Callable[[int], None]) -> None:
    buildings = list(Building.objects.select_related("grid__community").order_by("code"))
    cases = cases_of(profile, buildings, days=run.days, seed=run.seed)
    simulator = Simulator(cases, seed=run.seed, on_day=on_day)
    with lots.keyed_by(f"simulation:{run.seed}"):
        end = simulator.play(first=first, days=run.days)
    with clock.frozen_at(end):
        rates = rates_of(run.first_day, run.days)
    run.counts = counts_of() | {"people_moves": simulator.people_moves, "sweeps": simulator.sweeps}
    run.rates = {
        rate.value: {
            "numerator": tally.numerator,
            "denominator": tally.denominator,
            "percent": tally.percent,
            "left_out": {reason.value: number for reason, number in tally.left_out.items() if number},
        }
        for rate, tally in rates.items()
    }
    run.compared = {
        each.name: {
            "ours": each.ours,
            "published": each.published,
            "difference": each.difference,
            "unit": each.unit,
        }
        for each in compared(profile, rates, run.counts)
    }
    run.refused = dict(sorted(simulator.refused.items()))
    run.digest = digest_of_events(cases)


def _trust_the_machine() -> None:
    """Let commits not wait for the disk in this session: what is simulated can be simulated again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
