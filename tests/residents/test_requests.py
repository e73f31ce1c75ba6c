"""People see, correct and delete what is kept about them: decided with grounds, handed over on the record."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import SYSTEM
from core.errors import Conflict, Denied, Invalid, Missing
from core.models import AccessLog
from organizations.choices import Role
from residents.models import SubjectRequest
from residents.sealing import open_document
from residents.services import person_leave
from residents.services.requests import (
    subject_request_decide,
    subject_request_file,
    subject_request_record,
)
from residents.services.retention import ANONYMOUS_NAME
from tests.factories.resident_town import Town, fresh, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(town: Town, kind: str = "see") -> SubjectRequest:
    return subject_request_record(
        actor=town.actor(), person_id=town.head.pk, kind=kind, details="我父亲的情况也在里面"
    )


def test_a_request_is_due_in_fifteen_days_and_sealed(town: Town) -> None:
    request = asked(town)
    assert request.due_on == clock.today() + timedelta(days=15)
    assert "父亲" not in request.details_sealed
    with pytest.raises(Invalid):
        asked(town)
    with pytest.raises(Missing):
        subject_request_record(actor=town.actor(there=True), person_id=town.head.pk, kind="see")
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Invalid):
        subject_request_record(
            actor=town.actor(), person_id=town.head.pk, kind="correct", received_on=tomorrow
        )


def test_only_who_may_decides_and_once(town: Town) -> None:
    request = asked(town)
    decision: dict[str, Any] = {"request_id": request.pk, "granted": False, "grounds": "身份未核实"}
    with pytest.raises(Missing):
        subject_request_decide(actor=town.actor(there=True), **decision)
    with pytest.raises(Denied):
        subject_request_decide(actor=town.actor(Role.GRID_WORKER), **decision)
    with pytest.raises(Invalid):
        subject_request_decide(actor=town.actor(), **(decision | {"grounds": " "}))
    assert subject_request_decide(actor=town.actor(), **decision).state == "refused"
    with pytest.raises(Conflict):
        subject_request_decide(actor=town.actor(), **decision)


def test_the_file_holds_everything_and_the_look_is_logged(town: Town) -> None:
    request = asked(town)
    client = client_of(town.user())
    page = reverse("residents:request-file", args=[request.pk])
    with pytest.raises(Conflict):
        subject_request_file(actor=town.actor(), request_id=request.pk)
    subject_request_decide(actor=town.actor(), request_id=request.pk, granted=True, grounds="本人申请")
    answer = client.post(page)
    held = answer.json()
    assert held["person"]["document_number"] == open_document(town.head)
    assert held["history"]
    assert "no-store" in answer["Cache-Control"]
    assert AccessLog.objects.get().field == "everything"
    assert client_of(town.user(there=True)).post(page).status_code == 404


def test_a_deletion_waits_until_the_person_is_gone(town: Town) -> None:
    request = asked(town, "delete")
    decision: dict[str, Any] = {"request_id": request.pk, "granted": True, "grounds": "本人申请"}
    with pytest.raises(Conflict) as caught:
        subject_request_decide(actor=town.actor(), **decision)
    assert caught.value.code == "person_present"
    person_leave(
        actor=SYSTEM,
        person_id=town.head.pk,
        effective_on=clock.today(),
        where="",
        successor_id=town.spouse.pk,
    )
    subject_request_decide(actor=town.actor(), **decision)
    assert (fresh(town.head).name, fresh(town.head).state) == (ANONYMOUS_NAME, "anonymised")


def test_the_pages_lead_from_the_person_to_the_decision(town: Town) -> None:
    client = client_of(town.user())
    record = reverse("residents:person-request", args=[town.head.pk])
    assert record in client.get(reverse("residents:person", args=[town.head.pk])).content.decode()
    assert client.post(record, {"kind": "see"}).status_code == 422
    given = {"kind": "see", "details": "想看档案", "received_on": clock.today()}
    assert client.post(record, given).status_code == 302
    request = SubjectRequest.objects.get()
    page = reverse("residents:request", args=[request.pk])
    assert page in client.get(reverse("residents:requests")).content.decode()
    assert "想看档案" in client.get(page).content.decode()
    assert client.post(page, {"answer": "granted", "grounds": ""}).status_code == 422
    assert client.post(page, {"answer": "granted", "grounds": "本人申请"}).status_code == 302
    other = client_of(town.user(there=True))
    assert other.get(page).status_code == 404
    assert (
        town.head.name not in other.get(reverse("residents:requests"), {"state": "granted"}).content.decode()
    )


def test_the_list_costs_the_same_for_one_and_for_many(town: Town) -> None:
    client, url, costs = client_of(town.user()), reverse("residents:requests"), []
    for person in (town.head, town.spouse, town.child):
        subject_request_record(actor=SYSTEM, person_id=person.pk, kind="see")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        costs.append(len(queries))
    assert costs[1] == costs[2]
