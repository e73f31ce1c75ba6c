"""Calendars, ladders, quiet hours and the duty roster in the administration."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from core.models import Notification
from core.notifications import render
from incidents.models import (
    CalendarDay,
    Clock,
    DutyShift,
    LadderStep,
    QuietHours,
    UnitCalendar,
    WorkShift,
)
from incidents.rules.calendar import SHANGHAI
from incidents.rules.deadlines import elapsed_ratio
from incidents.rules.vocabulary import DayKind
from incidents.services.calendar_import import calendar_copy, calendar_import
from incidents.services.calendar_watch import calendar_warn
from incidents.services.duty_roster import duty_gaps, duty_shift_remove, duty_shift_save
from incidents.services.rule_rows import rule_row_remove, rule_row_save
from incidents.services.rulebook import rulebook
from organizations.models import User
from tests.factories.incidents import SmallCity, make_incident, whistled

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=SHANGHAI)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def error_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, "the form should have been shown again"
    return {name: list(found) for name, found in response.context["adminform"].form.errors.items()}


# --- calendars ---------------------------------------------------------------------------------------------


def test_a_unit_with_a_calendar_of_its_own_has_limits_by_it(city: SmallCity) -> None:
    office = signed_in(city["city_grid_office"])
    department = city.departments["D38"]
    response = office.post(
        reverse("admin:incidents_unitcalendar_add"),
        {"organization": department.pk, "weekdays": ["0", "1", "2", "3", "4", "5"]},
    )
    assert response.status_code == 302, error_of(response)
    calendar = UnitCalendar.objects.get(organization=department)
    assert calendar.weekdays == [0, 1, 2, 3, 4, 5]
    saturday = {"calendar": calendar.pk, "weekday": "5", "starts_at": "09:00", "ends_at": "11:00"}
    assert office.post(reverse("admin:incidents_workshift_add"), saturday).status_code == 302
    with clock.frozen_at(FRIDAY):
        incident = whistled(city, response_limit="4wh")
    due = dict(
        Clock.objects.filter(incident=incident, kind="arrive").values_list("organization__code", "due_at")
    )
    # Two hours are left on Friday; the department works two more on Saturday, the other one on Monday.
    assert due["D38"] == datetime(2026, 11, 21, 11, 0, tzinfo=SHANGHAI)
    assert due["D24"] == datetime(2026, 11, 23, 10, 30, tzinfo=SHANGHAI)


def test_a_streets_calendar_holds_for_its_communities_and_a_communitys_own_before_it(city: SmallCity) -> None:
    street, community = city.streets[0], city.communities[0]
    of_street = UnitCalendar.objects.create(organization=street, weekdays=[0, 1, 2, 3, 4, 5])
    CalendarDay.objects.create(calendar=of_street, day=date(2026, 11, 23), kind=DayKind.REST)
    book = rulebook()
    sunday, monday, saturday = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 21)
    for unit in (street, community, city.communities[1]):
        assert book.calendar_of(unit.pk).is_working_day(saturday)
        assert not book.calendar_of(unit.pk).is_working_day(monday)
    for unit in (city.streets[1], city.communities[2], city.departments["D38"], city.city):
        assert book.calendar_of(unit.pk) is book.calendar
    assert not book.calendar.is_working_day(saturday)
    own = UnitCalendar.objects.create(organization=community, weekdays=[6])
    CalendarDay.objects.create(calendar=own, day=monday, kind=DayKind.WORK)
    mine = rulebook().calendar_of(community.pk)
    assert [mine.is_working_day(day) for day in (saturday, sunday, monday)] == [False, True, True]
    assert not mine.is_working_day(date(2026, 10, 1))  # a Thursday, and no Sunday


def test_the_citys_calendar_and_its_last_shift_stay(city: SmallCity) -> None:
    office = city.actor("city_grid_office")
    with pytest.raises(Conflict, match="last_calendar"):
        rule_row_remove(actor=office, row=UnitCalendar.objects.get(organization=None))
    first, second = WorkShift.objects.all()
    saturday = WorkShift(weekday=5, starts_at="09:00", ends_at="10:00")
    rule_row_save(actor=office, row=saturday)
    rule_row_remove(actor=office, row=first)
    with pytest.raises(Conflict, match="last_shift"):
        rule_row_remove(actor=office, row=second)
    rule_row_remove(actor=office, row=saturday)
    own = UnitCalendar.objects.create(organization=city.streets[0])
    CalendarDay.objects.create(calendar=own, day=date(2026, 11, 23), kind=DayKind.REST)
    rule_row_remove(actor=office, row=own)
    assert not CalendarDay.objects.filter(day=date(2026, 11, 23)).exists()


def test_shifts_of_different_weekdays_and_calendars_do_not_overlap(city: SmallCity) -> None:
    office = city.actor("city_grid_office")
    own = rule_row_save(actor=office, row=UnitCalendar(organization=city.streets[0]))
    for row in (
        WorkShift(weekday=5, starts_at="09:00", ends_at="12:00"),
        WorkShift(calendar=own, starts_at="09:00", ends_at="12:00"),
    ):
        rule_row_save(actor=office, row=row)
    with pytest.raises(Invalid, match="shifts_overlap"):
        rule_row_save(actor=office, row=WorkShift(weekday=5, starts_at="11:00", ends_at="13:00"))


@pytest.mark.parametrize(
    ("values", "field"), [({"weekdays": []}, "weekdays"), ({"weekdays": ["0"], "organization": ""}, None)]
)
def test_a_calendar_needs_days_and_an_owner_of_its_own(
    city: SmallCity, values: dict[str, Any], field: str | None
) -> None:
    office = signed_in(city["city_grid_office"])
    data = {"organization": city.streets[0].pk, **values}
    response = office.post(reverse("admin:incidents_unitcalendar_add"), data)
    assert (field or "__all__") in error_of(response) or "organization" in error_of(response)
    assert UnitCalendar.objects.count() == 1


YEAR = """日期,类型,名称
2031-01-01,休,元旦
2031-01-04,班,元旦
2031-13-01,休,没有这一天
2030-01-01,休,别的年份
2031-01-02,假,说不清
2031-01-01,休,元旦
"""


def test_a_year_is_entered_row_by_row_and_bad_rows_come_back_with_the_reason(city: SmallCity) -> None:
    office = signed_in(city["city_grid_office"])
    calendar = UnitCalendar.objects.get(organization=None)
    url = reverse("admin:incidents_unitcalendar_import", args=[calendar.pk])
    assert office.get(url).status_code == 200
    page = office.post(url, {"year": "2031", "text": YEAR})
    assert [(error.line, bool(error.message)) for error in page.context["result"].errors] == [
        (4, True),
        (5, True),
        (6, True),
    ]
    assert "第 4 行" in page.content.decode()
    days = CalendarDay.objects.filter(day__year=2031).order_by("day")
    assert [(row.day, row.kind, row.calendar, row.edited_locally) for row in days] == [
        (date(2031, 1, 1), "rest", None, True),
        (date(2031, 1, 4), "work", None, True),
    ]
    again = calendar_import(actor=city.actor("city_grid_office"), calendar=None, year=2031, text=YEAR)
    assert (again.saved, again.unchanged, len(again.errors)) == (0, 3, 3)


@pytest.mark.parametrize(
    ("who", "text", "code"),
    [
        ("city_grid_office", "  ", "calendar_text_empty"),
        ("city_grid_office", "\n".join(["2031-01-01,休,元旦"] * 401), "calendar_text_empty"),
        ("street_leader", "2031-01-01,休,元旦", "not_permitted"),
    ],
)
def test_an_empty_text_and_a_stranger_are_refused(city: SmallCity, who: str, text: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        calendar_import(actor=city.actor(who), calendar=None, year=2031, text=text)
    assert refused.value.code == code
    assert not CalendarDay.objects.filter(day__year=2031).exists()


def test_a_unit_gets_its_own_copy_of_the_citys_days_and_shifts(city: SmallCity) -> None:
    actor = city.actor("city_grid_office")
    own = rule_row_save(actor=actor, row=UnitCalendar(organization=city.streets[0]))
    CalendarDay.objects.create(calendar=own, day=date(2026, 10, 1), kind=DayKind.WORK)
    office = signed_in(city["city_grid_office"])
    with clock.frozen_at(FRIDAY):
        office.post(
            reverse("admin:incidents_unitcalendar_changelist"),
            {"action": "copy_from_city", "_selected_action": [own.pk]},
        )
    of_city = CalendarDay.objects.filter(calendar=None, day__year=2026).count()
    assert own.days.count() == of_city
    assert own.days.get(day=date(2026, 10, 1)).kind == DayKind.WORK
    assert own.shifts.count() == 2
    assert calendar_copy(actor=actor, calendar=own, years=[2026]) == 0
    with pytest.raises(Invalid):
        calendar_copy(actor=actor, calendar=UnitCalendar.objects.get(organization=None), years=[2026])


@pytest.mark.parametrize(
    ("day", "missing"), [("2026-09-30", ()), ("2026-10-01", (2027,)), ("2027-02-01", (2027,))]
)
def test_a_year_without_holidays_is_reported_from_october_on(
    city: SmallCity, day: str, missing: tuple[int, ...]
) -> None:
    moment = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SHANGHAI)
    with clock.frozen_at(moment):
        assert calendar_warn() == missing
        calendar_warn()  # a second time in the same week tells nobody again
        told = list(Notification.objects.filter(kind="calendar_year_missing"))
        assert [message.user for message in told] == [city["city_grid_office"]] * len(missing)
        assert all("2027" in render(message) for message in told)
        page = signed_in(city["city_grid_office"]).get(reverse("admin:incidents_category_changelist"))
        codes = [finding.code for finding, _address in page.context["findings"]]
        assert codes.count("calendar_year_missing") == len(missing)
        if missing:
            with pytest.raises(CommandError, match="2027"):
                call_command("check_calendar")
        else:
            call_command("check_calendar")


# --- ladders and quiet hours -------------------------------------------------------------------------------


def test_a_ladder_step_is_edited_in_the_admin_and_decides_at_once(city: SmallCity) -> None:
    office = signed_in(city["city_grid_office"])
    warning = LadderStep.objects.get(colour="", clock_kind="", step=1)
    url = reverse("admin:incidents_ladderstep_change", args=[warning.pk])
    assert office.post(url, {"at_percent": "50", "told": ["street"]}).status_code == 302
    warning.refresh_from_db()
    assert (warning.at_percent, warning.told, warning.edited_locally) == (50, ["street"], True)
    row = Clock.objects.get(incident=make_incident(city), kind="sign")
    assert row.limit
    calendar = rulebook().calendar_of(row.organization_id)
    ratio = elapsed_ratio(row.started_at, row.due_at, row.warn_at, calendar, row.unit)
    assert ratio == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"step": 3, "at_percent": 210}, "at_percent"),
        ({"step": 6, "at_percent": 300}, "step"),
        ({"step": 5, "at_percent": 150}, "at_percent"),
        ({"step": 1, "at_percent": 100, "colour": "blue"}, None),
        ({"step": 3, "at_percent": 0, "colour": "blue"}, "at_percent"),
    ],
)
def test_steps_that_make_no_ladder_are_refused_at_their_field(
    city: SmallCity, values: dict[str, Any], field: str | None
) -> None:
    if values["step"] == 3:
        LadderStep.objects.filter(colour="", step=3).delete()
    with pytest.raises(Invalid) as refused:
        rule_row_save(actor=city.actor("city_grid_office"), row=LadderStep(**values))
    assert refused.value.field == field


def test_quiet_hours_are_edited_in_the_admin(city: SmallCity) -> None:
    office = signed_in(city["city_grid_office"])
    data = {
        "organization": city.streets[0].pk,
        "starts_at": "21:00",
        "ends_at": "08:00",
        "is_active": "on",
    }
    assert office.post(reverse("admin:incidents_quiethours_add"), data).status_code == 302
    quiet = rulebook().quiet_of(city.communities[0].pk)
    assert quiet is not None
    assert (quiet.start.hour, quiet.end.hour) == (21, 8)
    same = {**data, "ends_at": "21:00"}
    assert error_of(office.post(reverse("admin:incidents_quiethours_add"), same))
    assert QuietHours.objects.count() == 2


# --- the duty roster ---------------------------------------------------------------------------------------

NIGHT = datetime(2026, 11, 20, 18, 0, tzinfo=SHANGHAI)
MORNING = datetime(2026, 11, 21, 8, 30, tzinfo=SHANGHAI)


def on_duty(city: SmallCity, who: str, **values: Any) -> DutyShift:
    given: dict[str, Any] = {
        "organization": city.streets[0],
        "person": city["street_staff"],
        "starts_at": NIGHT,
        "ends_at": MORNING,
    }
    return duty_shift_save(actor=city.actor(who), **{**given, **values})


@pytest.mark.parametrize("who", ["city_grid_office", "street_leader", "street_staff"])
def test_a_unit_keeps_its_own_roster(city: SmallCity, who: str) -> None:
    shift = on_duty(city, who)
    later = on_duty(city, who, shift_id=shift.pk, note="带班")
    assert (later.pk, later.note) == (shift.pk, "带班")
    duty_shift_remove(actor=city.actor(who), shift_id=shift.pk)
    with pytest.raises(Missing):
        duty_shift_remove(actor=city.actor(who), shift_id=shift.pk)


@pytest.mark.parametrize("who", ["outsider_leader", "community_staff", "grid_worker", "auditor"])
def test_another_units_roster_is_not_theirs(city: SmallCity, who: str) -> None:
    shift = on_duty(city, "system")
    with pytest.raises(DomainError):
        on_duty(city, who)
    with pytest.raises(DomainError):
        on_duty(city, who, shift_id=shift.pk)
    with pytest.raises(Denied):
        duty_shift_remove(actor=city.actor(who), shift_id=shift.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_at": NIGHT}, None),
        ({"ends_at": NIGHT + timedelta(days=8)}, "ends_at"),
        ({"person": "outsider_street"}, "person"),
    ],
)
def test_a_duty_that_cannot_be_is_refused(city: SmallCity, values: dict[str, Any], field: str | None) -> None:
    if "person" in values:
        values = {"person": city[values["person"]]}
    with pytest.raises(Invalid) as refused:
        on_duty(city, "street_leader", **values)
    assert refused.value.field == field


def test_the_roster_in_the_admin_shows_what_one_sees_and_its_gaps(city: SmallCity) -> None:
    other = on_duty(city, "system", organization=city.streets[1], person=city["outsider_street"])
    leader = signed_in(city["street_leader"])
    add = reverse("admin:incidents_dutyshift_add")
    data = {
        "organization": city.streets[0].pk,
        "person": city["street_staff"].pk,
        "starts_at_0": "2026-11-20",
        "starts_at_1": "18:00",
        "ends_at_0": "2026-11-21",
        "ends_at_1": "08:30",
        "note": "",
    }
    with clock.frozen_at(FRIDAY):
        assert leader.post(add, data).status_code == 302
        mine = DutyShift.objects.exclude(pk=other.pk).get()
        page = leader.get(reverse("admin:incidents_dutyshift_changelist"))
        assert [row.pk for row in page.context["cl"].result_list] == [mine.pk]
        gaps = page.context["gaps"]
        assert {gap.organization.pk for gap in gaps} == {city.streets[0].pk}
        # The first night is covered; the weekend begins uncovered where the duty ends.
        assert gaps[0].starts_at == MORNING
        assert gaps[0].ends_at == datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
        assert error_of(leader.post(add, {**data, "person": city["outsider_street"].pk}))["person"]
        delete = reverse("admin:incidents_dutyshift_delete", args=[mine.pk])
        assert leader.post(delete, {"post": "yes"}).status_code == 302
        assert duty_gaps(city["street_leader"]) == []
    assert DutyShift.objects.get() == other


@pytest.mark.parametrize("table", ["unitcalendar", "workshift", "ladderstep", "dutyshift", "quiethours"])
def test_the_lists_cost_the_same_for_one_row_and_many(city: SmallCity, table: str) -> None:
    office = signed_in(city["city_grid_office"])
    url = reverse(f"admin:incidents_{table}_changelist")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(url).status_code == 200
        return len(queries)

    units = [*city.streets, *city.communities, *city.departments.values()]

    def fill(index: int) -> None:
        unit = units[index]
        if table in ("unitcalendar", "workshift"):
            own = UnitCalendar.objects.create(organization=unit)
            WorkShift.objects.create(calendar=own, starts_at="09:00", ends_at="12:00")
        elif table == "quiethours":
            QuietHours.objects.create(organization=unit, starts_at="21:00", ends_at="08:00")
        elif table == "dutyshift":
            DutyShift.objects.create(
                organization=unit, person=city["street_staff"], starts_at=NIGHT, ends_at=MORNING
            )

    fill(0)
    fill(1)  # a filter is drawn from two units on
    cost()  # content types and the like are read once per process
    few = cost()
    for index in range(2, len(units)):
        fill(index)
    assert cost() == few
