"""Thousands of random steps: whatever people, time, faults and repeated deliveries do, the invariants hold.

`STEPS` sets how many random steps are taken (the full proof takes 10,000); by default a fixed, short run.
`SHRINK=1` looks for the shortest run that fails in the same way.
"""

import os
import sys
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow import TRANSITIONS
from incidents.services.rulebook import forget_rulebook
from tests.lifecycle.machine import LifeCycle
from tests.lifecycle.reports import busy_city

RULES_PER_RUN = 12
# What a run of so many rules takes at least, the steps of several people in one rule counted singly.
STEPS_PER_RUN = 60
USUAL_STEPS = 240
FULL_STEPS = 10_000
STEPS = int(os.environ.get("STEPS", USUAL_STEPS))
# Making a failing run smaller takes many times as long as finding it.
PHASES = (Phase.generate, Phase.shrink) if os.environ.get("SHRINK") else (Phase.generate,)
# A short run comes through so many states and verbs, whatever it begins with.
USUAL_STATES, USUAL_VERBS = 10, 25


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_the_invariants_hold(settings: Any) -> None:
    settings.REFERENCE_CACHE_SECONDS = 3600  # as in production: the rules stay the same all the time
    LifeCycle.city = busy_city()
    forget_rulebook()
    for counted in (LifeCycle.seen, LifeCycle.states, LifeCycle.verbs, LifeCycle.edges):
        counted.clear()
    start = time.monotonic()
    try:
        run_state_machine_as_test(
            LifeCycle,
            settings=hypothesis_settings(
                max_examples=max(1, STEPS // STEPS_PER_RUN),
                stateful_step_count=RULES_PER_RUN,
                deadline=None,
                derandomize=True,
                database=None,
                phases=PHASES,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        forget_rulebook()
        _print(time.monotonic() - start)
    assert LifeCycle.seen["steps"] >= STEPS
    unseen = set(State) - set(LifeCycle.states), set(Verb) - set(LifeCycle.verbs)
    if STEPS >= FULL_STEPS:
        assert unseen == (set(), set())
    assert len(LifeCycle.states) >= USUAL_STATES
    assert len(LifeCycle.verbs) >= USUAL_VERBS


def _print(seconds: float) -> None:
    """Say what the run came through, to be read with `-s`."""
    rows = sum(len(row.sources) for row in TRANSITIONS if row.target is not None)
    lines = [
        f"{LifeCycle.seen['steps']} steps in {seconds:.0f} s, {LifeCycle.seen['steps taken']} taken",
        f"{len(LifeCycle.states)} of {len(State)} states entered: {_counts(LifeCycle.states)}",
        f"{len(LifeCycle.verbs)} of {len(Verb)} verbs done: {_counts(LifeCycle.verbs)}",
        f"{len(LifeCycle.edges)} of {rows} ways from state to state, births apart",
        f"besides: {_counts(LifeCycle.seen)}",
        f"never: {sorted((set(State) - set(LifeCycle.states)) | (set(Verb) - set(LifeCycle.verbs)))}",
    ]
    sys.stdout.write("\n".join(["", *lines, ""]))


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counted.items()))
