"""The forecast says what the sweep then does, to whom it concerns and to nobody else."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from incidents.models import Clock, Incident, IncidentEvent, LadderStep, QuietHours
from incidents.rules.calendar import SHANGHAI
from incidents.rules.vocabulary import ClockKind, Colour, Level
from incidents.selectors.lists import PAGE_SIZE
from incidents.services.forecast import ORDER, Expected, expected, forecast_for, forecast_units
from incidents.services.pauses import pause_clocks
from incidents.services.rulebook import forget_rulebook
from incidents.services.sweep import sweep_due
from organizations.choices import Role
from organizations.models import User
from tests.factories.organizations import make_community, make_street, make_user
from tests.factories.towns import HOUR, NOW, Town, make_town

BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def foreseen(user: User, moment: datetime = NOW, **narrowed: str) -> list[Expected]:
    with clock.frozen_at(moment):
        return expected(forecast_for(user, **narrowed).order_by(*ORDER))


def page(user: User, moment: datetime = NOW, **query: Any) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with clock.frozen_at(moment):
        return client.get(reverse("forecast"), query)


def test_only_what_fires_within_a_day_is_shown_the_next_first(town: Town) -> None:
    later = town.clock(
        town.incident(), due=NOW + 30 * HOUR, warn_at=NOW + 23 * HOUR, fires_at=NOW + 23 * HOUR
    )
    soon = town.clock(town.incident(), due=NOW + 3 * HOUR)
    overdue = town.clock(town.incident(), due=NOW - HOUR, stage=1)
    town.clock(town.incident(), due=NOW + 90 * HOUR)
    paused = town.incident()
    town.clock(paused, due=NOW + HOUR)
    pause_clocks(paused, NOW)
    rows = foreseen(town.office)
    assert [row.clock.pk for row in rows] == [overdue.pk, soon.pk, later.pk]
    assert [row.at - NOW for row in rows] == [-HOUR, HOUR, 23 * HOUR]
    assert [(row.what, row.then_at) for row in rows] == [
        ("rise", None),
        ("warn", NOW + 3 * HOUR),
        ("warn", None),
    ]


def test_it_names_the_level_it_rises_to_who_is_told_and_why(town: Town) -> None:
    incident = town.incident(Level.COMMUNITY)
    town.clock(incident, due=NOW + HOUR, stage=1, limit="10h")
    (row,) = foreseen(town.leader)
    assert (row.what, row.to_level, row.told) == (
        "rise",
        Level.STREET,
        (town.community.name, town.street.name),
    )
    assert row.what_words == "上升到街道"
    assert (row.limit_words, row.percent) == ("10 小时", 100)
    assert len(row.reasons) == 2


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("stage", [0, 1, 2])
@pytest.mark.parametrize("whistled", [False, True])
def test_the_sweep_does_what_was_foreseen(town: Town, level: Level, stage: int, whistled: bool) -> None:
    for step, percent in ((1, 80), (2, 100), (3, 150)):
        LadderStep.objects.create(step=step, at_percent=percent, rises=step == 2, tell_next=True)
    incident = town.incident(level, lead_department=town.department, is_whistled=whistled)
    row = town.clock(incident, due=NOW + HOUR, stage=stage)
    Clock.objects.filter(pk=row.pk).update(fires_at=NOW + 2 * HOUR)
    (foretold,) = foreseen(town.office)
    with clock.frozen_at(NOW + 2 * HOUR):
        Clock.objects.filter(pk=row.pk).update(due_at=NOW + 5 * HOUR)  # one step only
        sweep_due()
    event = IncidentEvent.objects.get(incident=incident)
    done = {"escalate": "rise", "supervise": "supervise"}.get(event.verb)
    assert foretold.what == (done or {0: "warn", 1: "overdue", 2: "remind"}[stage])
    incident.refresh_from_db()
    assert foretold.to_level == incident.owner_level


def test_people_at_rest_are_said_to_hear_of_it_in_the_morning(town: Town) -> None:
    QuietHours.objects.create(starts_at="22:00", ends_at="07:00")
    night = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)
    town.clock(town.incident(), due=night, stage=1)
    town.clock(town.incident(colour=Colour.RED, colour_rank=1), due=night + HOUR, stage=1)
    calm, urgent = foreseen(town.office)
    assert calm.held_until == datetime(2026, 3, 3, 7, 0, tzinfo=SHANGHAI)
    assert urgent.held_until is None


def test_everybody_sees_their_own_area(town: Town) -> None:
    street = make_street(town.city)
    community = make_community(street)
    neighbour = make_user(Role.COMMUNITY_STAFF, community)
    elsewhere = town.incident(
        Level.COMMUNITY, grid=None, community=community, street=street, owner_organization=community
    )
    for incident in (town.incident(), elsewhere):
        town.clock(incident, due=NOW + HOUR)
    assert [row.incident.street for row in foreseen(town.leader)] == [town.street]
    assert [row.incident for row in foreseen(neighbour)] == [elsewhere]
    assert len(foreseen(town.office)) == 2
    assert foreseen(town.officer) == []


def test_it_is_narrowed_by_colour_and_by_whose_limit_it_is(town: Town) -> None:
    red: Incident = town.incident(colour=Colour.RED, colour_rank=1)
    town.clock(red, due=NOW + HOUR)
    town.clock(town.incident(Level.STREET), ClockKind.SIGN, due=NOW + HOUR)
    assert [row.incident for row in foreseen(town.office, colour="red")] == [red]
    (at_street,) = foreseen(town.office, unit=str(town.street.pk))
    assert at_street.clock.organization == town.street
    assert len(foreseen(town.office, colour="purple", unit="x")) == 2
    with clock.frozen_at(NOW):
        assert dict(forecast_units(town.office)) == {
            str(unit.pk): unit.name for unit in (town.community, town.street)
        }
    shown = page(town.office, colour="red", unit=str(town.community.pk))
    assert [row.incident for row in shown.context["rows"]] == [red]


def test_the_empty_page_says_so(town: Town) -> None:
    assert "未来 24 小时没有到期事项" in page(town.office).content.decode()
    assert "没有符合条件的时限" in page(town.office, colour="red").content.decode()


def test_pages_cost_the_same_for_one_row_and_many_and_hang_together(town: Town, settings: Any) -> None:
    settings.REFERENCE_CACHE_SECONDS = 60.0  # as in production: the rules are read once for many pages
    forget_rulebook()

    client = Client()
    client.force_login(town.office, backend="django.contrib.auth.backends.ModelBackend")

    def cost() -> int:
        with clock.frozen_at(NOW), CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("forecast")).status_code == 200
        return len(queries)

    town.clock(town.incident(), due=NOW + HOUR)
    cost()
    one = cost()
    for number in range(2 * PAGE_SIZE):
        town.clock(town.incident(), due=NOW + HOUR + timedelta(seconds=number))
    assert cost() == one == BUDGETS["forecast"]
    first = page(town.office)
    (cursor,) = parse_qs(first.context["older_url"].removeprefix("?"))["after"]
    second = page(town.office, after=cursor)
    keys = [row.clock.pk for shown in (first, second) for row in shown.context["rows"]]
    assert len(set(keys)) == 2 * PAGE_SIZE
    assert second.context["newer_url"]
    forget_rulebook()


def test_the_api_shows_the_same(town: Town) -> None:
    town.clock(town.incident(Level.COMMUNITY), due=NOW + HOUR, stage=1, limit="4wh")
    for number in range(3):
        town.clock(town.incident(), due=NOW + 2 * HOUR + timedelta(seconds=number), stage=1)
    client = Client()
    assert client.get(reverse("api-forecast")).status_code in (401, 403)
    client.force_login(town.office, backend="django.contrib.auth.backends.ModelBackend")
    with clock.frozen_at(NOW):
        body = client.get(reverse("api-forecast"), {"page_size": "2"}).json()
        rest = client.get(body["next"]).json()
    first = body["results"][0]
    assert (first["what"], first["to_level"], first["limit"]) == ("rise", "street", "4wh")
    assert first["told"] == [town.community.name, town.street.name]
    numbers = [row["number"] for part in (body, rest) for row in part["results"]]
    assert len(set(numbers)) == 4
    assert rest["previous"]
