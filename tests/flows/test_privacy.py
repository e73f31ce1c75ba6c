"""What attackers and curious colleagues try on the pages: traces in logs and sessions, caches, links."""

import json
import logging
import os
from typing import Any

import pytest
import redis
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from core.errors import TooMany
from core.rates import Rate, spend
from gridgov.request_log import RESIDENT_PATHS, RequestLogMiddleware
from incidents.models import Incident
from incidents.rules.vocabulary import Verb
from incidents.views.public.urls import urlpatterns as public_addresses
from tests.factories.incidents import GARBAGE
from tests.factories.staff_scene import Scene, file_case, make_scene

pytestmark = pytest.mark.django_db
RATE = Rate("test", times=3, seconds=60)
NAME, PHONE = "林阿婆", "13800001234"


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def staff(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.community_staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def answered(client: Client, scene: Scene) -> None:
    """Fill in a report as far as the last page."""
    client.post(reverse("public-where"), {"grid": scene.grid.pk})
    client.post(reverse("public-what"), {"category": GARBAGE})
    client.post(reverse("public-details"), {"description": "楼下垃圾没人收"})
    client.post(reverse("public-contact"), {"name": NAME, "phone": PHONE})


def sessions() -> str:
    return json.dumps([row.get_decoded() for row in Session.objects.all()], ensure_ascii=False)


def test_log_names_neither_the_address_nor_the_words_of_people_without_an_account(
    scene: Scene, staff: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="django_structlog")
    Client().get(reverse("track"), {"number": "26112000001"}, REMOTE_ADDR="203.0.113.9")
    told = "".join(str(record.msg) for record in caplog.records)
    assert "/track/" in told
    assert "203.0.113.9" not in told
    assert "26112000001" not in told

    caplog.clear()
    staff.get(reverse("board"), {"q": "王桂花"}, REMOTE_ADDR="203.0.113.9")
    told = "".join(str(record.msg) for record in caplog.records)
    assert "203.0.113.9" in told
    assert "王桂花" not in told


def test_log_knows_no_account_and_no_browser_on_the_residents_pages(
    scene: Scene, staff: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="django_structlog")
    headers = {"REMOTE_ADDR": "203.0.113.9", "HTTP_USER_AGENT": "Marked/7.7"}
    staff.get(reverse("public-report"), **headers)
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert lines
    assert not [line for line in lines if {"user_id", "ip", "user_agent"} & line.keys()]
    caplog.clear()
    staff.get(reverse("work"), **headers)
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert {line["user_id"] for line in lines} == {scene.community_staff.pk}
    assert not [line for line in lines if "user_agent" in line]


def test_every_page_of_a_report_counts_as_a_residents() -> None:
    addresses = {f"/{pattern.pattern}".replace("^", "") for pattern in public_addresses}
    assert {each for each in addresses if not each.startswith(RESIDENT_PATHS)} == {"/"}


def test_a_one_time_link_is_not_written_to_the_log(rf: RequestFactory) -> None:
    assert RequestLogMiddleware.format_request(rf.get("/verdict/abc:def/")) == "GET /verdict/…"


def test_signed_in_person_reports_anonymously_without_a_trace_in_their_session(
    scene: Scene, staff: Client
) -> None:
    answered(staff, scene)
    staff.post(reverse("public-contact"), {"name": NAME, "phone": PHONE, "anonymous": "on"})
    page = staff.post(reverse("public-check"))
    incident = Incident.objects.get()
    assert (page.status_code, incident.number in page.content.decode()) == (200, True)
    assert (incident.is_anonymous, incident.reporter, incident.first_contact) == (True, None, None)
    assert incident.number not in sessions()
    assert "public_" not in sessions()
    events = incident.events.values_list("actor_id", flat=True)
    assert set(events) == {None}


def test_rate_leaves_only_a_short_mark_that_another_day_does_not_know() -> None:
    cache.clear()
    for _time in range(RATE.times):
        spend(RATE, "203.0.113.9")
    with pytest.raises(TooMany):
        spend(RATE, "203.0.113.9")
    spend(RATE, "203.0.113.10")
    keys = {key.decode() for key in redis_keys("*rate:test*")}
    assert {len(key.rpartition(":")[2]) for key in keys} == {5}
    cache.delete("rate-salt")
    spend(RATE, "203.0.113.9")
    assert len(redis_keys("*rate:test*")) == len(keys) + 1


def redis_keys(pattern: str) -> list[bytes]:
    line: Any = redis.Redis.from_url(os.environ["REDIS_URL"])
    found: list[bytes] = line.keys(pattern)
    return found


def test_session_of_a_resident_holds_no_name_phone_or_lookup_code_to_read(scene: Scene) -> None:
    client = Client()
    answered(client, scene)
    assert NAME in client.get(reverse("public-check")).content.decode()
    assert NAME not in sessions()
    assert PHONE not in sessions()
    page = client.post(reverse("public-check"), follow=True).content.decode()
    code = page.split('id="receipt-code">')[1].split("<")[0]
    assert len(code) >= 10
    assert code not in sessions()


def test_draft_that_no_key_opens_begins_anew(scene: Scene) -> None:
    client = Client()
    answered(client, scene)
    session = client.session
    session["public_report"]["name"] = "x1$AAAA"
    session.save()
    page = client.get(reverse("public-check"))
    assert (page.status_code, page.headers["location"]) == (302, reverse("public-report"))


def test_pages_of_signed_in_people_are_kept_by_no_browser(scene: Scene, staff: Client) -> None:
    incident = file_case(scene)
    for url in (
        reverse("work"),
        reverse("board"),
        reverse("incident", args=[incident.number]),
        f"/api/incidents/{incident.number}/",
    ):
        assert "no-store" in staff.get(url).headers["cache-control"], url
    assert "cache-control" not in Client().get(reverse("home")).headers


@pytest.mark.parametrize(
    "url",
    ["/incidents/%00/", "/queue/case/%00/", "/queue/?case=%00", "/report/%00/", "/incidents/%00/reporter/"],
)
def test_nul_in_an_address_is_a_bad_request(staff: Client, url: str) -> None:
    assert staff.get(url).status_code == 400


def test_nul_in_a_form_is_a_bad_request(scene: Scene, staff: Client) -> None:
    assert staff.post(reverse("queue-sign"), {"picked": "26\x001"}).status_code == 400
    assert Client().post(reverse("public-what"), {"category": "0\x001"}).status_code == 400


def test_refusal_links_back_to_our_own_pages_only(scene: Scene, staff: Client) -> None:
    url = reverse("incident", args=["no-such-number"])
    for referer, shown in (("https://evil.example/gov", False), ("http://testserver/board/?q=1", True)):
        page = staff.get(url, HTTP_REFERER=referer)
        assert page.status_code == 404
        assert (page.context["back_url"] == referer) is shown


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"]
)
def test_way_back_after_a_step_never_leads_away(scene: Scene, staff: Client, wanted: str) -> None:
    incident = file_case(scene)
    url = reverse("incident-act", args=[incident.number, Verb.COMMENT.value])
    answer = staff.post(url, {"text": "到场看过", "back": wanted, "version": incident.version})
    assert answer.status_code == 302
    assert answer.headers["location"] == reverse("work")


def test_proving_a_report_begins_a_session_that_nobody_else_can_know(scene: Scene) -> None:
    client = Client()
    answered(client, scene)
    before = client.session.session_key
    client.post(reverse("public-check"))
    filed = client.session.session_key
    assert filed not in (before, None)
    assert not Session.objects.filter(session_key=before).exists()
