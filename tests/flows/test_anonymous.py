"""Whoever reports anonymously leaves nothing behind: not in a table, a log, a cache or a file.

Everything runs as in production: web server, worker, PostgreSQL and Redis. What identifies the resident is
marked, and then looked for wherever anything is kept; what must be found stands beside it.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from psycopg import sql

from incidents.models import Incident, Photo
from incidents.tasks import sweep_clocks
from tests.factories.incidents import GARBAGE, small_city
from tests.factories.pictures import MAKER_WORDS, picture
from tests.flows.web_process import Browser, web_and_worker

pytestmark = pytest.mark.django_db(transaction=True)

NAME, PHONE = "欧阳匿名者", "13911112222"
ADDRESS, BROWSER = "203.0.113.77", "Marked-Telephone/7.7"
FILE_NAME = "IMG-of-auntie.jpg"
LONGITUDE, LATITUDE = "120.0031234", "26.0034321"
MARKS = (NAME, PHONE, ADDRESS, BROWSER, FILE_NAME, MAKER_WORDS, LONGITUDE, LATITUDE)
MATTER = "三号楼后面有人倾倒不明液体"
STAFF_ADDRESS, STAFF_BROWSER = "198.51.100.9", "Office-Browser/1.0"
PATIENCE_SECONDS = 30


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with web_and_worker(tmp_path) as port:
        yield port


def test_nothing_of_an_anonymous_resident_is_kept_anywhere(port: int, tmp_path: Path) -> None:
    city = small_city()
    resident = Browser(port, X_Forwarded_For=f"10.0.0.1, {ADDRESS}", User_Agent=BROWSER)
    report(resident)
    incident = Incident.objects.get()
    assert (incident.is_anonymous, incident.grid, incident.longitude) == (True, city.grids[0], None)
    assert incident.number in resident.page
    assert Photo.objects.count() == 1
    suffer_mishaps(resident)
    assert spend_all_lookups(resident) == 429
    neighbour = Browser(port, X_Forwarded_For="203.0.113.78", User_Agent="another")
    assert look_up(neighbour) != 429
    office = Browser(port, X_Forwarded_For=STAFF_ADDRESS, User_Agent=STAFF_BROWSER)
    office.get("/accounts/login/")
    office.post("/accounts/login/", {"username": "street_staff", "password": "wrong"})
    let_the_worker_sweep(tmp_path)

    kept = dict(everything_kept(tmp_path))
    found = [(place, mark) for place, content in kept.items() for mark in MARKS if holds(content, mark)]
    assert found == []
    # The same search finds what is meant to be kept, so it would have found the rest.
    assert holds(kept["table incidents_incident"], MATTER)
    assert holds(kept["table axes_accessattempt"], STAFF_ADDRESS)
    assert holds(kept["table axes_accessattempt"], STAFF_BROWSER)
    assert holds(kept["log web.log"], "POST /report-problem/check/")
    assert holds(kept["log web.log"], "Traceback")
    assert holds(kept["log worker.log"], "sweep_clocks")
    assert any(b"rate:lookup-address" in content for place, content in kept.items() if "redis" in place)
    assert sum(place.startswith("file ") and place.endswith(".jpg") for place in kept) == 2


def report(resident: Browser) -> None:
    """File a report by position, with a photo, a name and a phone, and choose to stay anonymous."""
    resident.get("/report-problem/")
    resident.post("/report-problem/where/", {"lng": LONGITUDE, "lat": LATITUDE})
    resident.post("/report-problem/what/", {"category": GARBAGE})
    photo = SimpleUploadedFile(FILE_NAME, picture(exif=True), "image/jpeg")
    resident.post("/report-problem/details/", {"description": MATTER, "address": "", "photos": photo})
    resident.post("/report-problem/contact/", {"name": NAME, "phone": PHONE, "anonymous": "on"})
    assert NAME not in resident.page
    assert resident.post("/report-problem/check/", {}) == 200


def suffer_mishaps(resident: Browser) -> None:
    """Go wrong in every way that leaves a line in a log: unknown, malformed, stale, and our own fault."""
    assert resident.get("/q/forged/") == 404
    assert resident.get("/track/%00/") in (400, 404)
    resident.get("/report-problem/")
    broken = SimpleUploadedFile(FILE_NAME, b"not a picture " + MAKER_WORDS.encode(), "image/jpeg")
    resident.post("/report-problem/where/", {"lng": LONGITUDE, "lat": LATITUDE})
    resident.post("/report-problem/what/", {"category": GARBAGE})
    assert resident.post("/report-problem/details/", {"description": "", "photos": broken}) == 422
    resident.page = ""
    assert resident.post("/report-problem/contact/", {"name": NAME, "phone": PHONE}) == 403
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incidents_category RENAME TO away")
        try:
            assert resident.get("/report-problem/what/") == 500
        finally:
            cursor.execute("ALTER TABLE away RENAME TO incidents_category")
    # The half-filled report is thrown away, as its resident would.
    resident.get("/report-problem/")
    resident.post("/report-problem/", {})


def spend_all_lookups(resident: Browser) -> int:
    """Guess codes until the limit stops it; returns the last answer."""
    return [look_up(resident, number=f"2611200{n:05d}") for n in range(31)][-1]


def look_up(browser: Browser, number: str = "261120999999") -> int:
    browser.get("/track/")
    return browser.post("/track/", {"number": number, "code": "AAAAAAAAAA"})


def let_the_worker_sweep(folder: Path) -> None:
    sweep_clocks.delay()
    end = time.monotonic() + PATIENCE_SECONDS
    while "succeeded" not in (folder / "worker.log").read_text():
        assert time.monotonic() < end, "the worker does not work"
        time.sleep(0.2)


def everything_kept(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give every place something is kept in with what lies there."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(sql.SQL("SELECT row::text FROM {} AS row").format(sql.Identifier(table)))
            yield f"table {table}", "\n".join(row[0] for row in cursor.fetchall()).encode()
    sessions = [row.get_decoded() for row in Session.objects.all()]
    yield "sessions", json.dumps(sessions, ensure_ascii=False, default=str).encode()
    for path in folder.rglob("*"):
        if path.is_file():
            kind = "log" if path.suffix == ".log" else "file"
            yield f"{kind} {path.name}", path.read_bytes()
    yield from _of_redis()


def _of_redis() -> Iterator[tuple[str, bytes]]:
    """Give what Redis holds, what it has written to disk, and the logs of both servers."""
    line: Any = redis.Redis.from_url(os.environ["REDIS_URL"])
    place = Path(line.config_get("dir")["dir"])
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        address = os.environ[name].replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
        known: Any = redis.Redis.from_url(address)
        for key in known.scan_iter():
            yield f"redis {name} {key.decode(errors='replace')}", key + b" " + (known.dump(key) or b"")
    servers = [*(path for path in place.rglob("*") if path.is_file()), *place.parent.glob("logs/*.log")]
    for path in servers:
        yield f"server {path.name}", path.read_bytes()


def holds(content: bytes, mark: str) -> bool:
    """Return whether the mark stands there, plainly or as addresses and JSON write it."""
    return any(form.encode() in content for form in (mark, quote(mark), json.dumps(mark)[1:-1]))
