"""Days of change, relations to a new head, ages and likeness: every boundary."""

from datetime import date, timedelta

import pytest

from residents.rules.ages import age_on, is_child
from residents.rules.kinship import newborn, seen_from
from residents.rules.likeness import Likeness, likeness
from residents.rules.residence import day_problem, last_day_before

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("on", "since", "opened", "closed", "problem"),
    [
        (TODAY, None, None, None, ""),
        (TODAY + DAY, None, None, None, "ahead"),
        (TODAY - DAY, TODAY, None, None, "before_arrival"),
        (TODAY, TODAY, None, None, ""),
        (TODAY - DAY, None, TODAY, None, "before_household"),
        (TODAY, None, TODAY, None, ""),
        (TODAY, None, None, TODAY, "after_closing"),
    ],
)
def test_a_change_holds_from_a_day_that_can_be(
    on: date, since: date | None, opened: date | None, closed: date | None, problem: str
) -> None:
    assert day_problem(on, today=TODAY, since=since, opened=opened, closed=closed) == problem


def test_the_last_day_lies_before_the_first() -> None:
    assert last_day_before(date(2024, 3, 1)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("new_head", "other", "told"),
    [
        ("spouse", "head", "spouse"),
        ("spouse", "child", "child"),
        ("spouse", "parent", "parent_in_law"),
        ("child", "head", "parent"),
        ("child", "spouse", "parent"),
        ("child", "child", "sibling"),
        ("child", "grandchild", "other_kin"),
        ("parent", "head", "child"),
        ("parent", "child", "grandchild"),
        ("not_kin", "child", "not_kin"),
        ("not_kin", "head", "not_kin"),
        ("other_kin", "head", "other_kin"),
    ],
)
def test_relations_are_told_anew(new_head: str, other: str, told: str) -> None:
    assert seen_from(new_head, other) == told


def test_a_newborns_relation_follows_from_its_mother() -> None:
    assert [newborn(mother) for mother in ("head", "spouse", "child_in_law", "sibling")] == [
        "child",
        "child",
        "grandchild",
        "other_kin",
    ]


def test_age_turns_on_the_birthday() -> None:
    born = date(2012, 2, 29)
    assert age_on(born, date(2026, 2, 28)) == 13
    assert age_on(born, date(2026, 3, 1)) == 14
    assert is_child(born, date(2026, 2, 28))
    assert not is_child(born, date(2026, 3, 1))
    assert not is_child(None, TODAY)


@pytest.mark.parametrize(
    ("name", "birth", "phone", "both", "kind", "found"),
    [
        (True, True, False, False, True, Likeness.STRONG),
        (True, False, True, False, True, Likeness.STRONG),
        (True, True, False, True, True, Likeness.WEAK),
        (True, True, False, True, False, Likeness.STRONG),
        (False, True, True, False, True, None),
        (True, False, False, False, True, None),
    ],
)
def test_who_is_alike(
    name: bool, birth: bool, phone: bool, both: bool, kind: bool, found: Likeness | None
) -> None:
    assert (
        likeness(same_name=name, same_birth=birth, same_phone=phone, both_documents=both, same_kind=kind)
        == found
    )
