"""Two files of one person: found, merged with everything, and separated exactly as they were."""

from datetime import date
from typing import Any

import pytest

from core.actor import SYSTEM
from core.errors import Conflict, Denied, Invalid, Missing
from organizations.choices import Role
from residents.models import MergeRecord, Mismatch, Person, ResidentEvent
from residents.rules.documents import DocumentKind
from residents.sealing import open_document, open_phone
from residents.selectors.duplicates import candidates_of, people_with_doubles
from residents.services import merging, people_distinct, person_merge, person_move, person_unmerge
from tests.factories.resident_town import Town, fresh, make_town
from tests.factories.residents import make_person, resident_id

pytestmark = pytest.mark.django_db
BORN = date(2015, 9, 9)


@pytest.fixture
def town() -> Town:
    return make_town()


def double(town: Town, **more: Any) -> Person:
    """Return a second file of the child, without a document, in the empty household."""
    parts = {"birth_date": BORN, "document_kind": DocumentKind.NONE, "phone": "13800001234"} | more
    return make_person(town.near, parts.pop("name", "林三"), **parts)


def merge(kept: Person, gone: Person, **more: Any) -> MergeRecord:
    more.setdefault("actor", SYSTEM)
    return person_merge(kept_id=kept.pk, gone_id=gone.pk, reason=more.pop("reason", "同一人"), **more)


@pytest.mark.parametrize(
    ("more", "likeness"),
    [
        ({}, "strong"),
        ({"document_kind": DocumentKind.RESIDENT_ID, "document_number": resident_id(BORN)}, "weak"),
        ({"name": "林四"}, None),
        ({"birth_date": date(2015, 9, 10)}, None),
    ],
)
def test_who_is_alike(town: Town, more: Any, likeness: str | None) -> None:
    other = double(town, **more)
    user = town.user()
    found = [(each.person, each.likeness) for each in candidates_of(user, town.child)]
    assert found == ([(other, likeness)] if likeness else [])
    assert list(people_with_doubles(user)) == ([town.child] if likeness else [])
    assert candidates_of(town.user(there=True), town.child) == []
    people_distinct(actor=SYSTEM, first_id=other.pk, second_id=town.child.pk)
    assert candidates_of(user, town.child) == []
    assert list(people_with_doubles(user)) == []


def columns(person: Person) -> dict[str, Any]:
    row = Person.objects.filter(pk=person.pk).values().get()
    row.pop("version")
    return row


def test_a_merged_file_lives_nowhere_and_comes_back_exactly(town: Town) -> None:
    gone = double(town)
    before = [columns(town.child), columns(gone)]
    record = merge(town.child, gone)
    kept, merged = fresh(town.child, gone)
    assert (merged.state, merged.household, merged.merged_into) == ("merged", None, kept)
    assert open_phone(kept) == "13800001234"
    assert kept.household == town.household
    assert Mismatch.objects.filter(household=town.near, state="open", kind="nobody").exists()
    person_unmerge(actor=SYSTEM, record_id=record.pk, reason="弄错了")
    assert [columns(town.child), columns(gone)] == before
    assert ResidentEvent.objects.filter(person=gone, verb="unmerged").exists()
    with pytest.raises(Conflict) as refused:
        person_unmerge(actor=SYSTEM, record_id=record.pk, reason="弄错了")
    assert refused.value.code == "merge_undone"


def test_an_empty_document_is_filled_and_given_back(town: Town) -> None:
    kept = double(town)
    number = open_document(town.child)
    record = merge(kept, town.child)
    assert open_document(fresh(kept)) == number
    person_unmerge(actor=SYSTEM, record_id=record.pk, reason="弄错了")
    kept, child = fresh(kept, town.child)
    assert (open_document(kept), kept.document_kind) == ("", "none")
    assert open_document(child) == number


def test_files_merged_before_go_along_and_come_back(town: Town) -> None:
    first, second = double(town), double(town)
    merge(second, first)
    record = merge(town.child, second)
    assert fresh(first).merged_into == town.child
    person_unmerge(actor=SYSTEM, record_id=record.pk, reason="弄错了")
    assert fresh(first).merged_into == second


def test_rows_of_other_kinds_go_along(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any model with a reference to a person can be registered; here people the register keeps."""
    gone = double(town)
    other = double(town, name="林五")
    record = merge(town.child, gone)
    person_unmerge(actor=SYSTEM, record_id=record.pk, reason="试")
    mover = merging.rows_of(MergeRecord, field="gone")
    monkeypatch.setitem(merging._movers, mover.name, mover)
    again = merge(other, gone)
    assert again.moved[mover.name] == [record.pk]
    assert fresh(record).gone == other
    person_unmerge(actor=SYSTEM, record_id=again.pk, reason="试")
    assert fresh(record).gone == gone


def test_undoing_waits_for_nobody_who_has_closed_the_household(town: Town) -> None:
    gone = double(town)
    record = merge(town.child, gone)
    town.near.refresh_from_db()
    town.near.closed_on = date(2024, 1, 1)
    town.near.save()
    with pytest.raises(Conflict) as refused:
        person_unmerge(actor=SYSTEM, record_id=record.pk, reason="弄错了")
    assert refused.value.code == "household_closed"


def test_what_cannot_be_merged(town: Town) -> None:
    gone = double(town)
    for kept, other, reason, code in [
        (town.child, town.child, "同", "same_file"),
        (town.child, gone, " ", "reason_missing"),
    ]:
        with pytest.raises(Invalid) as refused:
            merge(kept, other, reason=reason)
        assert refused.value.code == code
    merge(town.child, gone)
    with pytest.raises(Invalid) as refused:
        merge(town.spouse, gone)
    assert refused.value.code == "file_closed"


def test_who_may_merge_and_separate(town: Town) -> None:
    gone = double(town)
    with pytest.raises(Missing):
        merge(town.child, gone, actor=town.actor(there=True))
    with pytest.raises(Denied):
        merge(town.child, gone, actor=town.actor(Role.AUDITOR))
    person_move(
        actor=SYSTEM,
        person_id=gone.pk,
        household_id=town.far.pk,
        effective_on=date(2024, 1, 1),
        kinship="head",
    )
    with pytest.raises(Missing):
        merge(town.child, gone, actor=town.actor())
    record = merge(town.child, gone, actor=town.actor(Role.STREET_STAFF))
    with pytest.raises(Missing):
        person_unmerge(actor=town.actor(there=True), record_id=record.pk, reason="错")
    person_unmerge(actor=town.actor(Role.STREET_STAFF), record_id=record.pk, reason="错")
    assert fresh(gone).household == town.far
