"""What is proposed as the same matter, to whom, and places that come up again and again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.keyset import paginate
from incidents.models import Category, Incident
from incidents.rules.vocabulary import Verb
from incidents.selectors.duplicates import Ground, duplicates_near, duplicates_of, joinable_near
from incidents.selectors.lists import incidents_for
from incidents.selectors.repeats import FEWEST, KINDS, ORDER, Wanted, cases_behind, repeats_for
from tests.factories.incidents import GARBAGE, do, make_incident

pytestmark = pytest.mark.django_db


def ground(city, code=GARBAGE, **values):
    known = {"text": "垃圾桶旁堆了很多垃圾", "grid": city.grids[0]}
    return Ground(category=Category.objects.get(code=code), **{**known, **values})


def test_the_same_matter_in_the_grid_is_proposed_with_its_reasons(city):
    first, second = make_incident(city), make_incident(city)
    found = duplicates_of(city["grid_worker"], second)
    assert [each.incident.pk for each in found] == [first.pk]
    assert found[0].score >= 60
    assert found[0].reasons
    assert duplicates_of(city["outsider_street"], second) == []


def test_what_is_over_old_elsewhere_or_different_is_not_proposed(city):
    with clock.frozen_at(clock.now() - timedelta(days=31)):
        make_incident(city)
    make_incident(city, category_code="0302", description="路灯不亮")
    make_incident(city, grid_id=city.grids[2].pk)
    done = make_incident(city)
    do(city, "grid_worker", done, Verb.SIGN)
    do(city, "grid_worker", done, Verb.FINISH, note="已清理")
    assert duplicates_of(city["city_grid_office"], make_incident(city)) == []


def test_staff_are_told_before_they_file(city):
    first = make_incident(city)
    assert [each.incident.pk for each in duplicates_near(city["grid_worker"], ground(city))] == [first.pk]
    assert duplicates_near(city["outsider_worker"], ground(city)) == []


def test_residents_are_told_of_places_never_of_people(city):
    make_incident(city)
    make_incident(city, category_code="1402", description="垃圾桶旁堆了很多垃圾")
    assert len(joinable_near(ground(city))) == 1
    assert joinable_near(ground(city, "1402")) == []
    Category.objects.filter(code=GARBAGE).update(neighbours_may_join=False)
    assert joinable_near(ground(city, "0103")) == []


def test_proposals_cost_one_query_however_many_there_are(city):
    user, mine = city["city_grid_office"], make_incident(city)
    duplicates_of(user, mine)
    costs = []
    for more in (1, 9):
        for _number in range(more):
            make_incident(city)
        with CaptureQueriesContext(connection) as queries:
            assert duplicates_of(user, mine)
        costs.append(len(queries))
    assert costs == [1, 1]


def wanted(kind, **values):
    return Wanted(kind=KINDS[kind], **values)


def test_repeats_are_counted_by_place_and_kind(city):
    for _number in range(FEWEST):
        make_incident(city, building_id=city.buildings[0].pk, grid_id=None, address="东门")
    make_incident(city, building_id=city.buildings[1].pk, grid_id=None)
    user = city["street_staff"]
    for kind, name in (
        ("building", city.buildings[0].name),
        ("grid", city.grids[0].name),
        ("address", "东门"),
    ):
        rows = list(repeats_for(user, wanted(kind)))
        assert [(row.place_name, row.times, row.running) for row in rows] == [(name, FEWEST, FEWEST)]
        row = rows[0]
        behind = cases_behind(incidents_for(user), user, wanted(kind), str(row.place_key), row.community_id)
        assert behind.count() == row.times
    assert list(repeats_for(city["outsider_street"], wanted("grid"))) == []
    assert list(repeats_for(user, wanted("grid", category="0302"))) == []


def test_merged_reports_and_matters_about_people_do_not_count(city):
    incidents = [make_incident(city) for _number in range(FEWEST)]
    for _number in range(FEWEST):
        make_incident(city, category_code="1402")
    do(city, "grid_worker", incidents[0], Verb.MERGE, main=incidents[1].number)
    assert list(repeats_for(city["city_grid_office"], wanted("grid"))) == []


def test_the_list_of_repeats_turns_its_pages(city):
    for times, code in ((3, "0101"), (4, "0102"), (5, "0103")):
        for _number in range(times):
            make_incident(city, category_code=code)
    user, seen, cursor = city["city_grid_office"], [], ""
    for _page in range(3):
        page = paginate(repeats_for(user, wanted("grid")), order=ORDER, cursor=cursor, size=1)
        seen += [row.times for row in page.rows]
        cursor = page.older
    assert seen == [5, 4, 3]


def test_a_place_that_is_no_key_finds_nothing(city):
    user = city["city_grid_office"]
    assert cases_behind(incidents_for(user), user, wanted("grid"), "x", None).count() == 0
    assert Incident.objects.count() == 0
