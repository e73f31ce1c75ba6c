"""Searching: what the database does for a page of results and its count, beside reading every text."""

from collections.abc import Callable
from functools import partial

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from incidents.filters import IncidentFilter
from incidents.models import Incident
from incidents.selectors.lists import incidents_for
from organizations.choices import Role
from organizations.models import User
from organizations.scopes import scope_of
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, percentiles_ms, processor_ms, replay

ROUNDS, ROWS = 25, 26
QUESTIONS = (
    ("two characters, common", ("路灯", "井盖", "破损")),
    ("a phrase, common", ("请尽快派人", "老人孩子出行", "希望有关部门")),
    ("two characters, rare", ("蜂窝", "塌陷", "漏电")),
    ("two characters, middling", ("疑似", "7天")),
    ("a phrase of common words, rare", ("路灯不亮 已7天 塌陷", "井盖破损，已3天，疑似")),
    ("a phrase that is nowhere", ("网格员辛苦了", "核酸检测点")),
    ("one character, common", ("灯", "路")),
    ("one character, rare", ("犬", "蜂")),
    ("a place", ("第5社区", "第3街道", "第20网格")),
    ("an address", ("太康路300号", "九大街7号")),
    ("a number", ("26030", "260226", "26022600")),
    ("mixed and full width", ("１２号３栋Ａ座", "a座 路灯")),
)
PEOPLE = (
    ("city", Role.CITY_GRID_OFFICE),
    ("street", Role.STREET_STAFF),
    ("department", Role.DEPARTMENT_OFFICER),
)


def measure(template: str) -> list[Measured]:
    """Search as three kinds of people; who keeps the database busiest stands in the report."""
    found = []
    with copy_of(template), clock.frozen_at(NOW):
        whole = _whole_reading()
        for kind, texts in QUESTIONS:
            found.append(_slowest(kind, texts, whole))
    return found


def _slowest(kind: str, texts: tuple[str, ...], whole: float) -> Measured:
    lines = []
    for who, role in PEOPLE:
        person = get_user_model().objects.filter(memberships__role=role).order_by("pk").first()
        scope_of(person)
        for text in texts:
            statements = _statements(person, text)
            median, p95 = percentiles_ms([partial(replay, statements)] * (ROUNDS + 3))
            _here, busy = processor_ms(partial(replay, statements))
            said = f"{kind}: “{text}” by a {who}, {len(statements)} statements, {busy} ms of processor"
            lines.append((busy, p95, median, said))
    _busy, p95, median, detail = max(lines)
    return Measured(name="search_incidents", unit="ms", ours=median, p95=p95, limit=whole, detail=detail)


def _statements(person: User, text: str) -> list[str]:
    """Return all that is sent for the first page and the count, deciding the way included."""
    with CaptureQueriesContext(connection) as captured:
        filters = IncidentFilter({"q": text}, person)
        captured_before = len(captured.captured_queries)
        rows = filters.apply(incidents_for(person)).order_by("-reported_at", "-id")
        list(rows.prefetch_related(None)[:ROWS])
        filters.total(Incident.objects.visible_to(person))
    return [one["sql"] for one in captured.captured_queries[captured_before:]]


def _whole_reading() -> float:
    """Return the milliseconds of reading every description once, as a search without an index does."""
    once: Callable[[], object] = partial(
        replay, ["SELECT count(*) FROM incidents_incident WHERE description LIKE '%蜂窝%'"]
    )
    return percentiles_ms([once] * 4, warm_up=1)[0]
