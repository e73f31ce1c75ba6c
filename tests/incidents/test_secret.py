"""Secret categories: the named roles and nobody else."""

import pytest
from django.urls import reverse
from guardian.shortcuts import assign_perm

from core.errors import Invalid
from core.models import Notification
from incidents.models import Category, Incident
from incidents.rules.vocabulary import Level, Verb
from incidents.services.rule_rows import rule_row_save
from organizations.choices import Role
from tests.factories.incidents import BENEFITS, GARBAGE, SmallCity, client_of, do, make_incident
from tests.factories.withholding import NAMED, keep_secret, sweep_when_due, told

pytestmark = pytest.mark.django_db


def test_secret_report_starts_at_the_lowest_level_with_a_named_role(city: SmallCity) -> None:
    keep_secret(city)
    incident = make_incident(city)
    assert incident.is_secret
    assert (incident.owner_level, incident.owner_organization) == (Level.STREET, city.streets[0])
    assert told(incident) == {"street_leader"}


def test_secret_report_rises_and_tells_named_roles_only(city: SmallCity) -> None:
    keep_secret(city)
    incident = make_incident(city)
    Notification.objects.all().delete()
    sweep_when_due(incident)
    assert told(incident) <= {"street_leader", "city_grid_office"}
    sweep_when_due(incident)
    assert incident.owner_level == Level.CITY
    assert told(incident) == {"street_leader", "city_grid_office"}


def test_secret_report_is_handed_to_named_roles_only(city: SmallCity) -> None:
    keep_secret(city)
    incident = make_incident(city)
    for unit in (city.communities[0], city.departments["D24"]):
        with pytest.raises(Invalid) as refused:
            do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=unit.pk, reason="转办")
        assert refused.value.code == "unit_not_named"
    keep_secret(city, roles=[*NAMED, Role.DEPARTMENT_OFFICER])
    lead = city.departments["D24"]
    do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=lead.pk, reason="转办")
    assert "supporting_officer" in told(incident)


def test_category_made_secret_takes_its_incidents_and_messages_along(city: SmallCity) -> None:
    incident, other = make_incident(city), make_incident(city, category_code=BENEFITS)
    assert told(incident) >= {"grid_worker"}
    keep_secret(city)
    incident.refresh_from_db()
    assert incident.is_secret
    assert (told(incident), bool(told(other))) == (set(), True)
    assert not Incident.objects.visible_to(city["grid_worker"]).filter(pk=incident.pk).exists()

    row = Category.objects.get(code=GARBAGE)
    row.is_secret = False
    rule_row_save(actor=city.actor("city_grid_office"), row=row)
    incident.refresh_from_db()
    assert not incident.is_secret


def test_secret_category_must_name_the_city_grid_office(city: SmallCity) -> None:
    with pytest.raises(Invalid) as refused:
        keep_secret(city, roles=[Role.STREET_LEADER])
    assert (refused.value.code, refused.value.field) == ("secret_without_office", "secret_roles")
    assert not Category.objects.get(code=GARBAGE).is_secret


def test_category_is_made_secret_in_the_administration(city: SmallCity) -> None:
    client = client_of(city, "city_grid_office")
    row = Category.objects.get(code=GARBAGE)
    address = reverse("admin:incidents_category_change", args=[row.pk])
    given = {
        name: getattr(row, name)
        for name in ("group", "name", "colour", "lead_department", "respond_within", "close_within")
    } | {"is_active": "on", "is_secret": "on", "supporting_department": row.supporting_department}
    refused = client.post(address, given | {"secret_roles": [Role.STREET_LEADER]})
    assert "secret_roles" in refused.context["adminform"].form.errors
    assert client.post(address, given | {"secret_roles": NAMED}).status_code == 302
    row.refresh_from_db()
    assert (row.is_secret, set(row.secret_roles)) == (True, set(NAMED))


def test_row_written_past_the_services_is_secret_all_the_same(city: SmallCity) -> None:
    keep_secret(city)
    incident = make_incident(city)
    copy = Incident.objects.get(pk=incident.pk)
    copy.pk, copy.number, copy.lookup_digest, copy.client_key = None, "copy", "", None
    copy.is_secret = False
    copy.save()
    copy.refresh_from_db()
    assert copy.is_secret


def test_sharing_by_name_opens_nothing_that_is_secret(city: SmallCity) -> None:
    keep_secret(city)
    incident, open_one = make_incident(city), make_incident(city, category_code=BENEFITS)
    for each in (incident, open_one):
        assign_perm("incidents.view_incident", city["nobody"], each)
    assert set(Incident.objects.visible_to(city["nobody"])) == {open_one}


def test_role_counts_only_where_it_is_held(city: SmallCity) -> None:
    keep_secret(city)
    incident = make_incident(city)
    seen = {
        name for name, user in city.people.items() if Incident.objects.visible_to(user).filter(pk=incident.pk)
    }
    assert seen == {"city_grid_office", "street_leader"}
