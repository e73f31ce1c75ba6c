"""Appeals against figures among all that waits for the grid office's decision."""

import pytest
from django.urls import reverse

from incidents.models import FigureAppeal
from incidents.rules.vocabulary import Verb
from tests.factories.incidents import SmallCity, client_of, do, make_incident

pytestmark = pytest.mark.django_db


def test_the_office_decides_appeals_where_it_decides_everything_else(city: SmallCity) -> None:
    incident = do(city, "grid_worker", make_incident(city), Verb.SIGN)
    incident = do(city, "grid_worker", incident, Verb.FINISH, note="已清理")
    do(city, "grid_worker", incident, Verb.APPEAL, about="case", reason="不可抗力")
    office = client_of(city, "city_grid_office")
    page = office.get(reverse("approvals"))
    assert incident.number in page.content.decode()
    decide = reverse("approvals-decide", args=[incident.number])
    refused = office.post(decide, {"step": "grant_appeal", "note": ""})
    assert (refused.status_code, incident.number in refused.content.decode()) == (422, True)
    assert office.post(decide, {"step": "grant_appeal", "note": "情况属实"}).status_code == 302
    assert FigureAppeal.objects.get().state == "granted"
    assert office.get(reverse("approvals"), {"show": "to_appeal"}).context["rows"] == []


def test_nobody_else_finds_appeals_there(city: SmallCity) -> None:
    incident = do(city, "grid_worker", make_incident(city), Verb.SIGN)
    do(city, "grid_worker", incident, Verb.APPEAL, about="case", reason="不可抗力")
    page = client_of(city, "street_leader").get(reverse("approvals"), {"show": "to_appeal"})
    assert incident.number not in page.content.decode()
