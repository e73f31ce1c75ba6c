"""What a resident does, page by page, without JavaScript; every mistake is answered and nothing gets lost."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import SYSTEM
from grids.models import QRCode
from grids.services import grid_close
from grids.services.qr import LIFETIME, qr_issue, qr_rotate, token_for
from incidents.models import Category, Clock, Incident, IncidentEvent, Photo
from incidents.views.public import rates
from tests.factories.incidents import GARBAGE, MANHOLE
from tests.factories.pictures import picture, upload
from tests.flows.residents import text_of

pytestmark = pytest.mark.django_db(transaction=True)

COUNTED = (Incident, IncidentEvent, Photo, Clock)


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


@pytest.fixture
def token(city):
    code = qr_issue(actor=SYSTEM, grid_id=city.grids[0].pk, building_id=city.buildings[0].pk)
    return token_for(code)


def files(settings):
    return sorted(path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


def counts():
    return [model.objects.count() for model in COUNTED]


def carried(response):
    """Return the report that the page's form carries along."""
    return re.search(r'name="draft" value="([^"]+)"', response.content.decode())[1]


def answer(client, step, draft="", follow=True, **values):
    return client.post(reverse(f"public-{step}"), {"draft": draft, **values}, follow=follow)


def at_check(client, token, **details):
    """Answer every question as far as the last page."""
    client.get(reverse("q", args=[token]))
    answer(client, "what", category=GARBAGE)
    answer(client, "details", **{"description": "楼下垃圾没人收", **details})
    return answer(client, "contact", name="林阿婆", phone="13800001234")


def test_report_by_code_from_the_scan_to_the_progress_page(client, city, token, settings):
    page = client.get(reverse("q", args=[token]))
    assert page.status_code == 200
    assert city.buildings[0].name in text_of(page)
    page = answer(client, "what", category=GARBAGE)
    assert "发生了什么？" in text_of(page)
    page = answer(client, "details", description="楼下垃圾没人收", photos=upload(exif=True))
    assert "怎么联系您？" in text_of(page)
    page = answer(client, "contact", name="林阿婆", phone="138 0000 1234")
    assert "楼下垃圾没人收" in text_of(page)
    assert client.get(reverse("public-photo", args=[0])).headers["content-type"] == "image/jpeg"
    page = answer(client, "check")

    incident = Incident.objects.get()
    assert (incident.building, incident.grid, incident.channel) == (
        city.buildings[0],
        city.grids[0],
        "resident_qr",
    )
    assert "13800001234" not in incident.reporter_phone_sealed
    assert incident.number in text_of(page)
    code = re.search(r'id="receipt-code">([^<]+)<', page.content.decode())[1]
    assert len(files(settings)) == 2  # picture and thumbnail; the draft's is gone

    elsewhere = Client()
    page = elsewhere.post(reverse("track"), {"number": incident.number, "code": code.lower()}, follow=True)
    assert "等待接手" in text_of(page)
    assert "林阿婆" not in text_of(page)
    photo = Photo.objects.get()
    for size in ("thumb", "full"):
        served = elsewhere.get(reverse("photo", args=[photo.pk, size]))
        assert served.status_code == 200
        assert set(served.headers["cache-control"].split(", ")) == {"no-cache", "private"}
        assert served.headers["x-content-type-options"] == "nosniff"
        assert served.headers["content-disposition"].startswith("inline")


def test_report_without_code_by_name_of_grid_or_community(client, city):
    street, community = city.streets[0], city.communities[0]
    assert street.name in text_of(client.get(reverse("public-report")))
    page = client.get(reverse("public-report"), {"street": street.pk, "community": community.pk})
    assert city.grids[0].name in text_of(page)
    page = answer(client, "where", draft=carried(page), grid=city.grids[0].pk)
    assert city.grids[0].name in text_of(page)
    page = answer(client, "where", draft=carried(page), community=community.pk)
    answer(client, "what", category=GARBAGE)
    answer(client, "details", description="垃圾", address="东门")
    answer(client, "contact")
    answer(client, "check")
    incident = Incident.objects.get()
    assert (incident.grid, incident.community, incident.street, incident.address) == (
        None,
        community,
        street,
        "东门",
    )
    assert incident.channel == "resident_web"


def test_position_leads_to_its_grid(client, city):
    client.get(reverse("public-report"))
    page = answer(client, "where", lng="120.005", lat="26.005")
    assert city.grids[0].name in text_of(page)


@pytest.mark.parametrize(
    ("lng", "lat", "words"),
    [
        ("116.39", "39.9", "不在本地任何网格内"),
        ("", "", "没有读到您的位置"),
        ("north", "26", "没有读到您的位置"),
        ("1e400", "26", "没有读到您的位置"),
        ("NaN", "Infinity", "没有读到您的位置"),
        ("190", "26", "没有读到您的位置"),
    ],
)
def test_position_outside_or_unreadable_is_answered_with_the_list(client, city, lng, lat, words):
    before = counts()
    client.get(reverse("public-report"))
    page = answer(client, "where", lng=lng, lat=lat)
    assert page.status_code == 422
    assert words in text_of(page)
    assert city.streets[0].name in text_of(page)
    assert counts() == before


def test_code_forged_expired_replaced_or_of_a_closed_grid_says_what_to_do(client, city, token):
    before = counts()
    forged = client.get(reverse("q", args=[token[:-2] + "xx"]))
    assert (forged.status_code, "不是我们张贴的" in text_of(forged)) == (404, True)
    with clock.frozen_at(clock.now() + LIFETIME + timedelta(days=1)):
        expired = client.get(reverse("q", args=[token]))
    assert (expired.status_code, "已过有效期" in text_of(expired)) == (410, True)
    qr_rotate(actor=SYSTEM, qr_id=QRCode.objects.get().pk)
    replaced = client.get(reverse("q", args=[token]))
    assert (replaced.status_code, "已经更换或停用" in text_of(replaced)) == (410, True)
    fresh_token = token_for(QRCode.objects.get())
    grid_close(actor=SYSTEM, grid_id=city.grids[0].pk)
    closed = client.get(reverse("q", args=[fresh_token]))
    assert closed.status_code == 410
    for page in (forged, expired, replaced, closed):
        assert reverse("public-report") in page.content.decode()
    assert counts() == before


def test_category_switched_off_before_it_is_chosen(client, token):
    client.get(reverse("q", args=[token]))
    Category.objects.filter(code=GARBAGE).update(is_active=False)
    page = answer(client, "what", category=GARBAGE)
    assert (page.status_code, "刚刚停用了" in text_of(page)) == (422, True)


def test_category_switched_off_before_sending_keeps_everything(client, token, settings):
    at_check(client, token, photos=upload())
    before, kept = counts(), files(settings)
    Category.objects.filter(code=GARBAGE).update(is_active=False)
    page = answer(client, "check")
    assert (page.status_code, Category.objects.get(code=GARBAGE).name in text_of(page)) == (422, True)
    assert (counts(), files(settings)) == (before, kept)
    page = answer(client, "what", category=MANHOLE)
    words = text_of(page)
    assert "楼下垃圾没人收" in words
    assert "林阿婆" in words
    answer(client, "check")
    assert Incident.objects.get().category.code == MANHOLE
    assert Photo.objects.count() == 1


def test_place_closed_before_sending_is_asked_again(client, city):
    page = client.get(reverse("public-report"))
    page = answer(client, "where", draft=carried(page), grid=city.grids[0].pk)
    answer(client, "what", category=GARBAGE)
    answer(client, "details", description="垃圾")
    answer(client, "contact")
    grid_close(actor=SYSTEM, grid_id=city.grids[0].pk)
    before = counts()
    page = answer(client, "check")
    assert (page.status_code, "已经没有了" in text_of(page)) == (422, True)
    assert counts() == before


def test_form_older_than_its_session_loses_nothing(client, token, settings):
    page = at_check(client, token, photos=upload())
    later = Client()
    page = answer(later, "check", draft=carried(page))
    incident = Incident.objects.get()
    assert incident.number in text_of(page)
    assert incident.photos.count() == 1


def test_answer_to_a_form_that_is_a_day_old_begins_anew_with_it(client, token):
    client.get(reverse("q", args=[token]))
    page = answer(client, "what", category=GARBAGE)
    later = Client()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("incidents.views.public.drafts._KEPT_SECONDS", -1)
        page = answer(later, "details", draft=carried(page), description="写了很久的一段话")
    assert "在哪里？" in text_of(page)
    assert "写了很久的一段话" in later.session["public_report"]["description"]
    assert "重新填写" in text_of(Client().get(reverse("public-check"), follow=True))


def test_form_sent_twice_files_once_and_shows_the_same_code(client, token):
    page = at_check(client, token, photos=upload())
    draft = carried(page)
    first = answer(client, "check", draft=draft)
    second = answer(client, "check", draft=draft)
    third = answer(Client(), "check", draft=draft)
    assert Incident.objects.count() == 1
    receipts = {
        re.search(r'id="receipt-code">([^<]+)<', page.content.decode())[1] for page in (first, second, third)
    }
    assert len(receipts) == 1


def test_form_changed_on_the_way_is_not_believed(client, token):
    page = at_check(client, token)
    before = counts()
    page = answer(Client(), "check", draft=carried(page)[:-3] + "abc")
    assert "重新填写" in text_of(page) or "在哪里？" in text_of(page)
    assert counts() == before


def test_text_of_a_hundred_thousand_characters_is_refused_and_given_back(client, token):
    client.get(reverse("q", args=[token]))
    answer(client, "what", category=GARBAGE)
    long = "长" * 100_000
    page = answer(client, "details", description=long)
    assert page.status_code == 422
    assert "100000" in text_of(page)
    assert "2000" in text_of(page)
    assert long in page.content.decode()


def test_emoji_markup_and_control_characters_arrive_as_what_they_are(client, token):
    said = "🚧井盖\x00坏了\x07<script>alert(1)</script>‮绕‬ {{ 7*7 }}\r\n第二行"
    at_check(client, token, description=said)
    page = client.get(reverse("public-check"))
    assert "<script>alert(1)</script>" not in page.content.decode()
    answer(client, "check")
    incident = Incident.objects.get()
    assert incident.description == "🚧井盖坏了<script>alert(1)</script>绕 {{ 7*7 }}\n第二行"
    page = client.get(reverse("track-incident", args=[incident.number]))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()
    assert "{{ 7*7 }}" in page.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff" * 10_001, "超过"),
        (b"<?php system($_GET[0]); ?>", "打不开"),
        (picture()[:700], "打不开"),
    ],
    ids=["oversized", "fake", "corrupt"],
)
def test_photo_that_cannot_be_taken_costs_nothing_else(client, token, settings, content, words):
    settings.PHOTO_MAX_BYTES = 10_000
    client.get(reverse("q", args=[token]))
    answer(client, "what", category=GARBAGE)
    before = counts()
    page = answer(client, "details", description="写好的话", photos=[upload(size=(90, 60)), upload(content)])
    assert page.status_code == 422
    assert "第 2 张照片" in text_of(page)
    assert words in text_of(page)
    assert "写好的话" in page.content.decode()
    assert (counts(), files(settings)) == (before, [])
    assert "怎么联系您？" in text_of(answer(client, "details", description="写好的话"))


def test_photo_can_be_taken_away_again_and_words_stay(client, token, settings):
    client.get(reverse("q", args=[token]))
    answer(client, "what", category=GARBAGE)
    answer(client, "details", photos=[upload(), upload(colour="navy")])
    assert len(files(settings)) == 2
    page = answer(client, "details", remove="0", description="还没写完")
    assert (page.status_code, len(files(settings))) == (200, 1)
    assert "还没写完" in page.content.decode()
    assert client.get(reverse("public-photo", args=[1])).status_code == 404
    assert Client().get(reverse("public-photo", args=[0])).status_code == 404


def test_photos_of_a_draft_are_thrown_away_after_a_day(client, token, settings):
    at_check(client, token, photos=upload())
    with clock.frozen_at(clock.now() + timedelta(days=1, hours=1)):
        at_check(Client(), token, photos=upload(colour="navy"))
    page = answer(client, "check")
    assert (page.status_code, "请重新添加" in text_of(page)) == (422, True)
    assert not Incident.objects.exists()


def test_details_need_a_word_or_a_photo(client, token):
    client.get(reverse("q", args=[token]))
    answer(client, "what", category=GARBAGE)
    page = answer(client, "details", description="  ")
    assert (page.status_code, "写一句话" in text_of(page)) == (422, True)
    assert "怎么联系您？" in text_of(answer(client, "details", photos=upload()))


@pytest.mark.parametrize(
    "phone", ["12", "abc", "138-0000-1234-5678-9012", "１３８００００１２３４x", "+", "-"]
)
def test_phone_that_is_none_is_said_so(client, token, phone):
    client.get(reverse("q", args=[token]))
    answer(client, "what", category=GARBAGE)
    answer(client, "details", description="垃圾")
    page = answer(client, "contact", phone=phone)
    assert (page.status_code, "不像电话号码" in text_of(page)) == (422, True)


def test_page_asked_for_too_early_leads_to_the_open_question(client, token):
    client.get(reverse("q", args=[token]))
    assert "是什么事？" in text_of(client.get(reverse("public-check"), follow=True))


def test_report_half_filled_in_is_offered_and_thrown_away_only_when_asked(client, token, settings):
    at_check(client, token, photos=upload())
    page = client.get(reverse("public-report"))
    assert "没填完的上报" in text_of(page)
    assert "请看看对不对" in text_of(client.get(reverse("public-resume"), follow=True))
    page = client.post(reverse("public-report"), follow=True)
    assert "在哪里？" in text_of(page)
    assert files(settings) == []


def test_search_finds_by_part_of_a_name_and_says_when_it_finds_nothing(client, token):
    client.get(reverse("q", args=[token]))
    assert "路灯故障" in text_of(client.get(reverse("public-what"), {"words": "路灯"}))
    page = client.get(reverse("public-what"), {"words": "<b>宇宙</b>"})
    assert "没有找到“<b>宇宙</b>”" in text_of(page)
    assert "<b>宇宙" not in page.content.decode()


def test_filing_too_often_is_stopped_with_everything_kept(client, token, monkeypatch):
    monkeypatch.setattr(
        "incidents.views.public.sending.FILINGS_OF_ADDRESS", rates.Rate("test-filing", times=1, seconds=60)
    )
    at_check(client, token)
    answer(client, "check")
    at_check(client, token)
    page = answer(client, "check")
    assert (page.status_code, "太多次" in text_of(page), "楼下垃圾没人收" in text_of(page)) == (
        429,
        True,
        True,
    )
    assert Incident.objects.count() == 1


def test_filing_goes_on_while_the_cache_is_away(client, token, settings):
    at_check(client, token)
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    answer(client, "check")
    assert Incident.objects.count() == 1
