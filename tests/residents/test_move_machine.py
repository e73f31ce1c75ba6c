"""Moves, splits, joinings, deaths and undoing at random: nobody is lost, doubled, or in two places."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import clock
from core.actor import SYSTEM
from core.errors import DomainError
from residents.models import Household, PastResidence, Person
from residents.services import (
    head_change,
    household_close,
    household_join,
    household_split,
    person_die,
    person_leave,
    person_merge,
    person_move,
    person_return,
    residence_undo,
)
from tests.factories.resident_town import BEGUN, Town, make_town

_CHANCE = st.integers(0, 2**32 - 1).map(Random)
_ENOUGH = 8


class Moves(RuleBasedStateMachine):
    """One run in a savepoint; `town` is made by the test, `done` counts what was not refused."""

    town: Town
    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.people = Person.objects.count()
        self.day = BEGUN + timedelta(days=1)

    def teardown(self) -> None:
        """Forget this run."""
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def _person(self, rng: Random) -> Person:
        return rng.choice(list(Person.objects.order_by("pk")))

    def _household(self, rng: Random) -> Household:
        return rng.choice(list(Household.objects.order_by("pk")))

    def _on(self, rng: Random) -> date:
        """Return a day that is mostly later than all before, sometimes not."""
        self.day += timedelta(days=rng.choice([0, 1, 1, 5]))
        return self.day - timedelta(days=rng.choice([0, 0, 0, 9]))

    def _try(self, service: Callable[..., Any], **given: Any) -> None:
        try:
            with transaction.atomic():
                service(actor=SYSTEM, **given)
        except DomainError:
            return
        Moves.done += 1

    @rule(rng=_CHANCE)
    def move(self, rng: Random) -> None:
        kinship = rng.choice(["head", "other_kin"])
        given = {"person_id": self._person(rng).pk, "household_id": self._household(rng).pk}
        service = rng.choice([person_move, person_move, person_return])
        self._try(service, **given, effective_on=self._on(rng), kinship=kinship)

    @rule(rng=_CHANCE)
    def end(self, rng: Random) -> None:
        service = rng.choice([person_leave, person_leave, person_die])
        self._try(service, person_id=self._person(rng).pk, effective_on=self._on(rng))

    @rule(rng=_CHANCE)
    def split(self, rng: Random) -> None:
        household = self._household(rng)
        people = list(Person.objects.filter(household=household).order_by("pk").values_list("pk", flat=True))
        if not people or Household.objects.count() > _ENOUGH:
            return
        chosen = rng.sample(people, rng.randint(1, len(people)))
        self._try(
            household_split,
            household_id=household.pk,
            person_ids=chosen,
            head_id=chosen[0],
            effective_on=self._on(rng),
        )

    @rule(rng=_CHANCE)
    def join(self, rng: Random) -> None:
        one, other = self._household(rng).pk, self._household(rng).pk
        self._try(household_join, household_id=one, into_id=other, effective_on=self._on(rng))

    @rule(rng=_CHANCE)
    def lead_or_close(self, rng: Random) -> None:
        household = self._household(rng).pk
        if rng.random() < 0.8:
            person = self._person(rng).pk
            self._try(head_change, household_id=household, person_id=person, effective_on=self._on(rng))
        else:
            self._try(household_close, household_id=household, effective_on=self._on(rng))

    @rule(rng=_CHANCE)
    def undo(self, rng: Random) -> None:
        self._try(residence_undo, person_id=self._person(rng).pk, reason="记错")

    @rule(rng=_CHANCE)
    def merge(self, rng: Random) -> None:
        if rng.random() < 0.2:
            kept, gone = self._person(rng).pk, self._person(rng).pk
            self._try(person_merge, kept_id=kept, gone_id=gone, reason="同一人")

    @invariant()
    def everybody_is_kept_once(self) -> None:
        assert Person.objects.count() == self.people

    @invariant()
    def only_the_living_live_somewhere_that_is_open(self) -> None:
        assert not Person.objects.exclude(state="living").exclude(household=None).exists()
        assert not Person.objects.filter(household__closed_on__isnull=False).exists()
        assert not Person.objects.filter(household__isnull=False, lived_since=None).exists()

    @invariant()
    def residences_follow_each_other(self) -> None:
        today = clock.today()
        for person in Person.objects.all():
            last = None
            for past in PastResidence.objects.filter(person=person).order_by("valid_from"):
                assert past.valid_from <= past.valid_to <= today
                assert last is None or past.valid_from > last
                last = past.valid_to
            if person.lived_since is not None and last is not None:
                assert person.lived_since > last

    @invariant()
    def people_stand_where_their_household_stands(self) -> None:
        for person in Person.objects.exclude(household=None).select_related("household"):
            home = person.household
            assert home is not None
            assert (person.building_id, person.grid_id) == (home.building_id, home.grid_id)
            assert (person.community_id, person.street_id) == (home.community_id, home.street_id)


@pytest.mark.django_db
def test_whatever_happens_everybody_is_somewhere_once() -> None:
    Moves.town = make_town()
    run_state_machine_as_test(
        Moves,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Moves.done > 30
