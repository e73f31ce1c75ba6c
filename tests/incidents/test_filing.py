"""Filing: grade, route, clocks, people told; the same form once; bad input refused with nothing written."""

from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from core import clock
from core.actor import RESIDENT
from core.errors import Denied, DomainError, Invalid, Missing
from core.models import AccessLog, Notification
from incidents.models import Category, Clock, Incident, IncidentEvent, Participation
from incidents.rules.vocabulary import Channel, Colour, Level, State, Verb
from incidents.selectors import incident_by_lookup, timeline_of
from incidents.services import reporter_reveal
from incidents.services.rulebook import forget_rulebook
from organizations.models import Organization
from tests.factories.incidents import (
    BENEFITS,
    GARBAGE,
    MANHOLE,
    SmallCity,
    do,
    file_report,
    make_incident,
    small_city,
)
from tests.factories.rules import a_rule, put_in_force

KEY = UUID("6f4d3b2a-1111-4222-8333-444455556666")


@pytest.fixture
def city(db: None) -> SmallCity:
    return small_city()


def test_filing_grades_routes_and_explains(city: SmallCity) -> None:
    incident = make_incident(city, category_code=MANHOLE)
    assert (incident.colour, incident.colour_rank) == (Colour.RED, 1)
    assert incident.owner_level == Level.STREET
    assert incident.routing_rule is not None
    filed, dispatched = timeline_of(incident)
    assert "井盖缺损" in filed.reasons[0]
    assert dispatched.rule == incident.routing_rule.name
    assert all("%(" not in sentence for sentence in (*filed.reasons, *dispatched.reasons))
    assert incident.number.startswith(f"{clock.today():%y%m%d}")
    departments = Participation.objects.filter(incident=incident).values_list("organization__code", flat=True)
    assert list(departments) == ["D38"]
    kinds = dict(Notification.objects.values_list("user__username", "kind"))
    assert kinds["street_leader"] == kinds["street_staff"] == "incident_assigned"
    assert kinds["grid_worker"] == kinds["community_staff"] == kinds["department_officer"]
    assert kinds["grid_worker"] == "incident_filed_near"
    assert not {"auditor", "outsider_street", "building_head"} & kinds.keys()


def test_words_people_and_flags_raise_the_colour(city: SmallCity) -> None:
    assert make_incident(city, description="垃圾桶起火").colour == Colour.RED
    assert make_incident(city, description="没有起火").colour == Colour.YELLOW
    assert make_incident(city, people_count=30).colour == Colour.ORANGE
    assert make_incident(city, flags=frozenset({"danger"})).colour == Colour.RED
    assert make_incident(city, importance="high", urgency="high").colour == Colour.RED


def test_limits_are_the_categorys_own_and_first_due_is_the_handling_limit(city: SmallCity) -> None:
    incident = make_incident(city)
    sign, resolve = Clock.objects.filter(incident=incident).order_by("due_at")
    assert (sign.kind, resolve.kind) == ("sign", "resolve")
    assert (incident.due_at, incident.first_due_at) == (sign.due_at, resolve.due_at)
    assert sign.started_at <= sign.warn_at <= sign.due_at


@pytest.mark.parametrize(
    ("place", "level"),
    [("grid", Level.GRID), ("building", Level.GRID), ("position", Level.GRID), ("words", Level.CITY)],
)
def test_place_is_found_by_grid_building_position_or_left_to_the_city(
    city: SmallCity, place: str, level: Level
) -> None:
    values: dict[str, dict[str, Any]] = {
        "grid": {},
        "building": {"grid_id": None, "building_id": city.buildings[0].pk},
        "position": {"grid_id": None, "longitude": Decimal("120.005"), "latitude": Decimal("26.005")},
        "words": {"grid_id": None, "address": "老菜场门口"},
    }
    incident = make_incident(city, **values[place])
    assert incident.owner_level == level
    assert (incident.grid_id == city.grids[0].pk) is (level == Level.GRID)


def test_worker_without_a_place_reports_in_the_own_grid(city: SmallCity) -> None:
    filed = file_report(city, city.actor("grid_worker"), grid_id=None, channel=Channel.GRID_WORKER)
    assert filed.incident.grid_id == city.grids[0].pk
    assert filed.lookup_code == ""
    assert filed.incident.reporter_id == city["grid_worker"].pk


def test_grid_without_a_worker_is_passed_over_with_a_reason(city: SmallCity) -> None:
    incident = make_incident(city, grid_id=city.grids[2].pk)
    assert incident.owner_level == Level.COMMUNITY
    codes = [each["code"] for each in IncidentEvent.objects.get(incident=incident, verb="dispatch").reasons]
    assert "level_absent" in codes


def test_window_categories_go_to_the_community(city: SmallCity) -> None:
    assert make_incident(city, category_code=BENEFITS).owner_level == Level.COMMUNITY


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"category_code": "9999"}, "category_unknown", "category"),
        ({"category_code": ""}, "category_unknown", "category"),
        ({"description": "长" * 100_000}, "text_too_long", "description"),
        ({"description": " \x00 "}, "description_missing", "description"),
        ({"address": "长" * 201}, "text_too_long", "address"),
        ({"grid_id": 0}, "grid_unknown", "grid"),
        ({"building_id": 0}, "building_unknown", "building"),
        ({"grid_id": None}, "place_missing", "grid"),
        (
            {"grid_id": None, "longitude": Decimal(10), "latitude": Decimal(10)},
            "position_outside",
            "position",
        ),
        ({"longitude": Decimal("nan"), "latitude": Decimal(1)}, "position_invalid", "position"),
        ({"longitude": Decimal(1)}, "position_invalid", "position"),
        ({"reporter_phone": "<script>"}, "phone_invalid", "reporter_phone"),
        ({"people_count": -1}, "people_invalid", "people_count"),
        ({"urgency": "very"}, "choice_invalid", "urgency"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    city: SmallCity, values: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        file_report(city, **values)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.message
    assert not Incident.objects.exists()
    assert not Notification.objects.exists()


def test_position_outside_is_fine_where_the_grid_is_known(city: SmallCity) -> None:
    incident = make_incident(city, longitude=Decimal("10.5"), latitude=Decimal("10.5"))
    assert incident.grid_id == city.grids[0].pk


def test_emoji_markup_and_controls_are_kept_or_dropped_never_fatal(city: SmallCity) -> None:
    incident = make_incident(city, description="着急😀<script>alert(1)</script>\x00\x07\u202e100%s %(x)s")
    assert incident.description == "着急😀<script>alert(1)</script>100%s %(x)s"


def test_category_switched_off_while_the_form_is_open_is_refused(city: SmallCity) -> None:
    make_incident(city)
    Category.objects.filter(code=GARBAGE).update(is_active=False)
    with pytest.raises(Invalid) as caught:
        make_incident(city)
    assert (caught.value.code, caught.value.field) == ("category_inactive", "category")


@pytest.mark.parametrize("who", ["auditor", "department_officer", "nobody", "system_administrator"])
def test_people_who_do_not_report_are_refused(city: SmallCity, who: str) -> None:
    with pytest.raises(Denied):
        file_report(city, city.actor(who))


@pytest.mark.parametrize(
    "who", ["grid_worker", "building_head", "community_staff", "street_leader", "city_grid_office", "system"]
)
def test_staff_who_report_file(city: SmallCity, who: str) -> None:
    assert file_report(city, city.actor(who)).incident.state == State.DISPATCHED


def test_settled_on_the_spot_is_closed_at_once_by_the_grids_worker_only(city: SmallCity) -> None:
    filed = file_report(city, city.actor("grid_worker"), settled_note="已当场清理")
    incident = filed.incident
    assert (incident.state, incident.owner_level) == (State.CLOSED, Level.GRID)
    assert [entry.verb for entry in timeline_of(incident)] == ["file", "self_handle", "close"]
    assert not Clock.objects.exists()
    for who in ("second_worker", "building_head", "community_staff", "resident"):
        with pytest.raises(DomainError):
            file_report(city, city.actor(who), settled_note="已当场清理")
    assert Incident.objects.count() == 1


def test_rule_that_names_a_closed_department_is_skipped_and_reported_once_a_day(city: SmallCity) -> None:
    put_in_force(a_rule(name="指向已撤销部门", order=1, category_codes=[], lead_department="D24"))
    Organization.objects.filter(pk=city.departments["D24"].pk).update(closed_on=clock.today())
    first, second = make_incident(city), make_incident(city)
    assert first.owner_level == second.owner_level == Level.GRID
    event = IncidentEvent.objects.get(incident=first, verb="dispatch")
    assert event.data["problems"][0]["code"] == "rule_department_closed"
    told = Notification.objects.filter(kind="routing_problem")
    assert [each.user.username for each in told] == ["city_grid_office"]


def test_category_with_a_limit_of_zero_falls_back_and_is_reported(city: SmallCity) -> None:
    Category.objects.filter(code=GARBAGE).update(close_within="0h")
    incident = make_incident(city)
    assert incident.first_due_at > incident.reported_at
    assert Notification.objects.filter(kind="routing_problem").count() == 1


def test_same_form_twice_is_one_incident_with_the_same_code(city: SmallCity) -> None:
    first = file_report(city, client_key=KEY)
    second = file_report(city, client_key=KEY, description="又点了一次")
    assert (first.incident.pk, first.lookup_code) == (second.incident.pk, second.lookup_code)
    assert Incident.objects.count() == IncidentEvent.objects.filter(verb="file").count() == 1


def test_lookup_takes_number_and_code_together(city: SmallCity) -> None:
    filed = file_report(city)
    other = file_report(city)
    spaced = f" {filed.lookup_code[:5].lower()}-{filed.lookup_code[5:]} "
    assert incident_by_lookup(f" {filed.incident.number}", spaced).pk == filed.incident.pk
    for number, code in (
        (filed.incident.number, other.lookup_code),
        (filed.incident.number, ""),
        ("", filed.lookup_code),
    ):
        with pytest.raises(Missing) as caught:
            incident_by_lookup(number, code)
        assert caught.value.code == "lookup_wrong"


def test_reporter_is_sealed_and_revealed_for_a_purpose_to_the_own_units(city: SmallCity) -> None:
    incident = make_incident(city, reporter_name="林小花", reporter_phone="139-0000-1111")
    assert "林" not in incident.reporter_name_sealed
    shown = reporter_reveal(
        actor=city.actor("community_staff"), incident_id=incident.pk, purpose="电话核实位置"
    )
    assert (shown.name, shown.phone) == ("林小花", "139-0000-1111")
    assert AccessLog.objects.get().purpose == "电话核实位置"
    for who, error in (
        ("grid_worker", Denied),
        ("auditor", Denied),
        ("outsider_street", Missing),
        ("resident", Missing),
    ):
        with pytest.raises(error):
            reporter_reveal(actor=city.actor(who), incident_id=incident.pk, purpose="好奇")
    with pytest.raises(Invalid):
        reporter_reveal(actor=city.actor("street_staff"), incident_id=incident.pk, purpose=" ")
    assert AccessLog.objects.filter(refused=False).count() == 1
    assert set(AccessLog.objects.filter(refused=True).values_list("user_id", flat=True)) == {
        city[who].pk for who in ("grid_worker", "auditor", "outsider_street")
    }


def test_filing_and_moving_cost_few_queries(city: SmallCity, settings: Any) -> None:
    settings.REFERENCE_CACHE_SECONDS = 60
    try:
        make_incident(city)
        with CaptureQueriesContext(
            connection,
        ) as filing:
            incident = make_incident(city, client_key=KEY)
        with CaptureQueriesContext(connection) as signing:
            do(city, "grid_worker", incident, Verb.SIGN)
    finally:
        forget_rulebook()
    statements = [row["sql"] for row in filing if "SAVEPOINT" not in row["sql"]]
    assert len(statements) <= 5, statements
    # Among them the person, their scope and their grids, which a request reads once for all it does.
    moves = [row["sql"] for row in signing if "SAVEPOINT" not in row["sql"]]
    assert len(moves) <= 14, moves


@pytest.mark.django_db(transaction=True)
def test_same_form_at_the_same_moment_files_once() -> None:
    city = small_city()
    barrier, found = Barrier(2), []

    def send() -> None:
        try:
            barrier.wait()
            found.append(file_report(city, RESIDENT, client_key=KEY))
        finally:
            connections.close_all()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({filed.incident.pk for filed in found}) == Incident.objects.count() == 1
    assert found[0].lookup_code == found[1].lookup_code
