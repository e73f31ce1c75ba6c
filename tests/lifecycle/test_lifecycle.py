"""Thousands of random steps: whatever people, time and repeated deliveries do, the invariants hold.

`STEPS` sets how many random steps are taken (the full proof takes 10,000); by default a fixed, short run.
"""

import os
import sys

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from incidents.models import CheckShare
from tests.factories.incidents import small_city
from tests.lifecycle.machine import LifeCycle

RULES_PER_RUN = 30
# What a run of so many rules takes at least, the steps of several people in one rule counted singly.
STEPS_PER_RUN = 40
USUAL_STEPS = 240
STEPS = int(os.environ.get("STEPS", USUAL_STEPS))


@pytest.mark.django_db
def test_whatever_happens_the_invariants_hold() -> None:
    LifeCycle.city = small_city()
    CheckShare.objects.update(percent=40)
    LifeCycle.seen.clear()
    run_state_machine_as_test(
        LifeCycle,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_PER_RUN),
            stateful_step_count=RULES_PER_RUN,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    for what, times in sorted(LifeCycle.seen.items()):
        sys.stdout.write(f"{times:6} {what}\n")
