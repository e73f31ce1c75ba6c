"""Who was asked first and had it first stays responsible; who stays anonymous leaves nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import Notification
from incidents.models import Category, Incident, IncidentEvent
from incidents.policies import usual_lead_id
from incidents.recipients import first_responsible_ids
from incidents.rules.vocabulary import Channel, Verb
from tests.factories.incidents import CONDUCT, GARBAGE, SmallCity, client_of, do, file_report, make_incident

pytestmark = pytest.mark.django_db


def test_first_contact_and_first_unit_are_kept_and_told_after_every_hand_over(city: SmallCity) -> None:
    incident = make_incident(city, actor=city.actor("building_head"), channel=Channel.PATROL)
    assert (incident.first_contact, incident.first_unit) == (city["building_head"], city.communities[0])
    filed = IncidentEvent.objects.get(incident=incident, verb=Verb.FILE)
    sent = IncidentEvent.objects.get(incident=incident, verb=Verb.DISPATCH)
    assert filed.data["first_contact"] == city["building_head"].full_name
    assert sent.data["first_unit"] == city.communities[0].name
    department = city.departments["D24"]
    do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=department.pk, reason="属部门职责")
    do(city, "supporting_officer", incident, Verb.SIGN)
    for verdict, kind, given in (
        (Verb.JUDGE_DISSATISFIED, "incident_dissatisfied", {"reason": "没有修好"}),
        (Verb.JUDGE_SATISFIED, "incident_closed", {}),
    ):
        do(city, "supporting_officer", incident, Verb.FINISH, note="已处理")
        do(city, "resident", incident, verdict, **given)
        rows = Notification.objects.filter(params__number=incident.number, kind=kind)
        assert set(rows.values_list("user__username", flat=True)) >= {"building_head", "community_staff"}
    incident.refresh_from_db()
    assert (incident.first_contact, incident.first_unit) == (city["building_head"], city.communities[0])


def test_first_unit_that_the_place_has_left_is_not_told(city: SmallCity) -> None:
    incident = make_incident(city)
    street = city.streets[0]
    do(
        city,
        "city_grid_office",
        incident,
        Verb.REASSIGN,
        target_unit=city.communities[1].pk,
        reason="地点有误",
    )
    incident.refresh_from_db()
    assert (incident.first_unit, incident.street) == (city.communities[0], street)
    assert city["community_staff"].pk not in first_responsible_ids(incident)
    assert make_incident(city).first_contact is None


def test_first_department_leads_unless_the_street_names_another(city: SmallCity) -> None:
    Category.objects.filter(code=CONDUCT).update(lead_department="D24")
    incident = make_incident(city, category_code=CONDUCT)
    assert incident.first_unit == city.departments["D24"]
    do(
        city,
        "city_grid_office",
        incident,
        Verb.REASSIGN,
        target_unit=city.departments["D38"].pk,
        reason="转办",
    )
    incident.refresh_from_db()
    assert usual_lead_id(incident) == city.departments["D24"].pk
    do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=city.streets[0].pk, reason="请统筹")
    page = client_of(city, "street_leader").get(reverse("incident", args=[incident.number]))
    form = next(step.form for step in page.context["steps"] if step.action.verb == Verb.WHISTLE)
    assert form["lead_department"].value() == city.departments["D24"].pk
    assert city.departments["D24"].name in page.content.decode()


def test_first_contact_and_first_unit_stand_in_the_api(city: SmallCity) -> None:
    incident = make_incident(city, actor=city.actor("building_head"), channel=Channel.PATROL)
    shown = client_of(city, "street_staff").get(f"/api/incidents/{incident.number}/").json()
    assert shown["first_contact"] == city["building_head"].full_name
    assert shown["first_unit"]["code"] == city.communities[0].code
    assert (shown["is_secret"], shown["is_anonymous"], shown["accused_organization"]) == (False, False, None)


def test_anonymous_report_keeps_neither_name_nor_phone_nor_position(city: SmallCity) -> None:
    values: dict[str, Any] = {
        "anonymous": True,
        "reporter_name": "林阿婆",
        "reporter_phone": "13800001234",
        "longitude": Decimal("120.003"),
        "latitude": Decimal("26.003"),
        "grid_id": None,
    }
    filed = file_report(city, keeps_position=False, **values)
    incident = Incident.objects.get(pk=filed.incident.pk)
    assert (incident.is_anonymous, incident.reporter_name_sealed, incident.reporter_phone_sealed) == (
        True,
        "",
        "",
    )
    assert (incident.longitude, incident.grid) == (None, city.grids[0])
    assert filed.lookup_code
    kept = make_incident(city, keeps_position=True, **values)
    assert kept.longitude == Decimal("120.003")


def test_database_refuses_a_name_on_an_anonymous_report(city: SmallCity) -> None:
    incident = make_incident(city, anonymous=True)
    with pytest.raises(IntegrityError, match="incident_anonymous_has_no_name"), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(reporter_name_sealed="x")


@pytest.mark.parametrize("entrance", ["page", "api"])
def test_staff_file_for_somebody_who_stays_anonymous(city: SmallCity, entrance: str) -> None:
    client = client_of(city, "street_staff")
    if entrance == "page":
        given = {"client_key": "6f9619ff-8b86-4d01-b42d-00cf4fc964fe", "channel": "hotline"}
        given |= {"category": GARBAGE, "description": "来电反映", "grid": str(city.grids[0].pk)}
        given |= {"reporter_name": "林阿婆", "reporter_phone": "13800001234", "anonymous": "on"}
        assert client.post(reverse("report"), given).status_code == 302
    else:
        data = {"category": GARBAGE, "description": "来电反映", "grid": city.grids[0].code}
        data |= {"channel": "hotline", "reporter_name": "林阿婆", "anonymous": True}
        assert client.post("/api/incidents/", data, content_type="application/json").status_code == 201
    incident = Incident.objects.get()
    assert (incident.is_anonymous, incident.reporter_name_sealed) == (True, "")
    assert incident.first_contact == city["street_staff"]
