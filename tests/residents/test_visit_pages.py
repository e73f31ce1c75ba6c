"""The pages of visits: the route, the form, coverage with what lies behind it, and the needs."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import SYSTEM
from organizations.models import User
from residents.models import Household, Need, Visit
from residents.rules.visits import NeedDraft, VisitDraft
from residents.services import need_answer, visit_save
from tests.factories.incidents import GARBAGE, SmallCity, small_city
from tests.factories.residents import make_household, make_person

pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())
FEW, MANY = 1, 12


@pytest.fixture
def city() -> SmallCity:
    return small_city()


@pytest.fixture
def page(city: SmallCity) -> Callable[..., Any]:
    def get(who: str, name: str, *args: Any, **query: str) -> Any:
        return client_of(city, who).get(reverse(f"residents:{name}", args=args), query)

    return get


def client_of(city: SmallCity, who: str) -> Client:
    client = Client()
    client.force_login(city[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def home(city: SmallCity, number: int = 0, name: str = "林一") -> Household:
    household = make_household(city.buildings[number])
    make_person(household, name)
    return household


def see(household: Household, days_ago: int = 0, *needs: NeedDraft) -> Visit:
    people = frozenset(household.people.values_list("pk", flat=True))
    draft = VisitDraft(outcome="met", confirmed=people, needs=needs)
    with clock.frozen_at(clock.now() - timedelta(days=days_ago)):
        return visit_save(actor=SYSTEM, household_id=household.pk, draft=draft).visit


def answered(household: Household, days_ago: int = 3) -> Need:
    need = see(household, days_ago, NeedDraft(kind="wish", text="想要一张书桌")).needs.get()
    return need_answer(actor=SYSTEM, need_id=need.pk, answer="书桌已送到")


def sent(city: SmallCity, who: str, household: Household, **changes: Any) -> Any:
    """Send the form as the page gave it, with these fields changed; None leaves one out."""
    client, url = client_of(city, who), reverse("residents:visit", args=[household.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in ("client_key", "at", "people", "outcome")}
    data |= {"confirmed": "on", **changes}
    return client.post(url, {name: value for name, value in data.items() if value is not None})


def test_the_route_says_why_and_leaves_out_whom_nobody_need_see(
    city: SmallCity, page: Callable[..., Any]
) -> None:
    never, lately, long_ago, waiting = (home(city, 0, name) for name in ("林甲", "林乙", "林丙", "林丁"))
    home(city, 1, "邻网格")
    see(lately, 10)
    see(long_ago, 120)
    answered(waiting)
    found = page("grid_worker", "route").context["rows"]
    reasons = {stop.household: [each.code for each in stop.reasons] for stop in found}
    assert reasons == {never: ["never"], long_ago: ["long_ago"], waiting: ["to_tell"]}
    text = page("grid_worker", "route").content.decode()
    assert "林甲" in text
    assert "邻网格" not in text


def test_a_door_knocked_at_today_is_left_for_another_day(city: SmallCity, page: Callable[..., Any]) -> None:
    household = home(city)
    assert sent(city, "grid_worker", household, outcome="absent").status_code == 302
    found = page("grid_worker", "route").context
    assert (found["rows"], found["route"].done) == ([], 1)
    tomorrow = clock.now() + timedelta(days=1)
    with clock.frozen_at(tomorrow):
        assert len(page("grid_worker", "route").context["rows"]) == 1


def test_the_building_shows_everybody_in_it(city: SmallCity, page: Callable[..., Any]) -> None:
    seen, unseen = home(city), home(city)
    see(seen)
    found = page("grid_worker", "route", building=str(city.buildings[0].pk)).context["rows"]
    assert {stop.household for stop in found} == {seen, unseen}
    assert page("grid_worker", "route", building=str(city.buildings[4].pk)).context["rows"] == []


def test_three_taps_save_an_ordinary_visit(city: SmallCity) -> None:
    household = home(city)
    answer = sent(city, "grid_worker", household)
    assert answer.status_code == 302
    assert f"saved=visit-{household.pk}" in answer["Location"]
    visit = Visit.objects.get()
    assert (visit.outcome, visit.confirmed, visit.visitor) == ("met", True, city["grid_worker"])


def test_the_form_says_what_is_missing(city: SmallCity) -> None:
    household = home(city)
    need = answered(household)
    untold = sent(city, "grid_worker", household)
    assert untold.status_code == 422
    assert len(untold.context["form"].non_field_errors()) == 1
    bad = sent(city, "grid_worker", household, **{f"tell{need.pk}-verdict": "told", "need0-text": "只有话"})
    assert bad.status_code == 422
    assert Visit.objects.count() == 1


def test_the_form_tells_records_and_files(city: SmallCity) -> None:
    household = home(city)
    need = answered(household)
    data = {
        f"tell{need.pk}-verdict": "told",
        "need0-kind": "problem",
        "need0-text": "楼道堆物",
        "need0-category": GARBAGE,
        "need1-kind": "opinion",
        "need1-text": "希望早点清运",
    }
    assert sent(city, "grid_worker", household, **data).status_code == 302
    need.refresh_from_db()
    assert need.state == "fed_back"
    kinds = Need.objects.exclude(pk=need.pk).order_by("pk").values_list("kind", "incident_number")
    assert [(kind, bool(number)) for kind, number in kinds] == [("problem", True), ("opinion", False)]


def test_an_answer_not_accepted_needs_its_words(city: SmallCity) -> None:
    household = home(city)
    need = answered(household)
    name = f"tell{need.pk}"
    assert sent(city, "grid_worker", household, **{f"{name}-verdict": "reopened"}).status_code == 422
    data = {f"{name}-verdict": "reopened", f"{name}-reply": "还没收到"}
    assert sent(city, "grid_worker", household, **data).status_code == 302
    need.refresh_from_db()
    assert need.state == "open"


def test_coverage_shows_numerator_denominator_and_who_is_behind(
    city: SmallCity, page: Callable[..., Any]
) -> None:
    homes = [home(city, number) for number in (0, 0, 1, 2, 4)]
    see(homes[0], 1)
    see(homes[3], 100)
    whole = page("city_grid_office", "coverage").context
    assert (whole["total"]["covered"].seen, whole["total"]["covered"].households) == (1, 5)
    assert {row["name"]: row["covered"].households for row in whole["rows"]} == {
        city.streets[0].name: 4,
        city.streets[1].name: 1,
    }
    assert [chip.count for chip in whole["unseen"]] == [3, 0, 0, 1, 1]
    street = page("city_grid_office", "coverage", unit=str(city.streets[0].pk)).context
    assert [row["covered"].households for row in street["rows"]] == [3, 1]
    community = page("community_staff", "coverage").context
    assert [row["covered"].households for row in community["rows"]] == [2, 1]
    behind = page("city_grid_office", "visit-households", seen="no", unit=str(city.streets[0].pk))
    assert {row.pk for row, _family in behind.context["rows"]} == {each.pk for each in homes[1:4]}
    past = (clock.today() - timedelta(days=120)).isoformat(), (clock.today() - timedelta(days=90)).isoformat()
    then = page("city_grid_office", "coverage", first=past[0], last=past[1]).context["total"]["covered"]
    assert (then.seen, then.households) == (1, 5)
    quarter = page("city_grid_office", "visit-households", unseen="quarter").context["rows"]
    assert [row for row, _family in quarter] == [homes[3]]


def test_no_page_shows_what_lies_elsewhere(city: SmallCity, page: Callable[..., Any]) -> None:
    household = home(city)
    need = see(household, 0, NeedDraft(kind="wish", text="想要一张书桌")).needs.get()
    assert page("outsider_worker", "visit", household.pk).status_code == 404
    assert page("building_head", "visit", household.pk).status_code == 403
    assert page("outsider_community", "coverage", unit=str(city.communities[0].pk)).status_code == 404
    assert page("outsider_community", "coverage").context["total"]["covered"].households == 0
    assert page("outsider_community", "needs").context["rows"] == []
    assert page("department_officer", "needs").status_code == 403
    assert page("building_head", "coverage").status_code == 403
    answer = client_of(city, "outsider_community").post(
        reverse("residents:need-answer", args=[need.pk]), {"answer": "好"}
    )
    assert answer.status_code == 404
    assert "书桌" not in page("building_head", "household", household.pk).content.decode()
    assert "书桌" in page("grid_worker", "household", household.pk).content.decode()


def test_needs_are_answered_where_they_stand(city: SmallCity, page: Callable[..., Any]) -> None:
    household = home(city)
    wish, problem = (
        NeedDraft(kind="wish", text="书桌"),
        NeedDraft(kind="problem", text="灯", category=GARBAGE),
    )
    see(household, 0, wish, problem)
    shown = page("community_staff", "needs").context["rows"]
    assert [bool(address) for _row, address in shown] == [False, True]
    client = client_of(city, "community_staff")
    pk = shown[0][0].need.pk
    client.post(reverse("residents:need-answer", args=[pk]), {"answer": "已联系"})
    assert Need.objects.get(pk=pk).state == "answered"
    refused = client.post(reverse("residents:need-answer", args=[shown[1][0].need.pk]), {"answer": "好了"})
    assert refused.status_code == 302
    assert Need.objects.get(kind="problem").state == "open"
    kinds = page("community_staff", "needs", kind="wish", state="all").context["rows"]
    assert [row.need.pk for row, _address in kinds] == [pk]
    assert page("community_staff", "needs", grid=str(city.grids[1].pk)).context["rows"] == []


def test_a_page_costs_the_same_for_one_row_and_many(city: SmallCity) -> None:
    pages = {
        "route": ("grid_worker", "route", {}),
        "coverage": ("city_grid_office", "coverage", {}),
        "visit-households": ("community_staff", "visit-households", {}),
        "needs": ("community_staff", "needs", {"state": "all"}),
    }
    for _number in range(FEW):
        answered(home(city), 5)
    few = {name: cost(city, *parts) for name, parts in pages.items()}
    for _number in range(MANY):
        answered(home(city), 5)
    many = {name: cost(city, *parts) for name, parts in pages.items()}
    assert few == many
    assert many == {name: BUDGETS.get(f"residents/{name}") for name in pages}


def cost(city: SmallCity, who: str, name: str, query: dict[str, str]) -> int:
    client = Client()
    client.force_login(User.objects.get(pk=city[who].pk), backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse(f"residents:{name}"), query)
    assert response.status_code == 200
    return len(queries)
