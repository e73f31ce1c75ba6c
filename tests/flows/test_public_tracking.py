"""Looking a report up, judging it, its photos, and the sheet of codes: who sees what, and for how long."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from grids.models import QRCode
from grids.services.qr import token_for
from incidents.models import Incident, Photo
from incidents.rules.vocabulary import State, Verb
from incidents.views.public import rates
from tests.factories.incidents import do, file_report
from tests.factories.pictures import upload
from tests.flows.residents import text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


def test_lookup_with_a_wrong_code_says_nothing_and_is_limited(client, city):
    filed = file_report(city)
    nothing = _("Nothing found. Please check the number and the code.")
    for number, code in [(filed.incident.number, "ABCDEFGHJK"), ("261120999999", filed.lookup_code)]:
        page = client.post(reverse("track"), {"number": number, "code": code})
        assert (page.status_code, nothing in text_of(page)) == (404, True)
    for _attempt in range(rates.LOOKUPS_OF_NUMBER.times):
        page = client.post(reverse("track"), {"number": filed.incident.number, "code": "ABCDEFGHJK"})
    assert (page.status_code, "太多次" in text_of(page)) == (429, True)
    page = client.post(reverse("track"), {"number": filed.incident.number, "code": filed.lookup_code})
    assert page.status_code == 429


def looked_up(city, filed):
    client = Client()
    values = {"number": filed.incident.number, "code": filed.lookup_code}
    return client, client.post(reverse("track"), values, follow=True)


def finished(city):
    filed = file_report(city)
    do(city, "grid_worker", filed.incident, Verb.SIGN)
    do(city, "grid_worker", filed.incident, Verb.FINISH, note="已清运两车")
    return filed


def test_progress_tells_units_but_no_persons(city):
    filed = finished(city)
    _client, page = looked_up(city, filed)
    words = text_of(page)
    assert "已经处理好了，您满意吗？" in words
    assert "已清运两车" in words
    assert "80 %" not in words
    for person in city.people.values():
        assert person.full_name not in words
        assert person.phone not in words


def test_resident_is_satisfied_and_may_reopen_with_a_reason(city):
    filed = finished(city)
    client, page = looked_up(city, filed)
    number = filed.incident.number
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    page = client.post(reverse("track-judge", args=[number, "satisfied"]), {"version": version}, follow=True)
    assert "已办结，您已评价" in text_of(page)
    assert Incident.objects.get().state == State.EVALUATED
    where = reverse("track-say-why", args=[number, "reopen"])
    assert "哪里还没办好？" in text_of(client.get(where))
    page = client.post(where, {"reason": " "})
    assert (page.status_code, "请写一句话" in text_of(page)) == (422, True)
    page = client.post(where, {"reason": "又堆满了"}, follow=True)
    assert "重新处理" in text_of(page)
    assert Incident.objects.get().state == State.RECTIFYING
    page = client.post(where, {"reason": "再来一次"}, follow=True)
    assert "现在不能这样操作" in text_of(page)


def test_resident_who_is_dissatisfied_says_why(city):
    filed = finished(city)
    client, _page = looked_up(city, filed)
    where = reverse("track-say-why", args=[filed.incident.number, "dissatisfied"])
    assert client.get(where).status_code == 200
    client.post(where, {"reason": "还有一半没清"})
    incident = Incident.objects.get()
    assert (incident.state, incident.rework_count) == (State.RECTIFYING, 1)


def test_verdict_from_an_older_page_is_answered_with_how_things_stand(city):
    filed = finished(city)
    client, page = looked_up(city, filed)
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    do(city, "resident", filed.incident, Verb.JUDGE_BASICALLY)
    where = reverse("track-judge", args=[filed.incident.number, "satisfied"])
    page = client.post(where, {"version": version})
    assert page.status_code == 409
    assert "已办结，您已评价" in text_of(page)
    assert Incident.objects.get().verdict == "basically"


def test_what_was_looked_up_is_forgotten_after_half_an_hour_and_when_asked(city):
    filed = finished(city)
    client, _page = looked_up(city, filed)
    page_of = reverse("track-incident", args=[filed.incident.number])
    assert Client().get(page_of, follow=True).redirect_chain[0][0].startswith(reverse("track"))
    with clock.frozen_at(clock.now() + timedelta(minutes=31)):
        assert "再输入一次查询码" in text_of(client.get(page_of, follow=True))
    assert client.get(page_of).status_code == 200
    client.post(reverse("track-leave"))
    assert client.get(page_of).status_code == 302
    assert client.post(reverse("track-judge", args=[filed.incident.number, "satisfied"])).status_code == 302
    assert Incident.objects.get().state == State.CALLBACK


def test_photo_is_served_only_to_who_may_see_its_incident(client, city):
    filed = file_report(city, photos=(upload(),))
    photo = Photo.objects.get(incident=filed.incident)
    address = reverse("photo", args=[photo.pk, "full"])
    assert client.get(address).status_code == 404
    for name in ("outsider_street", "outsider_department", "system_administrator", "nobody"):
        client.force_login(city[name], backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == 404, name
    for name in ("grid_worker", "community_staff", "street_leader", "department_officer", "auditor"):
        client.force_login(city[name], backend="django.contrib.auth.backends.ModelBackend")
        served = client.get(address)
        assert served.status_code == 200, name
        assert client.get(address, headers={"if-none-match": served["etag"]}).status_code == 304
    assert client.get(reverse("photo", args=[photo.pk + 1, "full"])).status_code == 404


def test_sheet_of_codes_is_for_the_grids_own_staff(client, city):
    grid = city.grids[0]
    sheet = reverse("qr-sheet", args=[grid.code])
    assert client.get(sheet).status_code == 302
    for name, status in [
        ("outsider_street", 404),
        ("department_officer", 404),
        ("auditor", 403),
        ("grid_worker", 403),
    ]:
        client.force_login(city[name], backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(sheet).status_code == status, name
    client.force_login(city["community_staff"], backend="django.contrib.auth.backends.ModelBackend")
    assert "还没有生成二维码" in text_of(client.get(sheet))
    page = client.post(reverse("qr-issue", args=[grid.code]), follow=True)
    assert "已生成 2 张二维码" in text_of(page)
    assert page.content.decode().count("data:image/svg+xml") == 2
    code = QRCode.objects.get(building=city.buildings[0])
    before = token_for(code)
    client.post(reverse("qr-rotate", args=[code.pk]))
    assert client.get(reverse("q", args=[before])).status_code == 410
    client.post(reverse("qr-revoke", args=[code.pk]))
    assert city.buildings[0].name in text_of(client.get(sheet))
    assert QRCode.objects.get(pk=code.pk).revoked_at is not None
