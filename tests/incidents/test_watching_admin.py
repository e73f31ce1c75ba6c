"""The records of decisions in the administration, and the procedure rules that staff edit there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from incidents.models import Incident, ProcedureRule
from incidents.rules.vocabulary import Verb
from incidents.services.rulebook import forget_rulebook, rulebook
from tests.factories.incidents import SmallCity, do, make_incident

pytestmark = pytest.mark.django_db
RECORDS = ("application", "suspension", "returnslip", "supervision")


def client_of(city: SmallCity, who: str) -> Client:
    client = Client()
    client.force_login(city[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def records(city: SmallCity) -> list[Incident]:
    """Make one case set aside and supervised, and one given back."""
    cases = []
    for _number in range(2):
        incident = make_incident(city)
        target = city.departments["D38"].pk
        do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target, reason="请办理")
        cases.append(incident)
    grounds: dict[str, Any] = {"reason": "不属本部门", "basis": "三定方案"}
    do(
        city,
        "department_officer",
        cases[0],
        Verb.RETURN,
        **grounds,
        suggested_unit=city.departments["D24"].pk,
    )
    aside = cases[1]
    do(city, "department_officer", aside, Verb.SIGN)
    day = clock.today() + timedelta(days=30)
    works = {"suspension_kind": "works", "reason": "待改造", "review_on": day}
    do(city, "department_officer", aside, Verb.REQUEST_SUSPENSION, **works)
    do(city, "street_leader", aside, Verb.GRANT_SUSPENSION, note="同意")
    do(city, "street_leader", aside, Verb.SUPERVISE, reason="按期复查")
    return cases


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_read_by_those_who_see_the_case(city: SmallCity, name: str) -> None:
    records(city)
    url = reverse(f"admin:incidents_{name}_changelist")
    page = client_of(city, "city_grid_office").get(url)
    assert page.status_code == 200
    row = page.context["cl"].queryset.get()
    detail = reverse(f"admin:incidents_{name}_change", args=[row.pk])
    office = client_of(city, "city_grid_office")
    assert office.get(detail).status_code == 200
    assert office.post(detail, {}).status_code == 403
    assert office.get(reverse(f"admin:incidents_{name}_add")).status_code == 403
    outside = client_of(city, "outsider_leader").get(url)
    assert outside.status_code in (302, 403) or not outside.context["cl"].queryset.exists()
    assert client_of(city, "system_administrator").get(url).status_code == 403


@pytest.mark.parametrize("name", RECORDS)
def test_a_list_of_records_costs_the_same_for_one_row_and_more(city: SmallCity, name: str) -> None:
    url = reverse(f"admin:incidents_{name}_changelist")
    client = client_of(city, "city_grid_office")
    costs = []
    for _round in range(2):
        for _number in range(1 if not costs else 4):
            records(city)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_office_changes_how_long_a_case_may_be_given_back(city: SmallCity) -> None:
    row = ProcedureRule.objects.get(code="return_within")
    url = reverse("admin:incidents_procedurerule_change", args=[row.pk])
    client = client_of(city, "city_grid_office")
    assert client.post(url, {"limit": "8wh", "number": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.limit, row.edited_locally) == ("8wh", True)
    forget_rulebook()
    assert str(rulebook().procedures.return_within) == "8wh"


@pytest.mark.parametrize(
    ("code", "values", "field"),
    [
        ("return_within", {"limit": "", "number": "3"}, "limit"),
        ("returns_to_arbitration", {"limit": "4wh", "number": ""}, "number"),
        ("return_within", {"limit": "soon", "number": ""}, "limit"),
        ("urges_per_day", {"limit": "", "number": "0"}, "number"),
        ("weight_response", {"limit": "4wh", "number": ""}, "number"),
        ("extensions_at_most", {"limit": "4wh", "number": ""}, "number"),
    ],
)
def test_a_procedure_rule_of_the_wrong_kind_is_refused_at_its_field(
    city: SmallCity, code: str, values: dict[str, str], field: str
) -> None:
    row = ProcedureRule.objects.get(code=code)
    url = reverse("admin:incidents_procedurerule_change", args=[row.pk])
    response = client_of(city, "city_grid_office").post(url, values)
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors
