"""Merging, the telephone desk, the one-time link and repeated places through HTTP and the API."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from incidents.links import verdict_token
from incidents.models import Category, Incident, VerdictReason, VerdictRound
from incidents.rules.vocabulary import Channel, State, Verb
from tests.factories.incidents import do, file_report, make_incident
from tests.flows.residents import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


def client_of(city, who):
    client = Client()
    client.force_login(city[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def finished(city, **values):
    incident = make_incident(city, **{"reporter_phone": "13900001111", "reporter_name": "王小明", **values})
    do(city, "grid_worker", incident, Verb.SIGN)
    return do(city, "grid_worker", incident, Verb.FINISH, note="已清运两车")


def link_of(incident):
    asked = VerdictRound.objects.get(incident=incident, closed_at=None)
    return reverse("verdict", args=[verdict_token(asked.pk)])


def test_the_page_proposes_and_merges_with_one_press(city):
    main, child = make_incident(city), make_incident(city)
    client = client_of(city, "grid_worker")
    page = client.get(reverse("incident", args=[child.number]))
    assert [each.incident.pk for each in page.context["proposals"]] == [main.pk]
    address = reverse("incident-act", args=[child.number, "merge"])
    answer = client.post(address, {"version": child.version, "main": main.number})
    assert answer.status_code == 302
    child.refresh_from_db()
    assert child.parent_id == main.pk
    assert child.number in client.get(reverse("incident", args=[main.number])).content.decode()
    assert main.number in client.get(reverse("incident", args=[child.number])).content.decode()


def test_the_page_gives_a_merged_one_its_own_work_back(city):
    main, child = make_incident(city), make_incident(city)
    child = do(city, "grid_worker", child, Verb.MERGE, main=main.number)
    client = client_of(city, "grid_worker")
    address = reverse("incident-act", args=[child.number, "unmerge"])
    assert address in client.get(reverse("incident", args=[child.number])).content.decode()
    assert client.post(address, {"version": child.version, "reason": ""}).status_code == 422
    answer = client.post(address, {"version": child.version, "reason": "另一处堆物"})
    assert answer.status_code == 302
    child.refresh_from_db()
    assert (child.state, child.parent_id) == (State.DISPATCHED, None)
    again = client.post(address, {"version": child.version, "reason": "另一处堆物"})
    assert again.status_code in (403, 409)
    outsider = client_of(city, "outsider_worker")
    assert outsider.post(address, {"version": child.version, "reason": "不是"}).status_code == 404


def test_the_api_gives_a_merged_one_its_own_work_back(city):
    main, child = make_incident(city), make_incident(city)
    child = do(city, "grid_worker", child, Verb.MERGE, main=main.number)
    address = reverse("api-incidents-action", args=[child.number, "unmerge"])

    def send(who, **given):
        answer = client_of(city, who).post(address, json.dumps(given), content_type="application/json")
        return answer.status_code, answer.json()

    status, body = send("grid_worker")
    assert (status, body["code"], body["field"]) == (422, "fields_missing", "reason")
    assert send("outsider_worker", reason="不是")[0] == 404
    status, body = send("grid_worker", reason="另一处堆物")
    assert (status, body["state"]) == (200, State.DISPATCHED)
    main.refresh_from_db()
    assert main.child_count == 0
    status, body = send("grid_worker", reason="另一处堆物")
    assert (status, body["code"]) in ((403, "wrong_state"), (409, "stale"))


def test_a_merged_reporter_may_press(client, city):
    main, filed = make_incident(city), file_report(city)
    do(city, "grid_worker", filed.incident, Verb.MERGE, main=main.number)
    client.post(reverse("track"), {"number": filed.incident.number, "code": filed.lookup_code})
    address = reverse("track-urge", args=[filed.incident.number])
    assert address in client.get(reverse("track-incident", args=[filed.incident.number])).content.decode()
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 429


def test_page_and_api_refuse_with_the_same_words(city):
    child, other = make_incident(city), make_incident(city)
    do(city, "grid_worker", child, Verb.MERGE, main=other.number)
    third = make_incident(city)
    client = client_of(city, "grid_worker")
    page = client.post(
        reverse("incident-act", args=[third.number, "merge"]), {"version": 1, "main": child.number}
    )
    answer = client.post(
        reverse("api-incidents-action", args=[third.number, "merge"]),
        json.dumps({"main": child.number}),
        content_type="application/json",
    )
    assert (page.status_code, answer.status_code) == (422, 422)
    body = answer.json()
    assert (body["code"], body["field"]) == ("main_is_merged", "main")
    assert body["message"] in page.content.decode()


def test_api_lists_what_may_be_the_same(city):
    main, child = make_incident(city), make_incident(city)
    rows = client_of(city, "grid_worker").get(reverse("api-duplicates", args=[child.number])).json()
    assert [row["number"] for row in rows] == [main.number]
    assert rows[0]["reasons"]
    assert (
        client_of(city, "outsider_street").get(reverse("api-duplicates", args=[child.number])).status_code
        == 404
    )


def test_staff_are_told_while_they_write(city):
    main = make_incident(city)
    query = {"category": "0101", "grid": city.grids[0].pk, "description": "垃圾桶旁堆了很多垃圾"}
    page = client_of(city, "grid_worker").get(reverse("report-near"), query)
    assert main.number in page.content.decode()
    for changed in ({"category": "no"}, {"grid": "x"}, {"category": "1402"}):
        page = client_of(city, "community_staff").get(reverse("report-near"), {**query, **changed})
        assert main.number not in page.content.decode()


def test_the_desk_lists_takes_and_records(city):
    incident = finished(city)
    client = client_of(city, "street_staff")
    page = client.get(reverse("callbacks")).content.decode()
    assert incident.number in page
    assert "13900001111" not in page
    address = reverse("callback", args=[incident.number])
    assert "13900001111" not in client.get(address).content.decode()
    taken = client.post(address).content.decode()
    assert "13900001111" in taken
    assert "王小明" in taken
    other = client_of(city, "community_staff")
    answer = other.post(address, follow=True)
    assert str(city["street_staff"]) in answer.content.decode()
    wrong = client.post(reverse("callback-verdict", args=[incident.number]), {"verdict": "dissatisfied"})
    assert wrong.status_code == 422
    code = VerdictReason.objects.first()
    done = client.post(
        reverse("callback-verdict", args=[incident.number]),
        {"verdict": "dissatisfied", "reason_codes": [code.code]},
    )
    assert done.status_code == 302
    incident.refresh_from_db()
    assert incident.state == State.RECTIFYING
    row = VerdictRound.objects.get(incident=incident)
    assert (row.reason_codes, row.note) == ([code.code], code.name)
    assert client.get(address, follow=True).redirect_chain[-1][0] == reverse("callbacks")


def test_the_desk_notes_calls_without_a_verdict(city):
    incident = finished(city)
    client = client_of(city, "street_staff")
    address = reverse("callback-attempt", args=[incident.number])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"outcome": "not_reached", "note": "无人接听"}).status_code == 302
    assert list(client.get(reverse("callbacks")).context["rows"]) == []
    assert incident.number in client.get(reverse("callbacks"), {"later": "1"}).content.decode()


@pytest.mark.parametrize("who", ["grid_worker", "department_officer", "auditor"])
def test_the_desk_is_closed_to_those_who_do_not_verify(city, who):
    incident = finished(city)
    client = client_of(city, who)
    assert client.get(reverse("callbacks")).status_code == 403
    assert client.get(reverse("callback", args=[incident.number])).status_code == 403
    assert client.get(reverse("api-callbacks-list")).json()["results"] == []
    answer = client.post(reverse("api-callbacks-claim", args=[incident.number]))
    assert answer.status_code in (403, 404)
    assert "13900001111" not in answer.content.decode()


def test_api_desk_speaks_the_same_codes(city):
    incident = finished(city)
    client, other = client_of(city, "street_staff"), client_of(city, "community_staff")
    rows = client.get(reverse("api-callbacks-list")).json()["results"]
    assert [row["number"] for row in rows] == [incident.number]
    claim = reverse("api-callbacks-claim", args=[incident.number])
    assert client.post(claim).json()["phone"] == "13900001111"
    assert (other.post(claim).status_code, other.post(claim).json()["code"]) == (409, "callback_claimed")
    assert client.post(reverse("api-callbacks-release", args=[incident.number])).status_code == 204
    attempts = reverse("api-callbacks-attempts", args=[incident.number])
    noted = client.post(attempts, {"outcome": "not_reached"}, content_type="application/json")
    assert (noted.status_code, noted.json()["attempts"]) == (200, 1)
    verdict = reverse("api-callbacks-verdict", args=[incident.number])
    answer = client.post(verdict, {"verdict": "satisfied"}, content_type="application/json")
    assert answer.status_code == 204
    answer = client.post(verdict, {"verdict": "satisfied"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "callback_over")


def test_a_link_takes_one_verdict_without_a_login(client, city):
    incident = finished(city, description="我家门口的垃圾")
    address = link_of(incident)
    page = client.get(address)
    words = text_of(page)
    assert "已清运两车" in words
    for private in ("我家门口", "13900001111", "王小明"):
        assert private not in words
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"verdict": "dissatisfied"}).status_code == 422
    answer = client.post(address, {"verdict": "dissatisfied", "reason": "还有一堆"})
    assert answer.status_code == 200
    row = VerdictRound.objects.get(incident=incident)
    assert (row.kind, row.channel, row.note) == ("dissatisfied", Channel.RESIDENT_QR, "还有一堆")
    again = client.post(address, {"verdict": "satisfied"})
    assert again.status_code == 410
    assert VerdictRound.objects.get(incident=incident).kind == "dissatisfied"


def test_a_link_of_an_earlier_round_is_over(client, city):
    incident = finished(city)
    first = link_of(incident)
    do(city, "resident", incident, Verb.JUDGE_DISSATISFIED, reason="没有")
    do(city, "grid_worker", incident, Verb.FINISH, note="又处理了")
    assert client.get(first).status_code == 410
    assert client.get(link_of(incident)).status_code == 200


def test_links_that_do_not_count(client, city, settings):
    incident = finished(city)
    address = link_of(incident)
    assert client.get(address[:-3] + "xx/").status_code == 410
    assert client_of(city, "grid_worker").get(address).status_code == 410
    answer = client_of(city, "grid_worker").post(address, {"verdict": "satisfied"})
    assert answer.status_code == 410
    assert Incident.objects.get(pk=incident.pk).state == State.CALLBACK


def test_the_notice_carries_the_link_and_who_printed_it(city):
    incident = finished(city)
    address = reverse("incident-notice", args=[incident.number])
    page = client_of(city, "grid_worker").post(address)
    assert page.status_code == 200
    assert link_of(incident) in page.context["address"]
    assert VerdictRound.objects.get(incident=incident).notice_by_id == city["grid_worker"].pk
    assert client_of(city, "outsider_worker").post(address).status_code == 404
    assert client_of(city, "auditor").post(address).status_code == 302
    early = make_incident(city)
    answer = client_of(city, "grid_worker").post(reverse("incident-notice", args=[early.number]))
    assert answer.status_code == 302


def test_places_with_repeated_trouble_lead_to_their_cases(city):
    numbers = {make_incident(city).number for _each in range(3)}
    client = client_of(city, "street_staff")
    page = client.get(reverse("repeats"), {"by": "grid"})
    rows = page.context["rows"]
    assert [row.times for row, _url in rows] == [3]
    cases = client.get(rows[0][1])
    assert {row.incident.number for row in cases.context["rows"]} == numbers
    assert client.get(reverse("repeats"), {"by": "nonsense", "days": "x"}).status_code == 200
    assert client.get(reverse("repeat-cases"), {"by": "grid", "place": "x"}).context["rows"] == []
    assert client_of(city, "outsider_street").get(rows[0][1]).context["rows"] == []
    api = client.get(reverse("api-repeats"), {"by": "grid"}).json()
    assert [row["times"] for row in api["results"]] == [3]


def ask_questions(client, city):
    client.get(reverse("public-report"))
    client.post(reverse("public-where"), {"grid": city.grids[0].pk})
    client.post(reverse("public-what"), {"category": "0101"})
    client.post(reverse("public-details"), {"description": "垃圾桶旁堆了很多垃圾", "address": ""})
    client.post(reverse("public-contact"), {"name": "", "phone": ""})
    return client.get(reverse("public-check"))


def test_a_resident_adds_the_report_to_one_that_is_known(client, city):
    known = file_report(city, reporter_name="李大姐", reporter_phone="13911112222", address="三栋502室")
    page = ask_questions(client, city)
    words = text_of(page)
    assert len(page.context["known"]) == 1
    for private in ("三栋502室", "李大姐", "13911112222", known.incident.number):
        assert private not in words
    answer = client.post(
        reverse("public-check"),
        {"draft": page.context["signed_draft"], "join": page.context["known"][0].token},
        follow=True,
    )
    assert answer.status_code == 200
    mine = Incident.objects.exclude(pk=known.incident.pk).get()
    assert (mine.state, mine.parent_id) == (State.MERGED, known.incident.pk)
    assert mine.lookup_digest
    followed = text_of(client.get(reverse("track-incident", args=[mine.number])))
    assert known.incident.number not in followed


def test_a_forged_or_foreign_choice_files_all_the_same(client, city):
    page = ask_questions(client, city)
    client.post(reverse("public-check"), {"draft": page.context["signed_draft"], "join": "1:forged"})
    assert Incident.objects.get().state == State.DISPATCHED


def test_nothing_about_people_is_told_to_residents(client, city):
    make_incident(city)
    Category.objects.filter(code="0101").update(neighbours_may_join=False)
    assert ask_questions(client, city).context["known"] == []
