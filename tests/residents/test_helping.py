"""One helper and one unit: who they are, what they thereby see, being in touch, and what the pages cost."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Conflict, Denied, Invalid, Missing
from organizations.choices import Role
from organizations.models import Organization, User
from residents.models import CareAssignment, ContactLog, Household, Person, PersonTag
from residents.sealing import open_contact
from residents.services import (
    contact_log,
    help_close,
    helper_end,
    helper_set,
    person_die,
    person_merge,
    person_unmerge,
)
from tests.factories.care import SENSITIVE, make_help, make_tag
from tests.factories.organizations import make_department, make_user
from tests.factories.resident_town import Town, fresh, make_town
from tests.factories.residents import make_person

pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def unit(town: Town) -> Organization:
    return make_department(town.city, name="民政局")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def anew(user: User) -> User:
    """Return the account as a new request has it."""
    return User.objects.get(pk=user.pk)


def test_helper_and_unit_are_set_changed_and_ended(town: Town, unit: Organization) -> None:
    actor, first = town.actor(Role.GRID_WORKER), town.user()
    given = {"actor": actor, "person_id": town.head.pk, "unit_id": unit.pk, "contact_days": 7}
    made = helper_set(**given, helper_id=first.pk)
    assert made.next_due_on == clock.today() + timedelta(days=7)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        helper_set(**given, helper_id=first.pk)
    other = helper_set(**given, helper_id=town.user().pk, replacing=made.pk)
    assert (fresh(made).valid_to, fresh(made).end_reason) == (clock.today(), "changed")
    helper_end(actor=actor, assignment_id=other.pk, reason="no_longer")
    with pytest.raises(Conflict, match="help_ended"):
        helper_end(actor=actor, assignment_id=other.pk, reason="no_longer")
    assert not CareAssignment.objects.open().exists()


def test_the_database_refuses_a_second_helper(town: Town, unit: Organization) -> None:
    made = make_help(town.head, town.user(), unit)
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_what_cannot_be_set(town: Town, unit: Organization) -> None:
    helper = town.user()
    for person, units, days, code in (
        (User.objects.create_user("nobody", password="Tower-Bridge-1"), unit, 30, "helper_missing"),
        (helper, town.community, 30, "unit_missing"),
        (helper, unit, 0, "days_range"),
        (helper, unit, 181, "days_range"),
    ):
        with pytest.raises(Invalid, match=code):
            make_help(town.head, person, units, contact_days=days)
    given = {"person_id": town.head.pk, "helper_id": helper.pk, "unit_id": unit.pk, "contact_days": 30}
    with pytest.raises(Denied):
        helper_set(actor=town.actor(Role.AUDITOR), **given)
    with pytest.raises(Missing):
        helper_set(actor=town.actor(there=True), **given)


def test_helper_and_unit_see_that_person_and_nobody_else(town: Town, unit: Organization) -> None:
    officer = make_user(Role.DEPARTMENT_OFFICER, unit)
    other_officer = make_user(Role.DEPARTMENT_OFFICER, make_department(town.city))
    helper, stranger = town.user(there=True), town.user(Role.GRID_WORKER, there=True)
    everybody = (officer, other_officer, helper, stranger)

    def seen() -> list[bool]:
        found = []
        for user in everybody:
            people = Person.objects.visible_to(anew(user)).filter(household=town.household)
            listed = set(people.values_list("pk", flat=True))
            assert listed <= {town.head.pk}
            page = client_of(user).get(reverse("residents:person", args=[town.head.pk]))
            assert page.status_code == (200 if listed else 404)
            mine = client_of(user).get(reverse("residents:care-mine"), {"show": "unit"})
            assert len(mine.context["rows"]) == len(listed)
            found.append(bool(listed))
        return found

    assert seen() == [False, False, False, False]
    assignment = make_help(town.head, helper, unit)
    assert seen() == [True, False, True, False]
    assert not Household.objects.visible_to(officer).exists()
    helper_end(actor=SYSTEM, assignment_id=assignment.pk, reason="no_longer")
    assert seen() == [False, False, False, False]


def test_a_helper_without_a_post_by_now_sees_nobody(town: Town, unit: Organization) -> None:
    helper = town.user(there=True)
    make_help(town.head, helper, unit)
    helper.memberships.update(valid_to=date(2021, 1, 1))
    assert not Person.objects.visible_to(anew(helper)).exists()
    assert client_of(helper).get(reverse("residents:care-mine")).status_code == 404


def test_helpers_see_no_sensitive_tag_by_helping(town: Town, unit: Organization) -> None:
    helper = town.user(there=True)
    make_help(town.head, helper, unit)
    make_tag(town.head, SENSITIVE)
    ordinary = make_tag(town.head)
    assert list(PersonTag.objects.visible_to(helper)) == [ordinary]


def test_being_in_touch_moves_the_next_day(town: Town, unit: Organization) -> None:
    helper = town.user(there=True)
    officer = make_user(Role.DEPARTMENT_OFFICER, unit)
    assignment = make_help(town.head, helper, unit, contact_days=10)
    start = clock.today() - timedelta(days=20)
    CareAssignment.objects.filter(pk=assignment.pk).update(valid_from=start)
    given = {"assignment_id": assignment.pk, "kind": "phone"}
    made = contact_log(actor=Actor.of(helper), on=clock.today(), note_text="一切都好", **given)
    assert (open_contact(made), "一切都好" in made.note_sealed) == ("一切都好", False)
    contact_log(actor=Actor.of(officer), on=start, **given)
    assert fresh(assignment).last_contact_on == clock.today()
    assert fresh(assignment).next_due_on == clock.today() + timedelta(days=10)
    for wrong in (clock.today() + timedelta(days=1), start - timedelta(days=1)):
        with pytest.raises(Invalid, match="day_range"):
            contact_log(actor=Actor.of(helper), on=wrong, **given)
    with pytest.raises(Denied):
        contact_log(actor=town.actor(Role.AUDITOR), on=clock.today(), **given)
    with pytest.raises(Missing):
        contact_log(actor=town.actor(Role.GRID_WORKER, there=True), on=clock.today(), **given)
    helper_end(actor=SYSTEM, assignment_id=assignment.pk, reason="declined")
    with pytest.raises((Conflict, Missing)):
        contact_log(actor=Actor.of(helper), on=clock.today(), **given)
    assert ContactLog.objects.count() == 2


def test_help_for_the_dead_ends_by_itself(town: Town, unit: Organization) -> None:
    assignment = make_help(town.head, town.user(), unit)
    holds = make_help(town.spouse, town.user(), unit)
    person_die(actor=SYSTEM, person_id=town.head.pk, effective_on=clock.today())
    assert (help_close(actor=SYSTEM), help_close(actor=SYSTEM)) == (1, 0)
    assert (fresh(assignment).end_reason, fresh(holds).end_reason) == ("left", "")


def test_help_follows_a_merged_file_and_comes_back(town: Town, unit: Organization) -> None:
    double = make_person(town.near, "林一", birth_date=date(1980, 5, 17))
    assignment = make_help(double, town.user(), unit)
    record = person_merge(actor=SYSTEM, kept_id=town.head.pk, gone_id=double.pk, reason="同一人")
    assert fresh(assignment).person == town.head
    person_unmerge(actor=SYSTEM, record_id=record.pk, reason="不是")
    assert fresh(assignment).person == double


def test_the_forms_set_end_and_log(town: Town, unit: Organization) -> None:
    helper = town.user()
    client = client_of(town.user(Role.COMMUNITY_STAFF))
    address = reverse("residents:helper-set", args=[town.head.pk])
    assert client.get(address).status_code == 200
    given = {
        "helper": helper.pk,
        "helper_words": str(helper),
        "unit": unit.pk,
        "unit_words": "民政局",
        "contact_days": 14,
    }
    assert client_of(town.user(Role.AUDITOR)).post(address, given).status_code == 403
    assert client_of(town.user(there=True)).post(address, given).status_code == 404
    assert client.post(address, given | {"contact_days": 0}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert client.post(address, given).status_code == 409
    made = CareAssignment.objects.open().get()
    page = client.get(reverse("residents:person", args=[town.head.pk])).content.decode()
    assert "民政局" in page
    contact = reverse("residents:care-contact", args=[made.pk])
    assert client_of(town.user(Role.AUDITOR)).get(contact).status_code == 403
    assert client_of(helper).get(contact).status_code == 200
    logged = client_of(helper).post(
        f"{contact}?back=/residents/care/mine/",
        {"on": clock.today().isoformat(), "kind": "visit", "note_text": "送米"},
    )
    assert logged.headers["Location"] == "/residents/care/mine/"
    assert "送米" in client.get(reverse("residents:person", args=[town.head.pk])).content.decode()
    assert "民政局" in client.get(reverse("residents:household", args=[town.household.pk])).content.decode()
    end = reverse("residents:helper-end", args=[made.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"reason": "declined"}).status_code == 302
    assert not CareAssignment.objects.open().exists()


def test_helpers_and_units_are_found_by_typing(town: Town, unit: Organization) -> None:
    helper, client = town.user(), client_of(town.user())
    for what, words in (("helpers", helper.full_name), ("units", "民政")):
        address = reverse(f"residents:suggest-{what}")
        assert "data-value" in client.get(address, {"q": words}).content.decode()
        assert "data-value" not in client.get(address, {"q": "没有这个"}).content.decode()
        assert "data-value" not in client.get(address, {"q": ""}).content.decode()
    there = client_of(town.user(there=True))
    found = there.get(reverse("residents:suggest-helpers"), {"q": helper.full_name}).content.decode()
    assert f'data-value="{helper.pk}"' not in found


def test_those_who_wait_longest_come_first_and_the_page_costs_the_same(
    town: Town, unit: Organization
) -> None:
    helper = town.user(there=True)
    first = make_help(make_person(town.household, "周七", kinship="other_kin"), helper, unit, contact_days=1)
    few = _cost(helper)
    for days in range(2, 20):
        make_help(make_person(town.household, "周七", kinship="other_kin"), helper, unit, contact_days=days)
    assert _cost(helper) == few == BUDGETS.get("residents/care/mine")
    page = client_of(helper).get(reverse("residents:care-mine"))
    assert page.context["rows"][0] == first
    assert page.context["overdue"] == 0
    CareAssignment.objects.update(next_due_on=clock.today() - timedelta(days=1))
    assert client_of(helper).get(reverse("residents:care-mine")).context["overdue"] == 19


def _cost(user: User) -> int:
    client = client_of(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("residents:care-mine")).status_code == 200
    return len(queries)


def test_the_condition_of_helpers_is_read_by_an_index(town: Town, unit: Organization) -> None:
    helper = town.user(there=True)
    make_help(town.head, helper, unit)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Person.objects.visible_to(helper).order_by().explain()
    assert "BitmapOr" in plan
    assert "SubPlan" not in plan
