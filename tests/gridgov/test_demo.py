"""The demo city: its published figures, its shapes, incidents at every stage, limits that run out at once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core import clock, tree
from core.errors import Conflict, Denied
from gridgov.demo import history, loading, shapes
from gridgov.demo.cities import city_codes, city_of
from gridgov.demo.pictures import SCENES, picture
from gridgov.demo.stories import courses, matters
from grids.locator import grid_at
from grids.models import Building, Grid, GridAssignment
from incidents.models import Clock, Incident
from incidents.rules.vocabulary import State
from incidents.services.sweep import sweep_for
from organizations.choices import OrganizationKind, Role
from organizations.models import Membership, Organization, User

XIAPU = "350921"


@pytest.fixture
def small_history(monkeypatch, settings, tmp_path):
    """One incident per course, so that a load is quick."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(history, "courses", lambda: [replace(course, count=1) for course in courses()])


@pytest.mark.django_db
def test_xiapu_has_its_published_figures_and_incidents_at_every_stage(small_history):
    city = city_of(XIAPU)
    first = loading.load(city)
    assert first.fresh
    assert _figures() == {"streets": 3, "communities": 17, "large": 87, "small": 208, "departments": 52}
    assert Building.objects.count() == 1026
    assert Membership.objects.filter(role=Role.BUILDING_HEAD).count() == 1026
    heads = Membership.objects.filter(role=Role.BUILDING_HEAD)
    assert heads.filter(title__contains="党员").count() / heads.count() > 0.8
    assert GridAssignment.objects.filter(membership__role=Role.GRID_WORKER).count() == city.grid_workers
    assert not tree.find_damage(Organization)
    assert not tree.find_damage(Grid)
    states = Counter(Incident.objects.values_list("state", flat=True))
    # Passed through within one move: nothing stays reported done.
    assert set(State) - set(states) == {State.FEEDBACK}, states
    _every_building_lies_in_its_grid()
    _levels_are_as_written()
    _limits_run_out_within_two_minutes()
    _pages_open()

    users, grids = User.objects.count(), Grid.objects.count()
    second = loading.load(city)
    assert not second.fresh
    assert (User.objects.count(), Grid.objects.count()) == (users, grids)
    assert second.incidents == first.incidents + second.about_to_run_out
    with pytest.raises(Conflict, match="other_city_loaded"):
        loading.load(city_of("220781"))


@pytest.mark.django_db
def test_fuyu_has_one_tier_of_grids_and_incidents_at_every_stage(small_history):
    city = city_of("220781")
    assert loading.load(city).fresh
    assert Grid.objects.filter(tier=1).count() == Grid.objects.leaves().count() == city.large_grids
    assert Building.objects.count() == city.buildings
    assert not Membership.objects.filter(role=Role.BUILDING_HEAD, user__is_demo=False).exists()
    assert GridAssignment.objects.filter(membership__role=Role.GRID_WORKER).count() == city.grid_workers
    states = set(Incident.objects.values_list("state", flat=True))
    assert set(State) - states == {State.FEEDBACK}, states
    _every_building_lies_in_its_grid()
    _limits_run_out_within_two_minutes()
    _pages_open()


def _figures():
    working = Organization.objects.filter(grids__isnull=False).distinct()
    return {
        "streets": working.values("parent").distinct().count(),
        "communities": working.count(),
        "large": Grid.objects.filter(tier=1).count(),
        "small": Grid.objects.filter(tier=2).count(),
        "departments": Organization.objects.filter(kind=OrganizationKind.DEPARTMENT).count(),
    }


def _every_building_lies_in_its_grid():
    for building in Building.objects.order_by("pk")[::50]:
        assert grid_at(building.longitude, building.latitude).pk == building.grid_id


def _levels_are_as_written():
    written = {matter.category: matter.level for matter in matters()}
    filed = Incident.objects.filter(routing_rule__isnull=False).select_related("category")
    for incident in filed.filter(
        events__verb="file", state=State.DISPATCHED, events__isnull=False
    ).distinct():
        if not incident.events.filter(verb__in=["escalate", "reassign"]).exists():
            assert incident.owner_level == written[incident.category.code], incident.category


def _limits_run_out_within_two_minutes():
    now = clock.now()
    soon = Clock.objects.filter(stopped_at=None, due_at__range=(now, now + timedelta(minutes=2)))
    assert soon.filter(whistle_response=None).count() >= 2
    assert soon.exclude(whistle_response=None).exists()
    with clock.frozen_at(now + timedelta(minutes=2)):
        swept = sweep_for(seconds=20)
    assert swept.raised >= 2
    assert not swept.broken


def _pages_open():
    password = loading.demo_password()
    assert len(password) >= 8
    client = Client()
    assert User.objects.get(username="city").check_password(password)
    client.force_login(User.objects.get(username="city"))
    page = client.get(reverse("screen"))
    assert page.status_code == 200
    assert (
        page.content.decode().count("overview-map__grid ")
        + page.content.decode().count('overview-map__grid"')
        == Grid.objects.leaves().count()
    )
    call_command("demo_guide", "--port", "8123")
    client.force_login(User.objects.get(username="worker"))
    assert client.get(reverse("screen")).status_code == 404


@pytest.mark.django_db
def test_the_screen_costs_the_same_for_a_street_and_for_the_city(
    small_history, django_assert_max_num_queries
):
    loading.load(city_of(XIAPU))
    client = Client()
    client.force_login(User.objects.get(username="city"))
    client.get(reverse("screen"))
    with django_assert_max_num_queries(30) as many:
        client.get(reverse("screen"))
    few = Client()
    few.force_login(User.objects.get(username="outside"))
    with django_assert_max_num_queries(len(many.captured_queries) + 2):  # whose streets are whose
        assert few.get(reverse("screen")).status_code == 200


@pytest.mark.parametrize("code", city_codes())
def test_cells_neither_overlap_nor_leave_gaps(code):
    city = city_of(code)
    plan = [[2, 3, 2] for _ in city.community_codes]
    cells = shapes.city_cells(centre=city.centre, radius_km=city.radius_km, plan=plan, seed=3)
    areas = [cell.area for cell in cells]
    whole = shapely.union_all(areas)
    assert len(cells) == 7 * len(plan)
    assert all(area.is_valid for area in areas)
    assert sum(area.area for area in areas) == pytest.approx(whole.area, rel=1e-9)
    assert whole.geom_type == "Polygon"


def test_matters_and_courses_fit_each_other():
    known = matters()
    assert len({matter.category for matter in known}) == len(known)
    for course in courses():
        fitting = [matter for matter in known if matter.level == course.level]
        assert fitting, course.name


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_pictures_are_the_same_for_the_same_number(scene):
    assert picture(scene, 7).read() == picture(scene, 7).read()
    assert picture(scene, 7).read() != picture(scene, 7, mended=True).read()


def test_production_refuses_the_demo(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(Denied, match="demo_refused"):
        loading.load(city_of(XIAPU))
    with pytest.raises(CommandError):
        call_command("demo_guide")
