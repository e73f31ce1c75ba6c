"""One table decides: a refused step gives the same code by service, page, API and administration."""

import json
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from core.errors import DomainError
from incidents.models import Incident, IncidentEvent
from incidents.rules.vocabulary import Verb
from incidents.services import incident_perform
from tests.factories.incidents import SmallCity, client_of, do, make_incident

pytestmark = pytest.mark.django_db

# verb, who tries it, what they give, the code of the refusal
ILLEGAL = [
    (Verb.FINISH, "grid_worker", {"note": "已完成"}, "wrong_state"),
    (Verb.SIGN, "community_staff", {}, "not_your_part"),
    (Verb.REJECT, "grid_worker", {"reason": "不受理"}, "level_too_low"),
    (Verb.ESCALATE, "grid_worker", {}, "fields_missing"),
    (Verb.SUPERVISE, "auditor", {"reason": "督办"}, "not_your_part"),
    (
        Verb.RETURN,
        "grid_worker",
        {"reason": "不归我管", "basis": "无", "suggested_unit": "unknown", "suggestion": "不清楚"},
        "level_too_low",
    ),
    (Verb.GRANT_EXTENSION, "community_staff", {}, "not_your_part"),
    (Verb.RESUME, "grid_worker", {"note": "恢复"}, "wrong_state"),
    (Verb.LIFT_SUPERVISION, "street_staff", {"reason": "解除"}, "not_supervised"),
    (Verb.ARBITRATE, "street_leader", {"reason": "裁定"}, "wrong_state"),
    (Verb.COMMENT, "outsider_street", {"text": "你好"}, "incident_missing"),
]


def code_by_service(city: SmallCity, who: str, incident: Incident, verb: Verb, given: dict[str, Any]) -> str:
    with pytest.raises(DomainError) as refused:
        incident_perform(actor=city.actor(who), incident_id=incident.pk, verb=verb, given=given)
    return refused.value.code


def code_by_api(city: SmallCity, who: str, incident: Incident, verb: Verb, given: dict[str, Any]) -> str:
    url = reverse("api-incidents-action", args=[incident.number, verb.value])
    response = client_of(city, who).post(url, json.dumps(given), content_type="application/json")
    assert response.status_code in (403, 404, 422)
    return str(response.json()["code"])


def message_by_page(
    city: SmallCity, who: str, incident: Incident, verb: Verb, given: dict[str, Any]
) -> tuple[int, str]:
    url = reverse("incident-act", args=[incident.number, verb.value])
    response = client_of(city, who).post(url, {**given, "version": incident.version})
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(("verb", "who", "given", "code"), ILLEGAL)
def test_an_illegal_step_is_refused_alike_everywhere(
    city: SmallCity, verb: Verb, who: str, given: dict[str, Any], code: str
) -> None:
    incident = make_incident(city)
    before = IncidentEvent.objects.count()
    assert code_by_service(city, who, incident, verb, given) == code
    assert code_by_api(city, who, incident, verb, given) == code
    status, _page = message_by_page(city, who, incident, verb, given)
    assert status in (403, 404, 422)
    assert IncidentEvent.objects.count() == before
    incident.refresh_from_db()
    assert (incident.state, incident.version) == ("dispatched", 1)


def test_supervising_what_is_closed_is_refused_with_one_code_and_one_sentence(city: SmallCity) -> None:
    incident = make_incident(city, category_code="1202")
    given = {"reason": "领导批示"}
    legal = make_incident(city)
    incident = do(city, "community_staff", incident, Verb.REJECT, reason="不属于受理范围")
    assert code_by_service(city, "city_grid_office", incident, Verb.SUPERVISE, given) == "wrong_state"
    assert code_by_api(city, "city_grid_office", incident, Verb.SUPERVISE, given) == "wrong_state"
    with pytest.raises(DomainError) as refused:
        do(city, "city_grid_office", incident, Verb.SUPERVISE, **given)
    sentence = refused.value.message

    status, page = message_by_page(city, "city_grid_office", incident, Verb.SUPERVISE, given)
    assert (status, sentence in page) == (403, True)

    response = client_of(city, "city_grid_office").post(
        reverse("admin:incidents_incident_changelist"),
        {"action": "supervise_selected", "_selected_action": [incident.pk, legal.pk], "index": "0", **given},
    )
    told = {message.extra_tags: str(message) for message in get_messages(response.wsgi_request)}
    assert sentence in told["wrong_state"]
    # The same press took the legal one along: the refusal is no failure of the set-up.
    assert list(Incident.objects.filter(is_supervised=True)) == [legal]
