"""Mismatches are found once, end by themselves, and come back after the day they were confirmed until."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from core import clock
from core.actor import SYSTEM
from core.errors import Conflict, Denied, Invalid, Missing
from organizations.choices import Role
from residents.models import Mismatch, OccupancyLimit, Person
from residents.services import (
    dwelling_report,
    dwelling_update,
    find_mismatches,
    household_close,
    mismatch_confirm,
    person_leave,
)
from residents.services.reference import load, occupancy_limit_save
from tests.factories.resident_town import Town, fresh, make_town
from tests.factories.residents import make_dwelling, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    load(actor=SYSTEM)
    return make_town()


def live(**more: Any) -> list[tuple[str, int | None, int | None]]:
    rows = Mismatch.objects.exclude(state="gone").filter(**more).order_by("id")
    return list(rows.values_list("kind", "dwelling_id", "household_id"))


def test_an_empty_household_is_listed_until_somebody_lives_there_or_it_is_closed(town: Town) -> None:
    assert live() == [("nobody", None, town.near.pk), ("nobody", None, town.far.pk)]
    make_person(town.near)
    household_close(actor=SYSTEM, household_id=town.far.pk)
    assert live() == []
    assert set(Mismatch.objects.values_list("state", flat=True)) == {"gone"}


def test_heads_are_counted(town: Town) -> None:
    make_person(town.household, "王五")
    assert ("two_heads", None, town.household.pk) in live()
    person_leave(actor=SYSTEM, person_id=town.head.pk, effective_on=date(2024, 1, 1))
    assert ("two_heads", None, town.household.pk) not in live()
    Person.objects.filter(name="王五").update(kinship="sibling")
    assert find_mismatches() == 1
    assert ("no_head", None, town.household.pk) in live()


def test_what_others_report_is_compared(town: Town) -> None:
    empty = make_dwelling(town.building)
    given = {"actor": SYSTEM, "reported_on": date(2024, 1, 1)}
    dwelling_report(dwelling_id=empty.pk, lived_in=True, **given)
    assert ("empty_lived_in", empty.pk, None) in live()
    dwelling_report(actor=SYSTEM, dwelling_id=empty.pk, lived_in=False, reported_on=date(2023, 1, 1))
    assert ("empty_lived_in", empty.pk, None) in live()
    dwelling_report(dwelling_id=empty.pk, lived_in=False, **given)
    assert ("empty_lived_in", empty.pk, None) not in live()


@pytest.mark.parametrize(
    ("use", "area", "kinds"),
    [
        ("vacant", None, ["vacant_people"]),
        ("rented", "15.00", []),
        ("rented", "14.90", ["too_many"]),
        ("rented", None, []),
        ("owned", "1.00", []),
    ],
)
def test_use_and_area_decide(town: Town, use: str, area: str | None, kinds: list[str]) -> None:
    dwelling = town.household.dwelling
    dwelling_update(
        actor=SYSTEM,
        dwelling_id=dwelling.pk,
        unit=dwelling.unit,
        room=dwelling.room,
        use=use,
        area=Decimal(area) if area else None,
    )
    assert [kind for kind, where, _household in live() if where == dwelling.pk] == kinds


def test_the_nightly_look_repeats_without_a_change(town: Town) -> None:
    before = list(Mismatch.objects.values())
    call_command("find_mismatches")
    assert list(Mismatch.objects.values()) == before
    Mismatch.objects.all().delete()
    assert find_mismatches() == 2
    assert find_mismatches() == 0


def confirm(mismatch: Mismatch, actor: Any = SYSTEM, days: int = 30, reason: str = "装修") -> Mismatch:
    until = clock.today() + timedelta(days=days)
    return mismatch_confirm(actor=actor, mismatch_id=mismatch.pk, reason=reason, until=until)


def test_a_confirmed_one_comes_back_after_its_day(town: Town) -> None:
    mismatch = Mismatch.objects.get(household=town.near)
    confirm(mismatch)
    assert find_mismatches() == 0
    later = clock.now() + timedelta(days=31)
    with clock.frozen_at(later):
        assert find_mismatches() == 1
    again = fresh(mismatch)
    assert (again.state, again.times, again.confirmed_until) == ("open", 2, None)


def test_a_confirmed_one_comes_back_when_more_people_come(town: Town) -> None:
    occupancy_limit_save(actor=SYSTEM, limit=OccupancyLimit(use="unknown", people_at_most=2))
    find_mismatches()
    mismatch = Mismatch.objects.get(kind="too_many")
    confirm(mismatch)
    make_person(town.household, kinship="not_kin")
    assert (fresh(mismatch).state, fresh(mismatch).people) == ("open", 4)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"reason": " "}, "reason_missing"), ({"days": 0}, "until_range"), ({"days": 400}, "until_range")],
)
def test_confirming_asks_for_reason_and_day(town: Town, given: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        confirm(Mismatch.objects.get(household=town.near), **given)
    assert refused.value.code == code


def test_who_may_confirm(town: Town) -> None:
    mismatch = Mismatch.objects.get(household=town.near)
    with pytest.raises(Missing):
        confirm(mismatch, town.actor(there=True))
    with pytest.raises(Denied):
        confirm(mismatch, town.actor(Role.AUDITOR))
    confirm(mismatch, town.actor(Role.GRID_WORKER))
    household_close(actor=SYSTEM, household_id=town.near.pk)
    with pytest.raises(Conflict):
        confirm(mismatch)


def test_edited_limits_outlive_the_loading(town: Town) -> None:
    limit = OccupancyLimit.objects.get(use="rented")
    limit.square_metres_each = Decimal(9)
    occupancy_limit_save(actor=town.actor(Role.CITY_GRID_OFFICE), limit=limit)
    with pytest.raises(Denied):
        occupancy_limit_save(actor=town.actor(), limit=limit)
    load(actor=SYSTEM)
    assert fresh(limit).square_metres_each == Decimal(9)


def test_a_look_costs_one_statement(town: Town, django_assert_num_queries: Any) -> None:
    with clock.frozen_at(datetime(2030, 1, 1, tzinfo=clock.now().tzinfo)), django_assert_num_queries(7):
        find_mismatches()
