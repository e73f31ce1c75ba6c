"""Numbers are shown for a purpose, once, to those who may; every look and every refusal is in the log."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import Denied, Invalid, Missing
from core.models import AccessLog
from organizations.choices import Role
from residents.sealing import open_document
from residents.services.reveal import person_reveal
from tests.factories.resident_town import Town, make_town
from tests.factories.residents import make_person

pytestmark = pytest.mark.django_db
ASKED = {"fields": ["phone", "document"], "purpose": "contact", "words": "通知体检"}
POSTED = {"fields_wanted": ["phone"], "purpose": "contact", "words": "通知体检"}


@pytest.fixture
def town() -> Town:
    return make_town()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_field_shown_is_a_row_of_the_log(town: Town) -> None:
    person = make_person(town.near, "林一", phone="13800001234")
    actor = town.actor()
    shown = person_reveal(actor=actor, person_id=person.pk, **ASKED)
    assert (shown.phone, shown.document) == ("13800001234", open_document(person))
    rows = AccessLog.objects.order_by("sequence")
    assert [(row.field, row.subject_id, row.user_id, row.refused) for row in rows] == [
        ("document", person.pk, actor.user_id, False),
        ("phone", person.pk, actor.user_id, False),
    ]
    assert "通知体检" in rows[0].purpose
    assert not any("13800001234" in row.purpose for row in rows)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"purpose": "curious"}, "purpose"), ({"words": " "}, "purpose"), ({"fields": []}, "fields")],
)
def test_without_a_purpose_nothing_is_shown(town: Town, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        person_reveal(actor=town.actor(), person_id=town.head.pk, **(ASKED | change))
    assert caught.value.field == field
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("role", "there", "error"),
    [
        (Role.AUDITOR, False, Denied),
        (Role.COMMUNITY_STAFF, True, Missing),
        (Role.GRID_WORKER, True, Missing),
    ],
)
def test_a_refused_look_is_logged(town: Town, role: Role, there: bool, error: type[Exception]) -> None:
    user = town.user(role, there=there)
    with pytest.raises(error):
        person_reveal(actor=town.actor(role, there=there), person_id=town.head.pk, **ASKED)
    assert set(AccessLog.objects.values_list("field", "refused")) == {("phone", True), ("document", True)}
    page = client_of(user).get(reverse("residents:person-reveal", args=[town.head.pk]))
    assert page.status_code == (403 if error is Denied else 404)
    assert AccessLog.objects.filter(user=user, refused=True).count() == 2


def test_the_page_shows_once_and_is_never_kept(town: Town) -> None:
    person = make_person(town.near, "林一", phone="13800001234")
    client, url = client_of(town.user()), reverse("residents:person-reveal", args=[person.pk])
    asked = client.get(url)
    assert "13800001234" not in asked.content.decode()
    assert not AccessLog.objects.exists()
    assert client.post(url, POSTED | {"words": ""}).status_code == 422
    shown = client.post(url, POSTED)
    assert "13800001234" in shown.content.decode()
    assert open_document(person) not in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert AccessLog.objects.get().field == "phone"
    assert "13800001234" not in client.get(url).content.decode()


def test_the_way_there_is_offered_to_those_who_may(town: Town) -> None:
    link = reverse("residents:person-reveal", args=[town.head.pk])
    page = reverse("residents:household", args=[town.household.pk])
    assert link in client_of(town.user()).get(page).content.decode()
    assert link not in client_of(town.user(Role.AUDITOR)).get(page).content.decode()
