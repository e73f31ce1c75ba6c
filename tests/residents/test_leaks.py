"""What is stolen tells nothing: dump, log, cache, queue, sessions, error pages hold no number and no words.

Everything is filled through the real services and pages first, so every table that could hold a secret does.
"""

import logging
import shutil
import subprocess
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.actor import SYSTEM
from gridgov.launcher.postgres import programs
from incidents.models import DeskDraft
from residents.models import ImportChange, Need, Person, RefusedRow
from residents.rules.visits import NeedDraft, VisitDraft
from residents.services import need_answer, visit_save
from tests.factories.incidents import MANHOLE, SmallCity, make_incident, small_city
from tests.factories.residents import make_household, make_person, resident_id
from tests.residents.importing import person as row
from tests.residents.importing import run, table

NUMBERS = [resident_id(order=order) for order in range(901, 905)]
PHONES = ["13700011101", "13700011102", "13700011103", "13700011104"]
WORDS = ["刑满释放后无业", "想要一张护理床", "已联系康复医院", "夜里听见争吵"]
SECRETS = [*NUMBERS, *PHONES, *WORDS]


def client_of(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fill(city: SmallCity) -> Person:
    """Put the secrets wherever residents and incidents keep them; return a person who has numbers."""
    building, office = city.buildings[0], city["city_grid_office"]
    household = make_household(building)
    head = make_person(household, "林一", document_number=NUMBERS[0], phone=PHONES[0])
    needs = (NeedDraft(kind="wish", text=WORDS[1]), NeedDraft(kind="opinion", text=WORDS[3]))
    draft = VisitDraft(outcome="met", confirmed=frozenset({head.pk}), note=WORDS[0], needs=needs)
    visit_save(actor=city.actor("grid_worker"), household_id=household.pk, draft=draft, client_key=uuid4())
    need_answer(actor=SYSTEM, need_id=Need.objects.earliest("pk").pk, answer=WORDS[2])
    place = {"社区": building.grid.community.name, "楼栋": building.name, "单元": "1", "房号": "909"}
    good = row(姓名="王二", 身份证号=NUMBERS[1], 联系电话=PHONES[1], **place)
    bad = row(姓名="张三", 身份证号=NUMBERS[2], 联系电话=PHONES[2], 与户主关系="不知道什么关系", **place)
    run(office, table(good, bad))
    run(office, table(good | {"联系电话": PHONES[3]}))
    make_incident(city, reporter_name="林小花", reporter_phone=PHONES[2])
    call = {"call": str(uuid4()), "phone": PHONES[3], "name": "王大爷", "description": WORDS[3]}
    where = {"category": MANHOLE, "place": "", "channel": "local_hotline"}
    client_of(city["street_staff"]).post(reverse("desk-preview"), call | where)
    return head


def found_in(texts: Iterable[str]) -> set[str]:
    whole = "\n".join(texts)
    return {secret for secret in SECRETS if secret in whole}


def dump() -> str:
    """Return the whole database as pg_dump writes it."""
    program = shutil.which("pg_dump", path=str(programs(None))) or shutil.which("pg_dump")
    given = connection.get_connection_params()
    address = {"-h": given.get("host"), "-p": given.get("port"), "-U": given.get("user")}
    options = [str(part) for name, value in address.items() if value for part in (name, value)]
    command = [str(program), *options, "--inserts", given["dbname"]]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def redis_contents() -> list[str]:
    """Return every key and value of cache and queue."""
    texts = []
    for url in {settings.REDIS_URL, settings.CELERY_BROKER_URL.replace("redis+socket", "unix")}:
        server = redis.Redis.from_url(url.replace("virtual_host=", "db="))
        for key in server.scan_iter():
            texts += [repr(key), repr(server.dump(key))]
            if server.type(key) == b"list":
                texts += [each.decode(errors="replace") for each in server.lrange(key, 0, -1)]
    return texts


@pytest.mark.django_db(transaction=True)
def test_nothing_that_can_be_stolen_holds_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    city = small_city()
    with caplog.at_level(logging.DEBUG):
        head = fill(city)
        client = client_of(city["community_staff"])
        asked = {"fields_wanted": ["phone", "document"], "purpose": "contact", "words": "通知体检"}
        shown = client.post(reverse("residents:person-reveal", args=[head.pk]), asked).content.decode()
        for typed in ("林一", NUMBERS[0], PHONES[0]):
            client.post(reverse("residents:search"), {"q": typed})
    assert {NUMBERS[0], PHONES[0]} <= found_in([shown])
    assert RefusedRow.objects.exists()
    assert ImportChange.objects.exists()
    assert DeskDraft.objects.exists()
    dumped = dump()
    assert "林一" in dumped  # names are searched and therefore not sealed
    assert found_in([dumped]) == set()
    assert found_in(redis_contents()) == set()
    assert found_in(f"{record.getMessage()} {record.__dict__}" for record in caplog.records) == set()


@pytest.mark.django_db
def test_an_error_page_and_its_log_hold_no_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page breaks after the numbers were opened, with the person and the form in hand."""

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken")

    city = small_city()
    person = make_person(
        make_household(city.buildings[0]), "林一", document_number=NUMBERS[0], phone=PHONES[0]
    )
    monkeypatch.setattr("residents.views.reveal.render", broken)
    asked = {"fields_wanted": ["phone", "document"], "purpose": "contact", "words": "通知体检"}
    with caplog.at_level(logging.DEBUG):
        page = client_of(city["community_staff"]).post(
            reverse("residents:person-reveal", args=[person.pk]), asked
        )
    assert page.status_code == 500
    assert found_in([page.content.decode()]) == set()
    assert "broken" in caplog.text
    assert found_in([caplog.text, *(str(record.__dict__) for record in caplog.records)]) == set()
