"""A whistle's clocks follow the editable limits of its kind, and the street's own limit for arriving."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import frozen_at
from incidents.models import Clock, WhistleLimit
from incidents.rules.vocabulary import Verb
from incidents.services.rule_rows import rule_row_save
from tests.factories.incidents import SmallCity, at_street, do, whistle_values

pytestmark = pytest.mark.django_db
# A Wednesday, ten o'clock in Shanghai.
START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def spans(city: SmallCity, **values: str) -> dict[str, timedelta]:
    """Blow a whistle and return how long the lead department has for each step."""
    with frozen_at(START):
        incident = do(city, "street_leader", at_street(city), Verb.WHISTLE, **whistle_values(city, **values))
    clocks = Clock.objects.filter(incident=incident, organization=city.departments["D38"])
    return {clock.kind: clock.due_at - START for clock in clocks}


def test_the_street_sets_how_soon_departments_arrive_and_nobody_signs_later(city: SmallCity) -> None:
    minutes = timedelta(minutes=1)
    found = spans(city, kind="emergency", response_limit="20min")
    assert found == {"sign": 10 * minutes, "arrive": 20 * minutes, "report": timedelta(hours=24)}
    found = spans(city, kind="routine", response_limit="30min")
    assert (found["sign"], found["arrive"]) == (30 * minutes, 30 * minutes)
    assert found["report"] > timedelta(days=1)


def test_an_edited_limit_decides_from_the_next_whistle_on(city: SmallCity) -> None:
    row = WhistleLimit.objects.get(kind="emergency")
    row.sign = "5min"
    rule_row_save(actor=city.actor("city_grid_office"), row=row)
    assert spans(city, kind="emergency", response_limit="1h")["sign"] == timedelta(minutes=5)
