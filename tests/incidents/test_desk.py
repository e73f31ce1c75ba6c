"""The hotline desk: the caller's earlier cases, what is filed for them, the preview, and what is kept."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.errors import Denied
from core.models import AccessLog
from incidents.callers import caller_mark, plain_phone
from incidents.models import DeskDraft, Incident, IncidentEvent
from incidents.policies import parties_of
from incidents.rules.vocabulary import Party
from incidents.selectors.lookup import incident_by_lookup
from incidents.services.desk import DRAFTS_KEPT, caller_cases, draft_keep, drafts_forget
from tests.factories.incidents import MANHOLE, SmallCity, client_of, make_incident

pytestmark = pytest.mark.django_db
PHONE = "13805930001"


def call(city: SmallCity, **values: Any) -> dict[str, Any]:
    return {
        "call": str(uuid4()),
        "phone": PHONE,
        "name": "王大爷",
        "description": "小区门口井盖没了，老人差点掉下去",
        "category": MANHOLE,
        "place": f"grid:{city.grids[0].pk}",
        "channel": "local_hotline",
        **values,
    }


@pytest.mark.parametrize(
    "written",
    ["138 0593 0001", "+86 13805930001", "008613805930001", "138-0593-0001", "１３８０５９３０００１"],
)
def test_a_number_has_one_mark_however_it_is_written(written: str) -> None:
    assert plain_phone(written) == PHONE
    assert caller_mark(written) == caller_mark(PHONE) != ""


def test_what_is_too_short_to_be_a_number_has_no_mark() -> None:
    assert caller_mark("12345") == caller_mark("") == caller_mark("保密") == ""


def test_a_call_is_filed_with_number_and_code_for_the_caller(city: SmallCity) -> None:
    response = client_of(city, "street_staff").post(reverse("desk"), call(city))
    incident = Incident.objects.get()
    assert response.status_code == 200
    assert incident.channel == "local_hotline"
    assert incident.caller_mark == caller_mark(PHONE)
    assert PHONE not in str(Incident.objects.values().get())
    code = "".join(response.context["code"])
    assert incident_by_lookup(incident.number, code) == incident
    # Who wrote it down does not speak for the caller.
    assert Party.REPORTER not in parties_of(city["street_staff"], incident)


def test_the_same_call_sent_again_shows_the_same_number_and_code(city: SmallCity) -> None:
    client, data = client_of(city, "street_staff"), call(city)
    first, again = client.post(reverse("desk"), data), client.post(reverse("desk"), data)
    assert Incident.objects.count() == 1
    assert (first.context["number"], first.context["code"]) == (
        again.context["number"],
        again.context["code"],
    )


def test_earlier_cases_appear_and_every_look_is_logged(city: SmallCity) -> None:
    known = make_incident(city, reporter_phone=PHONE, reporter_name="王大爷")
    make_incident(city, reporter_phone="13900000000")
    make_incident(city, reporter_phone=PHONE, grid_id=city.grids[4].pk)  # another street's
    response = client_of(city, "street_staff").post(reverse("desk-caller"), {"phone": "138 0593 0001"})
    shown = response.content.decode()
    assert [each["incident"] for each in response.context["cases"]] == [known]
    assert known.number in shown
    assert PHONE not in shown
    log = AccessLog.objects.get()
    assert (log.user_id, log.subject_id, log.field) == (city["street_staff"].pk, known.pk, "caller")


def test_the_phone_travels_in_no_address(city: SmallCity) -> None:
    page = client_of(city, "street_staff").get(reverse("desk"), follow=True).content.decode()
    assert f'hx-post="{reverse("desk-caller")}"' in page
    assert client_of(city, "street_staff").get(reverse("desk-caller"), {"phone": PHONE}).status_code == 405


def test_a_call_about_the_same_matter_is_added_to_it(city: SmallCity) -> None:
    known = make_incident(city, reporter_phone=PHONE)
    data = call(city, same_as=known.number, description="三天了还没人来", category="", place="")
    response = client_of(city, "street_staff").post(reverse("desk"), data, follow=True)
    assert Incident.objects.count() == 1
    event = IncidentEvent.objects.get(incident=known, verb="comment")
    assert "三天了还没人来" in event.note
    assert known.number in next(str(each) for each in response.context["messages"])


def test_a_caller_who_presses_urges_the_owner(city: SmallCity) -> None:
    known = make_incident(city, reporter_phone=PHONE)
    data = call(city, same_as=known.number, urge="on", description="到底什么时候来")
    client_of(city, "street_staff").post(reverse("desk"), data)
    assert "到底什么时候来" in IncidentEvent.objects.get(incident=known, verb="urge").note


def test_a_case_outside_the_area_cannot_be_added_to(city: SmallCity) -> None:
    foreign = make_incident(city, grid_id=city.grids[4].pk)
    data = call(city, same_as=foreign.number)
    assert client_of(city, "street_staff").post(reverse("desk"), data).status_code == 404
    assert not IncidentEvent.objects.filter(verb="comment").exists()


def test_words_alone_name_category_and_place(city: SmallCity) -> None:
    words = {"category": "", "category_words": "暴露垃圾", "place": "", "place_words": city.grids[0].name}
    response = client_of(city, "street_staff").post(reverse("desk"), call(city, **words))
    assert response.status_code == 200, response.context["form"].errors
    incident = Incident.objects.get()
    assert (incident.category.code, incident.grid_id) == ("0101", city.grids[0].pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"category": "", "category_words": "没有这种事"}, "category_words"),
        ({"category": ""}, "category_words"),
        ({"place": "", "place_words": "火星"}, "place_words"),
        ({"description": ""}, "description"),
        ({"phone": "不知道"}, "phone"),
    ],
)
def test_what_cannot_be_accepted_is_said_beside_its_field(
    city: SmallCity, values: dict[str, str], field: str
) -> None:
    response = client_of(city, "street_staff").post(reverse("desk"), call(city, **values))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Incident.objects.count() == 0


def test_a_place_of_another_street_is_not_taken(city: SmallCity) -> None:
    data = call(city, place=f"grid:{city.grids[4].pk}")
    response = client_of(city, "street_staff").post(reverse("desk"), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["place_words"])


def test_the_preview_says_what_filing_then_does(city: SmallCity) -> None:
    client, data = client_of(city, "street_staff"), call(city, in_danger="on")
    seen = client.post(reverse("desk-preview"), data).context["preview"]
    assert Incident.objects.count() == 0
    client.post(reverse("desk"), data)
    filed = Incident.objects.get()
    assert (seen.incident.colour, seen.incident.owner_level) == (filed.colour, filed.owner_level)
    assert seen.incident.owner_organization_id == filed.owner_organization_id
    assert abs((seen.done_by - filed.first_due_at).total_seconds()) < 60


def test_what_was_typed_survives_a_lost_session_encrypted(city: SmallCity) -> None:
    data = call(city, category="", place="")
    client_of(city, "street_staff").post(reverse("desk-preview"), data)
    draft = DeskDraft.objects.get()
    assert "井盖" not in draft.sealed
    assert PHONE not in draft.sealed
    page = client_of(city, "street_staff").get(reverse("desk"), {"call": data["call"]})
    assert page.context["form"]["description"].value() == data["description"]
    other = client_of(city, "city_grid_office").get(reverse("desk"), {"call": data["call"]})
    assert not other.context["form"]["description"].value()
    # A later call names it, and the other operator's page does not.
    assert client_of(city, "street_staff").get(reverse("desk"), follow=True).context["unfinished"] == [draft]
    assert client_of(city, "city_grid_office").get(reverse("desk"), follow=True).context["unfinished"] == []


def test_a_filed_call_leaves_no_draft_even_when_a_late_preview_arrives(city: SmallCity) -> None:
    client, data = client_of(city, "street_staff"), call(city)
    client.post(reverse("desk-preview"), data)
    client.post(reverse("desk"), data)
    client.post(reverse("desk-preview"), data)
    assert DeskDraft.objects.count() == 0


def test_an_untouched_form_leaves_no_draft(city: SmallCity) -> None:
    data = {"call": str(uuid4()), "phone": "", "description": " ", "channel": "hotline"}
    client_of(city, "street_staff").post(reverse("desk-preview"), data)
    assert DeskDraft.objects.count() == 0


def test_nobody_overwrites_another_operators_draft(city: SmallCity) -> None:
    key = uuid4()
    draft_keep(actor=city.actor("street_staff"), call_key=key, values={"name": "甲"})
    draft_keep(actor=city.actor("city_grid_office"), call_key=key, values={"name": "乙"})
    assert DeskDraft.objects.get().operator_id == city["street_staff"].pk


def test_old_drafts_are_forgotten(city: SmallCity) -> None:
    with clock.frozen_at(clock.now() - DRAFTS_KEPT * 2):
        draft_keep(actor=city.actor("street_staff"), call_key=uuid4(), values={"name": "甲"})
    draft_keep(actor=city.actor("street_staff"), call_key=uuid4(), values={"name": "乙"})
    assert drafts_forget() == 1
    assert DeskDraft.objects.count() == 1


@pytest.mark.parametrize("name", ["grid_worker", "department_officer", "auditor", "nobody"])
def test_others_have_no_desk(city: SmallCity, name: str) -> None:
    client = client_of(city, name)
    assert client.get(reverse("desk")).status_code == 403
    for part in ("desk-caller", "desk-preview", "desk-discard"):
        assert client.post(reverse(part), call(city)).status_code == 403
    with pytest.raises(Denied):
        caller_cases(actor=city.actor(name), phone=PHONE, purpose="x")


def test_parts_answer_401_without_a_session() -> None:
    for part in ("desk-caller", "desk-preview"):
        assert Client().post(reverse(part)).status_code == 401
    for part in ("suggest-categories", "suggest-places"):
        assert Client().get(reverse(part)).status_code == 401


def test_earlier_cases_cost_the_same_for_one_and_many(city: SmallCity) -> None:
    costs = []
    client = client_of(city, "street_staff")
    for cases in (1, 6):
        while Incident.objects.count() < cases:
            make_incident(city, reporter_phone=PHONE)
        client.post(reverse("desk-caller"), {"phone": PHONE})
        with CaptureQueriesContext(connection) as seen:
            client.post(reverse("desk-caller"), {"phone": PHONE})
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 15
