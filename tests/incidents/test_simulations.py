"""Trying a draft on past incidents: judged as in filing, nothing written, counted once, resumable."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.errors import Denied, Invalid, Missing
from incidents.models import Incident, IncidentEvent, SimulatedChange, Simulation
from incidents.services import simulations
from incidents.services.rule_rows import rule_row_save
from incidents.services.rule_sets import is_simulated, ruleset_activate, ruleset_discard
from incidents.services.simulations import simulation_start, simulations_advance
from incidents.tasks import advance_simulations
from tests.factories.incidents import BENEFITS, MANHOLE, SmallCity, make_incident
from tests.factories.rules import a_condition, a_rule, make_draft

pytestmark = pytest.mark.django_db
LONG = 600.0


def start(city: SmallCity, draft_id: int, days: int = 30) -> Simulation:
    return simulation_start(actor=city.actor("city_grid_office"), rule_set_id=draft_id, days=days)


def finished(city: SmallCity, draft_id: int, days: int = 30) -> Simulation:
    run = start(city, draft_id, days)
    assert not simulations_advance(seconds=LONG)
    run.refresh_from_db()
    return run


def test_a_run_counts_what_would_have_gone_elsewhere_and_writes_nothing(city: SmallCity) -> None:
    garbage = [make_incident(city) for _ in range(3)]
    make_incident(city, category_code=MANHOLE)
    make_incident(city, category_code=BENEFITS, description="咨询低保，现场有人晕倒过")
    incidents = list(Incident.objects.order_by("pk").values())
    events = IncidentEvent.objects.count()
    draft = make_draft(a_rule(lead_department="D24"), a_condition(keywords=["晕倒"], raise_to="red"))
    run = finished(city, draft.pk)
    assert (run.status, run.total, run.checked) == ("done", 5, 5)
    assert {key: run.totals[key] for key in ("changed", "colour", "level", "lead", "acceptance")} == {
        "changed": 4,
        "colour": 1,
        "level": 4,
        "lead": 3,
        "acceptance": 0,
    }
    assert {"before": "grid", "after": "street", "count": 3} in run.totals["level_moves"]
    moved = SimulatedChange.objects.filter(simulation=run, incident=garbage[0]).get()
    assert (moved.from_level, moved.to_level, moved.from_lead, moved.to_lead) == (
        "grid",
        "street",
        city.departments["D38"].name,
        city.departments["D24"].name,
    )
    assert moved.to_rule == "垃圾由街道受理"
    assert list(Incident.objects.order_by("pk").values()) == incidents
    assert IncidentEvent.objects.count() == events
    assert is_simulated(draft)


def test_the_rules_in_force_judge_past_incidents_as_they_were_filed(city: SmallCity) -> None:
    """Whatever differs between a copy of the rules and the rules would be a fault of the replay."""
    make_incident(city)
    make_incident(city, category_code=MANHOLE, casualties=1, people_count=40)
    make_incident(city, category_code="0804", description="拖欠工资，涉及二十名工人")
    assert finished(city, make_draft().pk).totals["changed"] == 0


def test_what_the_draft_says_is_what_filing_does_afterwards(city: SmallCity) -> None:
    make_incident(city)
    draft = make_draft(a_rule(lead_department="D24", needs_acceptance=True))
    change = SimulatedChange.objects.get(simulation=finished(city, draft.pk))
    assert change.acceptance_changes
    ruleset_activate(actor=city.actor("city_grid_office"), rule_set_id=draft.pk, note="整治")
    filed = make_incident(city)
    assert (filed.owner_level, filed.colour) == (change.to_level, change.to_colour)
    assert filed.lead_department is not None
    assert filed.lead_department.name == change.to_lead


def test_only_the_days_asked_for_are_judged(city: SmallCity) -> None:
    with clock.frozen_at(clock.now() - timedelta(days=40)):
        make_incident(city)
    make_incident(city)
    draft = make_draft(a_rule())
    assert finished(city, draft.pk, days=30).total == 1
    assert finished(city, draft.pk, days=50).totals["changed"] == 2


@pytest.mark.parametrize("days", [0, -1, 367, 100_000])
def test_a_wrong_number_of_days_is_refused(city: SmallCity, days: int) -> None:
    draft = make_draft()
    with pytest.raises(Invalid, match="days_invalid"):
        start(city, draft.pk, days)


def test_a_run_needs_a_draft_and_the_permission(city: SmallCity) -> None:
    draft = make_draft()
    assert draft.based_on_id is not None
    with pytest.raises(Missing):
        start(city, draft.based_on_id)
    for who in ("street_leader", "auditor"):
        with pytest.raises(Denied):
            simulation_start(actor=city.actor(who), rule_set_id=draft.pk, days=30)


def test_a_run_goes_on_where_it_stopped(city: SmallCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulations, "CHUNK", 2)
    for _ in range(5):
        make_incident(city)
    run = start(city, make_draft(a_rule()).pk)
    assert simulations_advance(seconds=0)
    run.refresh_from_db()
    assert (run.status, run.checked) == ("running", 2)
    advance_simulations()
    run.refresh_from_db()
    assert (run.status, run.checked, run.totals["changed"]) == ("done", 5, 5)
    assert SimulatedChange.objects.filter(simulation=run).count() == 5


def test_a_draft_edited_meanwhile_ends_the_run_and_needs_another(city: SmallCity) -> None:
    make_incident(city)
    draft = make_draft(a_rule())
    done = finished(city, draft.pk)
    run = start(city, draft.pk)
    rule_row_save(actor=city.actor("city_grid_office"), row=a_rule(code="other", order=6))
    simulations_advance(seconds=LONG)
    run.refresh_from_db()
    draft.refresh_from_db()
    assert (run.status, done.status) == ("stopped", "done")
    assert not is_simulated(draft)


def test_a_discarded_draft_takes_its_runs_along(city: SmallCity) -> None:
    make_incident(city)
    draft = make_draft(a_rule())
    finished(city, draft.pk)
    ruleset_discard(actor=city.actor("city_grid_office"), rule_set_id=draft.pk)
    assert not Simulation.objects.exists()


def test_a_run_is_seen_by_whoever_asked_for_it(city: SmallCity) -> None:
    run = start(city, make_draft().pk)
    seen = {
        name: Simulation.objects.visible_to(city[name]).filter(pk=run.pk).exists()
        for name in ("city_grid_office", "system_administrator", "auditor", "nobody")
    }
    assert seen == {
        "city_grid_office": True,
        "system_administrator": False,
        "auditor": False,
        "nobody": False,
    }


def test_a_chunk_costs_the_same_for_one_incident_and_many(city: SmallCity) -> None:
    costs = []
    for count in (1, 20):
        for _ in range(count):
            make_incident(city)
        draft = make_draft(a_rule())
        start(city, draft.pk)
        with CaptureQueriesContext(connection) as queries:
            simulations_advance(seconds=LONG)
        costs.append(len(queries))
        ruleset_discard(actor=city.actor("city_grid_office"), rule_set_id=draft.pk)
    assert costs[0] == costs[1]
