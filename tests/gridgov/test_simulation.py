"""A simulated city: one seed gives one city, its figures are the page's, and nothing stays broken."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
import yaml
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import SYSTEM
from core.errors import Conflict, Denied
from gridgov.demo.cities import city_of
from gridgov.models import CitySimulation, RunStatus
from gridgov.simulation.ground import check_ground, lay_ground, moment_of
from gridgov.simulation.profile import DATA, Habit, profile_of, usual_profile
from gridgov.simulation.reports import cases_of
from gridgov.simulation.running import carry_out
from gridgov.simulation.tables import as_data, as_text
from grids.models import Building
from incidents.models import FigureSnapshot, Incident, IncidentEvent, VerdictRound
from incidents.rules.vocabulary import Verb
from organizations.models import Organization, User
from tests.factories.organizations import make_city
from tests.lifecycle.invariants import broken

FUYU = city_of("220781")
USUAL = usual_profile()
# Few cases, and much that goes wrong with them.
BUSY = replace(
    USUAL,
    reports_per_day=4,
    levels={"grid": 60, "street": 25, "department": 15},
    habits={**USUAL.habits, Habit.LATE_WORKER: 40, Habit.WHISTLES: 100},
)


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """Keep the password of the accounts apart, and forget the numbers of tables that were made anew."""
    settings.DATA_DIR = tmp_path
    yield
    ContentType.objects.clear_cache()


def _asked(seed=3, days=4):
    return CitySimulation.objects.create(
        city_code=FUYU.code,
        city_name=FUYU.name,
        first_day=BUSY.start,
        days=days,
        seed=seed,
        profile=BUSY.name,
        began_at=clock.now(),
    )


def _nothing(day):
    """Hear of a day without telling anybody."""


def _interrupt(day):
    raise KeyboardInterrupt


def _played_and_undone(first):
    # What is undone has still used up numbers of rows: the next run gets others.
    with transaction.atomic():
        run = _asked()
        carry_out(run, BUSY, first, _nothing)
        keys = set(Incident.objects.values_list("pk", flat=True))
        transaction.set_rollback(True)
    return run, keys


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_city():
    first = lay_ground(FUYU, BUSY)
    run, keys = _played_and_undone(first)
    again = _asked()
    carry_out(again, BUSY, first, _nothing)
    assert not keys & set(Incident.objects.values_list("pk", flat=True))
    again.refresh_from_db()
    assert as_text(again) == as_text(run)
    assert as_data(again) == as_data(run)
    _nothing_is_broken()
    _figures_are_the_pages(again)
    _people_are_as_people_are()


def test_another_seed_reports_something_else():
    def told(seed):
        buildings = [Building(code=str(number)) for number in range(9)]
        cases = cases_of(BUSY, buildings, days=4, seed=seed)
        return [
            (case.story.begins, case.story.building.code, case.story.matter.category, case.chance.random())
            for case in cases
        ]

    assert told(3) == told(3)
    assert told(3) != told(4)
    assert told(3) == sorted(told(3))


def _nothing_is_broken():
    assert broken(list(Incident.objects.values_list("pk", flat=True))) == []


def _figures_are_the_pages(run):
    registered = Incident.objects.filter(registered_at__isnull=False, parent=None).exclude(
        state__in=["not_accepted", "merged"]
    )
    closed = registered.filter(closed_at__isnull=False)
    completion = run.rates["completion"]
    assert (completion["numerator"], completion["denominator"]) == (closed.count(), registered.count())
    answered = VerdictRound.objects.exclude(kind="")
    satisfaction = run.rates["satisfaction"]
    assert satisfaction["denominator"] == answered.count() > 0
    assert satisfaction["numerator"] == answered.exclude(kind="dissatisfied").count()
    assert run.compared["completion"]["published"] == 92.0
    assert FigureSnapshot.objects.filter(first=BUSY.start, taken_by=None).exists()


def _people_are_as_people_are():
    verbs = set(IncidentEvent.objects.values_list("verb", flat=True))
    assert {Verb.SIGN, Verb.CONTACT, Verb.FINISH, Verb.WHISTLE, Verb.WHISTLE_SIGN} <= verbs
    raised = IncidentEvent.objects.filter(verb=Verb.ESCALATE, actor_kind=SYSTEM.kind)
    assert raised.exists(), "somebody was late"
    assert Incident.objects.exclude(reporter_phone_sealed="").exists()


@pytest.mark.django_db
def test_the_command_keeps_earlier_results_and_an_interruption_leaves_a_whole_city():
    _asked(seed=1, days=9)
    printed = StringIO()
    call_command("simulate", city="220781", days=1, seed=5, json=True, stdout=printed)
    result = json.loads(printed.getvalue())
    done, kept = CitySimulation.objects.all()
    assert (kept.status, kept.seed, kept.days) == (RunStatus.RUNNING, 1, 9)
    assert (done.status, done.digest) == (RunStatus.DONE, result["digest"])
    assert result["counts"]["incidents"] == Incident.objects.count()
    assert result["compared"]["grids"] == {"ours": 129, "published": 129, "difference": 0, "unit": ""}
    _is_read_in_the_administration(done)

    # The days after those of the command: nobody has acted in them yet.
    later = replace(BUSY, start=BUSY.start + timedelta(days=7))
    stopped = _asked(seed=6)
    with pytest.raises(KeyboardInterrupt):
        carry_out(stopped, later, moment_of(later.start), _interrupt)
    stopped.refresh_from_db()
    assert (stopped.status, stopped.digest) == (RunStatus.STOPPED, "")
    assert Incident.objects.count() > result["counts"]["incidents"]
    _nothing_is_broken()


def _is_read_in_the_administration(run):
    client = Client()
    client.force_login(
        User.objects.get(username="auditor"), backend="django.contrib.auth.backends.ModelBackend"
    )
    address = reverse("admin:gridgov_citysimulation_change", args=[run.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert run.digest in page.content.decode()
    assert client.get(reverse("admin:gridgov_citysimulation_changelist")).status_code == 200
    assert client.post(address, {"seed": 1}).status_code == 403
    client.force_login(
        User.objects.get(username="worker"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(address).status_code != 200


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"city": "999999"}, "--city"),
        ({"days": 0}, "--days"),
        ({"days": -1}, "--days"),
        ({"days": 367}, "--days"),
        ({"seed": -1}, "--seed"),
    ],
)
def test_options_that_cannot_be_used_are_named(options, named):
    with pytest.raises(CommandError, match=named):
        call_command("simulate", **options)


def test_production_refuses_before_anything_is_read(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(Denied, match="simulation_refused"):
        check_ground(fresh=True)


@pytest.mark.django_db
def test_a_real_city_is_never_forgotten_and_a_demo_only_when_told():
    check_ground(fresh=False)
    city = make_city()
    for fresh in (False, True):
        with pytest.raises(Conflict, match="real_city_loaded"):
            check_ground(fresh=fresh)
    with pytest.raises(CommandError):
        call_command("simulate", days=1)
    assert Organization.objects.filter(pk=city.pk).exists()

    User.objects.create_user(username="guide", full_name="导览", is_demo=True)
    with pytest.raises(Conflict, match="demo_loaded"):
        check_ground(fresh=False)
    check_ground(fresh=True)


@pytest.mark.django_db
def test_a_database_others_work_on_is_refused():
    other = connection.copy()
    other.connect()
    try:
        with pytest.raises(Conflict, match="database_in_use"):
            check_ground(fresh=False)
    finally:
        other.close()


def test_a_profile_must_describe_every_habit():
    row = yaml.safe_load((DATA / "profile.yaml").read_text(encoding="utf-8"))
    del row["habits"]["late_worker"]
    with pytest.raises(KeyError, match="late_worker"):
        profile_of(row)
    row["habits"]["late_worker"] = 101
    with pytest.raises(ValueError, match="percent"):
        profile_of(row)
