"""Reports about a unit: where they go, and that the unit gets and sees nothing of them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.errors import Denied, Invalid, Missing
from incidents.models import Category, Incident, IncidentEvent
from incidents.rules.vocabulary import Channel, Level, Verb
from organizations.choices import OrganizationKind
from organizations.services import organization_move
from tests.factories.incidents import (
    BENEFITS,
    CONDUCT,
    GARBAGE,
    MANHOLE,
    SmallCity,
    at_street,
    client_of,
    do,
    make_incident,
    whistle_values,
)
from tests.factories.organizations import make_unit
from tests.factories.withholding import sweep_when_due, told

pytestmark = pytest.mark.django_db


def test_report_about_the_community_goes_to_its_street(city: SmallCity) -> None:
    incident = make_incident(city, accused_id=city.communities[0].pk)
    assert (incident.owner_level, incident.owner_organization) == (Level.STREET, city.streets[0])
    assert told(incident) == {"street_leader", "street_staff"}
    reasons = IncidentEvent.objects.get(incident=incident, verb=Verb.DISPATCH).reasons
    assert {"code": "unit_avoided", "params": {"department": city.communities[0].name}} in reasons


@pytest.mark.parametrize("category", [GARBAGE, BENEFITS, MANHOLE])
def test_report_about_the_street_goes_to_the_city(city: SmallCity, category: str) -> None:
    incident = make_incident(city, category_code=category, accused_id=city.streets[0].pk)
    assert (incident.owner_level, incident.owner_organization) == (Level.CITY, city.city)
    assert not told(incident) & {"street_leader", "street_staff", "community_staff", "grid_worker"}


def test_complaint_about_the_street_goes_to_the_department_that_the_rule_names(city: SmallCity) -> None:
    Category.objects.filter(code=CONDUCT).update(lead_department="D24")
    incident = make_incident(city, category_code=CONDUCT, accused_id=city.streets[0].pk)
    assert incident.owner_organization == city.departments["D24"]


def test_report_about_the_lead_department_is_led_by_another(city: SmallCity) -> None:
    incident = make_incident(city, accused_id=city.departments["D38"].pk)
    assert incident.lead_department == city.departments["D57"]
    assert not incident.participations.filter(organization=city.departments["D38"]).exists()


def test_units_of_the_accused_department_are_no_way_round(city: SmallCity) -> None:
    below = make_unit(city.departments["D38"])
    incident = at_street(city, accused_id=city.departments["D38"].pk)
    with pytest.raises(Invalid) as refused:
        do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=below.pk, reason="转办")
    assert refused.value.code == "unit_accused"


def test_conduct_complaint_without_another_department_is_the_citys(city: SmallCity) -> None:
    Category.objects.filter(code=CONDUCT).update(lead_department="D38", supporting_department="")
    incident = make_incident(city, category_code=CONDUCT, accused_id=city.departments["D38"].pk)
    assert (incident.owner_level, incident.lead_department) == (Level.CITY, None)


@pytest.mark.parametrize(("unit", "code"), [("city", "accused_city"), ("nobody", "accused_unknown")])
def test_what_cannot_be_accused_is_said_at_its_field(city: SmallCity, unit: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_incident(city, accused_id=city.city.pk if unit == "city" else 10**9)
    assert (refused.value.code, refused.value.field) == (code, "accused")


def test_accused_community_does_not_settle_it_on_the_spot(city: SmallCity) -> None:
    values = {"channel": Channel.GRID_WORKER, "settled_note": "已处理"}
    assert not make_incident(city, actor=city.actor("grid_worker"), **values).is_open
    with pytest.raises(Invalid) as refused:
        make_incident(city, actor=city.actor("grid_worker"), accused_id=city.communities[0].pk, **values)
    assert refused.value.code == "settled_withheld"


@pytest.mark.parametrize("accused", ["community", "street"])
def test_no_hand_over_reaches_the_accused_or_what_stands_below(city: SmallCity, accused: str) -> None:
    unit = city.communities[0] if accused == "community" else city.streets[0]
    incident = make_incident(city, accused_id=unit.pk)
    for target in (city.communities[0], unit):
        with pytest.raises(Invalid) as refused:
            do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target.pk, reason="请办理")
        assert (refused.value.code, refused.value.field) == ("unit_accused", "target_unit")
    # The same step to somebody else is no refusal of the set-up.
    lead = city.departments["D24"]
    moved = do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=lead.pk, reason="请办理")
    assert moved.owner_organization == lead


@pytest.mark.parametrize("field", ["lead_department", "supporting_departments"])
def test_no_whistle_calls_the_accused(city: SmallCity, field: str) -> None:
    accused = city.departments["D16"]
    incident = at_street(city, accused_id=accused.pk)
    value: Any = accused.pk if field == "lead_department" else [accused.pk]
    with pytest.raises(Invalid) as refused:
        do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city, **{field: value}))
    assert (refused.value.code, refused.value.field) == ("unit_accused", field)
    do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))
    assert "outsider_department" not in told(incident)


def test_time_raises_it_past_the_accused_street(city: SmallCity) -> None:
    incident = make_incident(city, accused_id=city.departments["D24"].pk)
    Incident.objects.filter(pk=incident.pk).update(accused_organization=city.streets[0])
    # As if the street had been named only later: its community has it and may not pass it to the street.
    sweep_when_due(incident)
    assert (incident.owner_level, incident.owner_organization) != (Level.STREET, city.streets[0])
    assert not told(incident) & {"street_leader", "street_staff"}


def test_hand_raises_it_past_the_accused_street(city: SmallCity) -> None:
    incident = make_incident(city, accused_id=city.streets[0].pk)
    assert incident.owner_level == Level.CITY
    with pytest.raises(Denied) as refused:
        do(city, "city_grid_office", incident, Verb.ESCALATE, cause="无法处理", difficulty="跨部门")
    assert refused.value.code == "nothing_above"


def test_database_refuses_the_accused_as_owner_and_as_lead(city: SmallCity) -> None:
    accused = city.departments["D16"]
    incident = make_incident(city, accused_id=accused.pk)
    for column in ("owner_organization", "lead_department"):
        with pytest.raises(IntegrityError, match="incident_accused_never_holds"), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(**{column: accused})


def test_community_that_moves_into_the_accused_street_leaves_the_report_with_the_city(
    city: SmallCity,
) -> None:
    incident = make_incident(city, accused_id=city.communities[0].pk)
    Incident.objects.filter(pk=incident.pk).update(accused_organization=city.streets[1])
    organization_move(
        actor=city.actor("system"), organization_id=city.communities[0].pk, parent_id=city.streets[1].pk
    )
    incident.refresh_from_db()
    assert (incident.street, incident.owner_level) == (city.streets[1], Level.CITY)
    assert incident.owner_organization.kind == OrganizationKind.CITY


def test_people_of_the_accused_cannot_act_on_it(city: SmallCity) -> None:
    incident = make_incident(city, accused_id=city.communities[0].pk)
    for name in ("community_staff", "grid_worker", "building_head"):
        with pytest.raises(Missing):
            do(city, name, incident, Verb.COMMENT, text="看一下")
    do(city, "street_staff", incident, Verb.COMMENT, text="已收到")


def test_staff_who_report_their_own_unit_get_a_receipt_by_page_and_by_api(city: SmallCity) -> None:
    client = client_of(city, "grid_worker")
    accused = city.communities[0]
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    page = client.post(
        reverse("report"),
        {"client_key": key, "category": GARBAGE, "description": "社区不作为", "accused": accused.pk},
    )
    assert page.status_code == 200
    incident = Incident.objects.get(client_key=key)
    assert incident.number in page.content.decode()
    code = page.content.decode().split('id="code">')[1].split("<")[0]
    assert client.get(reverse("incident", args=[incident.number])).status_code == 404

    resident = Client()
    resident.post(reverse("track"), {"number": incident.number, "code": code})
    assert resident.get(reverse("track-incident", args=[incident.number])).status_code == 200

    answer = client.post(
        "/api/incidents/",
        {"category": GARBAGE, "description": "社区不作为", "accused": accused.code},
        content_type="application/json",
    )
    assert answer.status_code == 201
    assert set(answer.json()) == {"number", "lookup_code"}
    unknown = client.post(
        "/api/incidents/",
        {"category": GARBAGE, "description": "社区不作为", "accused": "nobody"},
        content_type="application/json",
    )
    assert (unknown.status_code, unknown.json()["field"]) == (422, "accused")


def test_residents_name_the_unit_only_where_the_category_asks(city: SmallCity) -> None:
    client = Client()
    client.post(reverse("public-where"), {"grid": city.grids[0].pk})
    client.post(reverse("public-what"), {"category": GARBAGE})
    assert 'name="accused"' not in client.get(reverse("public-details")).content.decode()
    client.post(reverse("public-what"), {"category": CONDUCT})
    assert 'name="accused"' in client.get(reverse("public-details")).content.decode()
    accused = city.departments["D38"]
    client.post(reverse("public-details"), {"description": "态度恶劣", "accused": accused.pk})
    client.post(reverse("public-contact"), {"anonymous": "on"})
    assert accused.name in client.get(reverse("public-check")).content.decode()
    client.post(reverse("public-check"))
    assert Incident.objects.get().accused_organization == accused
