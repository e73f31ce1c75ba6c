"""Visits through the service: registered, recorded, told; who may; two at once; the same form sent twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from incidents.models import Category, Incident
from incidents.rules.vocabulary import Verb
from incidents.services import incident_perform
from incidents.services.visit_problems import problems_answer
from organizations.choices import Role
from organizations.models import User
from residents.models import Household, Need, NeedReopening, Person, Visit
from residents.rules.visits import NeedDraft, VisitDraft
from residents.sealing import open_answer, open_need, open_note, open_reply
from residents.services import need_answer, visit_save
from tests.factories.incidents import GARBAGE, TIP_OFF, SmallCity, small_city
from tests.factories.residents import make_household, make_person

pytestmark = pytest.mark.django_db
WISH = NeedDraft(kind="wish", text="想给孩子找一张书桌")
PROBLEM = NeedDraft(kind="problem", text="单元门口堆了垃圾", category=GARBAGE)


@dataclass
class Home:
    """A household of two in the first grid of a small city."""

    city: SmallCity
    household: Household
    people: list[Person]

    def actor(self, who: str = "grid_worker") -> Actor:
        return self.city.actor(who)

    def visit(self, who: str = "grid_worker", *, key: Any = None, **parts: Any) -> Visit:
        """Save a visit that meets everybody, unless told otherwise."""
        if parts.get("outcome", "met") == "met":
            parts.setdefault("confirmed", frozenset(person.pk for person in self.people))
        draft = VisitDraft(**{"outcome": "met", **parts})
        return visit_save(
            actor=self.actor(who), household_id=self.household.pk, draft=draft, client_key=key
        ).visit

    def answered(self, need: NeedDraft = WISH) -> Need:
        """Return a need that has been recorded and answered, and not been told."""
        visit = self.visit(needs=(need,))
        found = visit.needs.get()
        return need_answer(actor=SYSTEM, need_id=found.pk, answer="已送到家中")


def make_home(city: SmallCity) -> Home:
    household = make_household(city.buildings[0])
    people = [
        make_person(household, "林一"),
        make_person(household, "林小一", kinship="child"),
    ]
    return Home(city, household, people)


@pytest.fixture
def home() -> Home:
    return make_home(small_city())


def test_a_first_visit_registers_the_household(home: Home) -> None:
    visit = home.visit(note="家中有老人")
    home.household.refresh_from_db()
    assert home.household.registered_on == home.household.last_visited_on == clock.today()
    assert (visit.outcome, visit.confirmed, open_note(visit)) == ("met", True, "家中有老人")
    assert visit.visitor == home.city["grid_worker"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT note_sealed FROM residents_visit WHERE id = %s", [visit.pk])
        assert "老人" not in cursor.fetchone()[0]


def test_nothing_is_kept_of_a_visit_that_is_refused(home: Home) -> None:
    with pytest.raises(Invalid) as refused:
        home.visit(confirmed=frozenset(), needs=(WISH, PROBLEM))
    assert (refused.value.code, refused.value.field) == ("confirmed_missing", "confirmed")
    assert not Visit.objects.exists()
    assert not Need.objects.exists()
    assert not Incident.objects.exists()


def test_a_registered_household_needs_no_second_reading(home: Home) -> None:
    home.visit()
    assert home.visit(confirmed=frozenset()).confirmed is False


def test_nobody_met_is_not_seen(home: Home) -> None:
    home.visit(outcome="absent")
    home.visit(outcome="refused", note="不方便")
    home.household.refresh_from_db()
    assert home.household.last_visited_on is None
    assert home.household.registered_on is None


def test_a_visit_sent_late_keeps_its_day_and_no_later_one_is_lost(home: Home) -> None:
    earlier = clock.now() - timedelta(days=2)
    assert home.visit(at=earlier).at == earlier
    home.visit()
    home.visit(at=earlier, confirmed=frozenset())
    home.household.refresh_from_db()
    assert home.household.last_visited_on == clock.today()


def test_every_need_becomes_a_wish_an_opinion_or_an_incident(home: Home) -> None:
    opinion = NeedDraft(kind="opinion", text="希望多开几个活动", person_id=home.people[1].pk)
    visit = home.visit(needs=(WISH, opinion, PROBLEM))
    wish, said, problem = visit.needs.order_by("pk")
    assert [open_need(each) for each in (wish, said, problem)] == [WISH.text, opinion.text, PROBLEM.text]
    assert (wish.state, said.person, wish.incident_number) == ("open", home.people[1], "")
    incident = Incident.objects.get(number=problem.incident_number)
    assert incident.pk == problem.incident_id
    assert (incident.channel, incident.building, incident.reporter) == (
        "visit",
        home.household.building,
        home.city["grid_worker"],
    )


def test_a_secret_matter_is_not_recorded_at_a_door(home: Home) -> None:
    Category.objects.filter(code=TIP_OFF).update(is_secret=True, secret_roles=[Role.CITY_GRID_OFFICE])
    with pytest.raises(Invalid) as refused:
        home.visit(needs=(NeedDraft(kind="problem", text="举报线索", category=TIP_OFF),))
    assert refused.value.code == "category_secret"
    assert not Visit.objects.exists()


def test_the_result_of_the_incident_comes_back_once(home: Home) -> None:
    need = home.visit(needs=(PROBLEM,)).needs.get()
    assert problems_answer() == 0
    worker = home.actor()
    incident_perform(actor=worker, incident_id=need.incident_id, verb=Verb.SIGN, given={})
    incident_perform(actor=worker, incident_id=need.incident_id, verb=Verb.FINISH, given={"note": "已清运"})
    assert problems_answer() == 1
    assert problems_answer() == 0
    need.refresh_from_db()
    assert (need.state, open_answer(need), need.answered_by) == ("answered", "已清运", None)


def test_the_door_is_not_left_before_every_answer_is_told(home: Home) -> None:
    need = home.answered()
    with pytest.raises(Invalid) as refused:
        home.visit()
    assert (refused.value.code, refused.value.field) == ("feedback_missing", "feedback")
    visit = home.visit(told=frozenset({need.pk}))
    need.refresh_from_db()
    assert (need.state, need.fed_back_visit, need.fed_back_at) == ("fed_back", visit, visit.at)
    home.visit()


def test_a_knock_at_a_closed_door_tells_nothing(home: Home) -> None:
    need = home.answered()
    home.visit(outcome="absent")
    need.refresh_from_db()
    assert need.state == "answered"


def test_an_answer_that_is_not_accepted_is_taken_up_again(home: Home) -> None:
    need = home.answered(PROBLEM)
    before = need.incident_number
    home.visit(reopened={need.pk: "又堆上了"})
    need.refresh_from_db()
    assert (need.state, need.answer_sealed, need.answered_at) == ("open", "", None)
    kept = NeedReopening.objects.get(need=need)
    assert (open_answer(kept), open_reply(kept), kept.incident_number) == ("已送到家中", "又堆上了", before)
    again = Incident.objects.get(number=need.incident_number)
    assert again.number != before
    assert before in again.description
    assert "又堆上了" in again.description


def test_a_need_that_a_colleague_took_up_again_is_not_told(home: Home) -> None:
    need = home.answered()
    home.visit(reopened={need.pk: "不是这个"})
    with pytest.raises(Conflict) as refused:
        home.visit(told=frozenset({need.pk}))
    assert refused.value.code == "needs_changed"


def test_needs_of_others_are_none_of_this_household(home: Home) -> None:
    other = make_household(home.city.buildings[0])
    person = make_person(other)
    draft = VisitDraft(outcome="met", confirmed=frozenset({person.pk}), needs=(WISH,))
    need = visit_save(actor=home.actor(), household_id=other.pk, draft=draft).needs[0]
    need_answer(actor=SYSTEM, need_id=need.pk, answer="已办")
    with pytest.raises(Conflict):
        home.visit(told=frozenset({need.pk}))
    need.refresh_from_db()
    assert need.state == "answered"


def test_the_same_form_sent_twice_is_one_visit(home: Home) -> None:
    key = uuid4()
    first = home.visit(key=key, needs=(PROBLEM,))
    assert home.visit(key=key, needs=(PROBLEM,)) == first
    assert (Visit.objects.count(), Need.objects.count(), Incident.objects.count()) == (1, 1, 1)
    with pytest.raises(Conflict) as refused:
        home.visit(key=key)
    assert refused.value.code == "key_taken"
    with pytest.raises(Conflict):
        home.visit("community_staff", key=key, needs=(PROBLEM,))


WHO: list[tuple[str, type[DomainError] | None]] = [
    ("grid_worker", None),
    ("community_staff", None),
    ("street_staff", None),
    ("street_leader", None),
    ("city_grid_office", None),
    ("building_head", Denied),
    ("auditor", Denied),
    ("second_worker", Missing),
    ("outsider_worker", Missing),
    ("outsider_community", Missing),
    ("department_officer", Missing),
    ("system_administrator", Missing),
    ("nobody", Missing),
]


def test_who_may_record_a_visit_and_see_it(home: Home) -> None:
    seen = home.visit(needs=(WISH,))
    for who, refused in WHO:
        if refused is None:
            home.visit(who)
        else:
            with pytest.raises(refused):
                home.visit(who)
        user = User.objects.get(pk=home.city[who].pk)
        sees = refused is not Missing
        assert Visit.objects.visible_to(user).filter(pk=seen.pk).exists() is sees, who
        assert Need.objects.visible_to(user).filter(visit=seen).exists() is sees, who


ANSWERERS: list[tuple[str, type[DomainError] | None]] = [
    ("community_staff", None),
    ("street_staff", None),
    ("city_grid_office", None),
    ("grid_worker", Denied),
    ("auditor", Denied),
    ("outsider_community", Missing),
    ("department_officer", Missing),
]


def test_who_may_answer(home: Home) -> None:
    for who, refused in ANSWERERS:
        need = home.visit(needs=(WISH,)).needs.get()
        if refused is not None:
            with pytest.raises(refused):
                need_answer(actor=home.actor(who), need_id=need.pk, answer="已联系捐赠")
            continue
        need_answer(actor=home.actor(who), need_id=need.pk, answer="已联系捐赠")
        need.refresh_from_db()
        found = (need.state, open_answer(need), need.answered_by)
        assert found == ("answered", "已联系捐赠", home.city[who])
        with pytest.raises(Conflict) as twice:
            need_answer(actor=home.actor(who), need_id=need.pk, answer="再答一次")
        assert twice.value.code == "answered_already"
        home.visit(told=frozenset({need.pk}))


def test_a_problem_is_answered_by_its_incident_alone(home: Home) -> None:
    need = home.visit(needs=(PROBLEM,)).needs.get()
    with pytest.raises(Invalid) as refused:
        need_answer(actor=home.actor("community_staff"), need_id=need.pk, answer="好了")
    assert refused.value.code == "answered_by_incident"


def test_an_answer_says_something(home: Home) -> None:
    need = home.visit(needs=(WISH,)).needs.get()
    for answer in ("", "   ", "答" * 501):
        with pytest.raises(Invalid) as refused:
            need_answer(actor=home.actor("community_staff"), need_id=need.pk, answer=answer)
        assert refused.value.field == "answer"


def test_an_ordinary_visit_costs_six_queries(home: Home) -> None:
    actor = home.actor()
    draft = VisitDraft(outcome="met", confirmed=frozenset(person.pk for person in home.people))
    visit_save(actor=actor, household_id=home.household.pk, draft=draft, client_key=uuid4())
    with CaptureQueriesContext(connection) as queries:
        visit_save(actor=actor, household_id=home.household.pk, draft=draft, client_key=uuid4())
    assert len([each for each in queries if "SAVEPOINT" not in each["sql"]]) == 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_door_tell_each_answer_once() -> None:
    home = make_home(small_city())
    need = home.answered()
    start = Barrier(2)

    def visit(who: str) -> int:
        actor = home.actor(who)
        draft = VisitDraft(
            outcome="met",
            confirmed=frozenset(person.pk for person in home.people),
            told=frozenset({need.pk}),
        )
        try:
            start.wait()
            return visit_save(actor=actor, household_id=home.household.pk, draft=draft).visit.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        visits = list(pool.map(visit, ["grid_worker", "community_staff"]))
    need.refresh_from_db()
    assert len(set(visits)) == 2
    assert need.fed_back_visit_id == min(visits)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_is_one_visit() -> None:
    home = make_home(small_city())
    key, start = uuid4(), Barrier(2)

    def send(_number: int) -> int:
        try:
            start.wait()
            return home.visit(key=key, needs=(PROBLEM,)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(send, range(2)))
    assert len(set(sent)) == 1
    assert (Visit.objects.count(), Need.objects.count(), Incident.objects.count()) == (1, 1, 1)
