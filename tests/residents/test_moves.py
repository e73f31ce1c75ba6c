"""Where people live changes on a day: the row tells the present, earlier residences and events the past."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from organizations.choices import Role
from residents.choices import LifeState
from residents.models import Household, PastResidence, Person, ResidentEvent
from residents.rules.documents import DocumentKind
from residents.rules.people import PersonDraft
from residents.sealing import open_document
from residents.services import (
    dwelling_close,
    head_change,
    household_close,
    household_join,
    household_move,
    household_split,
    person_born,
    person_die,
    person_leave,
    person_move,
    person_return,
    person_take_in,
    registered_household_set,
    residence_undo,
)
from tests.factories.resident_town import BEGUN, DAY, Town, fresh, make_town
from tests.factories.residents import make_dwelling, make_household, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def move(town: Town, person: Person, into: Household, on: date = DAY, **more: Any) -> Person:
    more.setdefault("actor", SYSTEM)
    more.setdefault("kinship", "head")
    return person_move(person_id=person.pk, household_id=into.pk, effective_on=on, **more)


def verbs(person: Person) -> list[str]:
    return list(ResidentEvent.objects.filter(person=person).order_by("id").values_list("verb", flat=True))


def test_a_move_ends_one_residence_and_begins_another(town: Town) -> None:
    move(town, town.child, town.far)
    child = fresh(town.child)
    assert (child.household, child.kinship, child.lived_since) == (town.far, "head", DAY)
    assert (child.grid, child.community) == (town.other_grid, town.other)
    past = PastResidence.objects.get(person=child)
    assert (past.household, past.kinship) == (town.household, "child")
    assert (past.valid_from, past.valid_to) == (BEGUN, DAY - timedelta(days=1))
    assert verbs(child) == ["registered", "moved_out", "moved_in"]


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (BEGUN - timedelta(days=1), "day_before_arrival"),
        (date(2999, 1, 1), "day_ahead"),
        (date(2024, 6, 1), ""),
    ],
)
def test_a_move_holds_from_a_day_that_can_be(town: Town, on: date, code: str) -> None:
    if not code:
        move(town, town.child, town.near, on)
        return
    with pytest.raises(Invalid) as refused:
        move(town, town.child, town.near, on)
    assert (refused.value.code, refused.value.field) == (code, "effective_on")
    assert fresh(town.child).household == town.household


def test_a_household_has_one_head(town: Town) -> None:
    move(town, town.child, town.near)
    with pytest.raises(Invalid) as refused:
        move(town, town.spouse, town.near)
    assert refused.value.code == "head_already"


def test_who_heads_a_household_can_name_a_successor(town: Town) -> None:
    move(town, town.head, town.near, successor_id=town.spouse.pk)
    spouse, child = fresh(town.spouse, town.child)
    assert (spouse.kinship, child.kinship) == ("head", "child")


def test_an_older_form_is_refused(town: Town) -> None:
    move(town, town.child, town.near, version=town.child.version)
    with pytest.raises(Conflict) as refused:
        move(town, town.child, town.far, date(2025, 1, 1), version=town.child.version)
    assert refused.value.code == "changed_meanwhile"


def test_leaving_and_coming_back(town: Town) -> None:
    person_leave(actor=SYSTEM, person_id=town.child.pk, effective_on=DAY, where="厦门")
    child = fresh(town.child)
    assert (child.state, child.household, child.ended_on) == (LifeState.MOVED_AWAY, None, DAY)
    assert PastResidence.objects.get(person=child).valid_to == DAY
    with pytest.raises(Invalid):
        person_return(
            actor=SYSTEM,
            person_id=child.pk,
            household_id=town.household.pk,
            effective_on=DAY,
            kinship="child",
        )
    person_return(
        actor=SYSTEM,
        person_id=child.pk,
        household_id=town.household.pk,
        effective_on=DAY + timedelta(days=1),
        kinship="child",
    )
    child = fresh(child)
    assert (child.state, child.household, child.ended_on) == (LifeState.LIVING, town.household, None)


def test_a_death_ends_the_residence_on_its_day(town: Town) -> None:
    person_die(actor=SYSTEM, person_id=town.head.pk, effective_on=DAY, successor_id=town.spouse.pk)
    head, spouse = fresh(town.head, town.spouse)
    assert (head.state, head.household, head.ended_on) == (LifeState.DECEASED, None, DAY)
    assert spouse.kinship == "head"
    with pytest.raises(Invalid):
        person_die(actor=SYSTEM, person_id=town.head.pk, effective_on=DAY)


def test_a_newborn_lives_with_its_mother(town: Town) -> None:
    draft = PersonDraft(name="林四", document_kind=DocumentKind.NONE, birth_date=DAY)
    child = person_born(actor=SYSTEM, mother_id=town.spouse.pk, draft=draft)
    assert (child.household, child.kinship, child.lived_since) == (town.household, "child", DAY)
    assert ResidentEvent.objects.get(person=child).data == {"mother": town.spouse.pk}


def test_who_holds_the_document_brings_the_file_along(town: Town) -> None:
    there = town.actor(there=True)
    with pytest.raises(Missing):
        move(town, town.child, town.far, actor=there)
    given = {
        "actor": there,
        "household_id": town.far.pk,
        "document_kind": "resident_id",
        "effective_on": DAY,
        "kinship": "head",
    }
    with pytest.raises(Invalid):
        person_take_in(document_number="123", **given)
    person_take_in(document_number=open_document(town.child), **given)
    assert fresh(town.child).household == town.far
    event = ResidentEvent.objects.filter(person=town.child, verb="moved_in").get()
    assert event.actor == there.user


def test_a_whole_household_moves_with_its_people(town: Town) -> None:
    dwelling = make_dwelling(town.other_building)
    household_move(actor=SYSTEM, household_id=town.household.pk, dwelling_id=dwelling.pk, effective_on=DAY)
    household = fresh(town.household)
    assert (household.dwelling, household.community) == (dwelling, town.other)
    places = set(Person.objects.filter(household=household).values_list("grid_id", "community_id"))
    assert places == {(town.other_grid.pk, town.other.pk)}
    assert fresh(town.child).lived_since == BEGUN


def test_a_household_splits_in_two(town: Town) -> None:
    new = household_split(
        actor=SYSTEM,
        household_id=town.household.pk,
        person_ids=[town.head.pk, town.child.pk],
        head_id=town.child.pk,
        successor_id=town.spouse.pk,
        effective_on=DAY,
    )
    head, spouse, child = fresh(town.head, town.spouse, town.child)
    assert (head.household, child.household, spouse.household) == (new, new, town.household)
    assert (child.kinship, head.kinship, spouse.kinship) == ("head", "parent", "head")
    with pytest.raises(Invalid) as refused:
        household_split(
            actor=SYSTEM,
            household_id=new.pk,
            person_ids=[head.pk, child.pk],
            head_id=head.pk,
            effective_on=DAY,
        )
    assert refused.value.code == "split_leaves_nobody"


def test_two_households_join_and_one_is_closed(town: Town) -> None:
    make_person(town.near, "王五")
    household_join(actor=SYSTEM, household_id=town.household.pk, into_id=town.near.pk, effective_on=DAY)
    assert fresh(town.household).closed_on == DAY
    assert Person.objects.filter(household=town.near, kinship="head").count() == 1
    assert Person.objects.filter(household=town.near).count() == 4
    with pytest.raises(Invalid) as refused:
        move(town, town.child, town.household, date(2025, 1, 1))
    assert refused.value.code == "day_after_closing"


def test_only_an_empty_household_closes(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        household_close(actor=SYSTEM, household_id=town.household.pk)
    assert refused.value.code == "household_lived_in"
    household_close(actor=SYSTEM, household_id=town.near.pk)
    with pytest.raises(Invalid) as refused:
        dwelling_close(actor=SYSTEM, dwelling_id=town.household.dwelling.pk)
    assert refused.value.code == "dwelling_lived_in"
    dwelling_close(actor=SYSTEM, dwelling_id=town.near.dwelling.pk)


def test_relations_are_told_anew_for_another_head(town: Town) -> None:
    head_change(
        actor=SYSTEM,
        household_id=town.household.pk,
        person_id=town.child.pk,
        effective_on=DAY,
        kinships={town.spouse.pk: "parent"},
    )
    head, spouse, child = fresh(town.head, town.spouse, town.child)
    assert (child.kinship, head.kinship, spouse.kinship) == ("head", "parent", "parent")


def test_the_register_may_keep_somebody_elsewhere(town: Town) -> None:
    registered_household_set(actor=SYSTEM, person_id=town.child.pk, household_id=town.far.pk)
    child = fresh(town.child)
    assert (child.household, child.registered_household) == (town.household, town.far)
    assert verbs(child)[-1] == "register_set"


def test_the_last_change_is_taken_back_and_stays_in_the_history(town: Town) -> None:
    move(town, town.child, town.far)
    before = fresh(town.child)
    person_leave(actor=SYSTEM, person_id=town.child.pk, effective_on=date(2025, 1, 1))
    residence_undo(actor=SYSTEM, person_id=town.child.pk, reason="记错了人")
    again = fresh(town.child)
    assert (again.household, again.lived_since, again.state) == (town.far, before.lived_since, "living")
    assert PastResidence.objects.filter(person=again).count() == 1
    residence_undo(actor=SYSTEM, person_id=town.child.pk, reason="没有搬")
    again = fresh(town.child)
    assert (again.household, again.lived_since, again.kinship) == (town.household, BEGUN, "child")
    assert (again.grid, PastResidence.objects.filter(person=again).exists()) == (town.grid, False)
    with pytest.raises(Invalid) as refused:
        residence_undo(actor=SYSTEM, person_id=town.child.pk, reason="再来一次")
    assert refused.value.code == "nothing_to_undo"
    assert verbs(again).count("undone") == 2


def test_the_database_refuses_two_residences_at_a_time(town: Town) -> None:
    given = {"person": town.child, "household": town.near, "kinship": "child"}
    PastResidence.objects.create(**given, valid_from=date(2010, 1, 1), valid_to=date(2012, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        PastResidence.objects.create(**given, valid_from=date(2012, 1, 1), valid_to=date(2013, 1, 1))


VERBS: dict[str, Callable[[Town, Actor], Any]] = {
    "move": lambda town, actor: move(town, town.child, town.near, actor=actor),
    "leave": lambda town, actor: person_leave(actor=actor, person_id=town.child.pk, effective_on=DAY),
    "die": lambda town, actor: person_die(actor=actor, person_id=town.child.pk, effective_on=DAY),
    "born": lambda town, actor: person_born(
        actor=actor,
        mother_id=town.spouse.pk,
        draft=PersonDraft(name="林四", document_kind=DocumentKind.NONE, birth_date=DAY),
    ),
    "split": lambda town, actor: household_split(
        actor=actor,
        household_id=town.household.pk,
        person_ids=[town.child.pk],
        head_id=town.child.pk,
        effective_on=DAY,
    ),
    "join": lambda town, actor: household_join(
        actor=actor, household_id=town.household.pk, into_id=town.near.pk, effective_on=DAY
    ),
    "house": lambda town, actor: household_move(
        actor=actor,
        household_id=town.household.pk,
        dwelling_id=make_dwelling(town.building).pk,
        effective_on=DAY,
    ),
    "head": lambda town, actor: head_change(
        actor=actor, household_id=town.household.pk, person_id=town.child.pk, effective_on=DAY
    ),
    "close": lambda town, actor: household_close(actor=actor, household_id=town.near.pk),
    "register": lambda town, actor: registered_household_set(
        actor=actor, person_id=town.child.pk, household_id=town.near.pk
    ),
}
WHO: list[tuple[str, bool, type[DomainError] | None]] = [
    (Role.GRID_WORKER, False, None),
    (Role.COMMUNITY_STAFF, False, None),
    (Role.COMMUNITY_STAFF, True, Missing),
    (Role.AUDITOR, False, Denied),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("role", "there", "refused"), WHO)
def test_who_may_change_where_people_live(
    town: Town, verb: str, role: str, there: bool, refused: type[DomainError] | None
) -> None:
    events = ResidentEvent.objects.count()
    actor = town.actor(role, there=there)
    if refused is None:
        VERBS[verb](town, actor)
        assert ResidentEvent.objects.count() > events
        return
    with pytest.raises(refused):
        VERBS[verb](town, actor)
    assert ResidentEvent.objects.count() == events


def test_nobody_comes_before_the_household_began(town: Town) -> None:
    late = make_household(town.building, opened_on=clock.today())
    with pytest.raises(Invalid) as refused:
        move(town, town.child, late)
    assert refused.value.code == "day_before_household"
