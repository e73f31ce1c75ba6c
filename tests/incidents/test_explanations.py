"""Why an incident is where it is: by the version that judged it, on its page and by API."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actor import SYSTEM
from incidents.models import Category
from incidents.rules.explaining import Fit
from incidents.services.explanations import IncidentExplanation, explanation_for
from incidents.services.rulebook import forget_rulebook
from organizations.services import organization_close
from tests.factories.incidents import MANHOLE, SmallCity, client_of, make_incident
from tests.factories.rules import a_rule, put_in_force

pytestmark = pytest.mark.django_db


def fits(found: IncidentExplanation) -> dict[str, Fit]:
    return {rule.name: rule.fit for rule in found.rules}


def test_the_rule_that_decided_and_those_passed_over_are_named(city: SmallCity) -> None:
    found = explanation_for(make_incident(city, category_code=MANHOLE))
    assert (found.outcome.colour, found.outcome.level) == ("red", "street")
    assert found.version is not None
    assert found.version.number == 1
    assert fits(found) == {
        "作风投诉和匿名举报直达主管部门": Fit.PASSED,
        "涉毒线索直达公安": Fit.PASSED,
        "红色事件直达街道，同时通知部门和网格": Fit.DECIDED,
        "办事和政策咨询由社区窗口受理": Fit.PASSED,
        "营商环境诉求由街道受理": Fit.PASSED,
        "能在网格解决的先由网格受理": Fit.NOT_REACHED,
    }
    assert found.rules[0].reasons == (f"不适用于“{Category.objects.get(code=MANHOLE).name}”。",)
    assert not found.facts_changed
    assert found.today.differs == ()


def test_it_names_the_single_changes_that_would_lead_elsewhere(city: SmallCity) -> None:
    found = explanation_for(make_incident(city))
    changes = {each.change: each.outcome for each in found.alternatives}
    danger = changes["如果勾选了“现场有人有危险”"]
    assert (danger.colour, danger.level) == ("red", "street")
    assert "level" in danger.differs
    assert (changes["如果涉及 30 人以上"].colour, changes["如果涉及 30 人以上"].level) == ("orange", "grid")
    assert all(outcome.differs for outcome in changes.values())


def test_a_sign_that_was_there_can_be_thought_away(city: SmallCity) -> None:
    incident = make_incident(city, flags=frozenset({"danger"}))
    found = explanation_for(incident)
    gone = next(each for each in found.alternatives if each.change == "如果没有勾选“现场有人有危险”")
    assert (found.outcome.colour, gone.outcome.colour, gone.outcome.level) == ("red", "yellow", "grid")
    raised = {each.name for each in found.conditions if each.found}
    assert raised == {"报告人勾选“现场有人有危险”"}


def test_an_incident_is_explained_by_its_version_beside_the_one_in_force(city: SmallCity) -> None:
    incident = make_incident(city)
    put_in_force(a_rule())
    incident.refresh_from_db()
    found = explanation_for(incident)
    assert found.version is not None
    assert (found.version.number, found.version.status) == (1, "retired")
    assert (found.outcome.level, found.today.level, found.today.differs) == ("grid", "street", ("level",))
    assert "垃圾由街道受理" not in fits(found)


def test_it_says_when_the_facts_have_changed_since(city: SmallCity) -> None:
    incident = make_incident(city)
    Category.objects.filter(code="0101").update(colour="red")
    incident.refresh_from_db()
    assert explanation_for(incident).facts_changed


def test_a_rule_with_a_closed_department_says_so(city: SmallCity) -> None:
    put_in_force(a_rule(lead_department="D24"))
    organization_close(actor=SYSTEM, organization_id=city.departments["D24"].pk)
    forget_rulebook()
    found = explanation_for(make_incident(city))
    closed = next(rule for rule in found.rules if rule.name == "垃圾由街道受理")
    assert closed.fit is Fit.PASSED
    assert closed.reasons == (f"它指定的{city.departments['D24'].name}已撤销。",)


def test_page_and_api_say_the_same_and_only_to_who_sees_the_incident(city: SmallCity) -> None:
    incident = make_incident(city, category_code=MANHOLE)
    page = client_of(city, "street_staff").get(reverse("incident-why", args=[incident.number]))
    assert page.status_code == 200
    assert "红色事件直达街道" in page.content.decode()
    answer: Any = client_of(city, "street_staff").get(f"/api/incidents/{incident.number}/explanation/")
    body = answer.json()
    assert (body["version"], body["outcome"]["level"]) == (1, "street")
    assert [rule["fit"] for rule in body["rules"]].count("decided") == 1
    case = client_of(city, "street_staff").get(reverse("incident", args=[incident.number]))
    assert reverse("incident-why", args=[incident.number]) in case.content.decode()
    for name in ("outsider_street", "outsider_department"):
        client = client_of(city, name)
        assert client.get(reverse("incident-why", args=[incident.number])).status_code == 404
        assert client.get(f"/api/incidents/{incident.number}/explanation/").status_code == 404
    assert Client().get(reverse("incident-why", args=[incident.number])).status_code == 302


def test_the_page_costs_a_fixed_number_of_queries(city: SmallCity) -> None:
    client = client_of(city, "city_grid_office")
    first = make_incident(city)
    costs = []
    for extra in (0, 8):
        codes = Category.objects.exclude(code="0101").values_list("code", flat=True)[:extra]
        put_in_force(*(a_rule(code=f"r{code}", order=200, category_codes=[code]) for code in codes))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("incident-why", args=[first.number]))
        costs.append(len(queries))
    assert costs[0] == costs[1]
