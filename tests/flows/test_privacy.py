"""What attackers and curious colleagues try on the pages: traces in logs and sessions, caches, links."""

import json
import logging

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from incidents.rules.vocabulary import Verb
from tests.factories.incidents import GARBAGE
from tests.factories.staff_scene import Scene, file_case, make_scene

pytestmark = pytest.mark.django_db
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
