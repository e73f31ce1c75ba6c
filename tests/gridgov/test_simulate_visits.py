"""The published round of visits, at a small scale: 95% are met, and nothing stays without an answer."""

import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from core import clock
from core.errors import Denied, Invalid
from gridgov.demo.visiting import visits_play
from incidents.models import Incident
from residents.models import Household, Need, Visit
from residents.rules.rounds import COVERAGE_WANTED
from residents.seeding.loading import population_seed
from residents.seeding.places import known_cities
from tests.factories.organizations import make_city

pytestmark = pytest.mark.django_db
CITY = "220781"
HOUSEHOLDS, PEOPLE = 60, 121


def silent(*_given: object) -> None:
    """Take the progress and show nothing."""


@pytest.fixture
def population() -> None:
    make_city("扶余市", f"{CITY}000000")
    size = replace(
        known_cities()[CITY], households=HOUSEHOLDS, people=PEOPLE, buildings=6, communities=2, large_grids=3
    )
    population_seed(code=CITY, scale=1, seed=7, progress=silent, size=size)


@pytest.mark.usefixtures("population")
def test_a_round_meets_95_percent_and_leaves_nothing_without_an_answer() -> None:
    output = io.StringIO()
    call_command("simulate_visits", city=CITY, stdout=output)
    assert Household.objects.filter(last_visited_on__isnull=False).count() * 100 >= (
        HOUSEHOLDS * COVERAGE_WANTED
    )
    assert Household.objects.filter(registered_on=None, last_visited_on__isnull=False).count() == 0
    assert set(Need.objects.values_list("kind", "state")) == {
        ("wish", "fed_back"),
        ("opinion", "fed_back"),
        ("problem", "fed_back"),
    }
    problems = Need.objects.filter(kind="problem")
    assert Incident.objects.filter(pk__in=problems.values("incident_id"), channel="visit").count() == (
        problems.count()
    )
    assert "60" in output.getvalue()
    with pytest.raises(Invalid) as twice:
        visits_play(seed=7, progress=silent)
    assert twice.value.code == "visits_there"
    assert Visit.objects.latest("at").at <= clock.now()


def test_it_is_refused_where_it_has_no_business() -> None:
    with override_settings(IS_PRODUCTION=True), pytest.raises(Denied):
        visits_play(seed=7, progress=silent)
    with pytest.raises(Invalid) as empty:
        visits_play(seed=7, progress=silent)
    assert empty.value.code == "no_households"
    with pytest.raises(CommandError):
        call_command("simulate_visits", city=CITY)
