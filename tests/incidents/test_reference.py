"""Loading the reference data: complete, repeatable, and respectful of what staff edited."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from core.actor import SYSTEM
from incidents.models import (
    CalendarDay,
    Category,
    CheckShare,
    ProcedureRule,
    RaisingCondition,
    RoutingRule,
    TimeLimit,
    VerdictReason,
    WhistleLimit,
    WorkShift,
)
from incidents.rules.vocabulary import DayKind
from incidents.services.reference import calendar_days, load
from incidents.services.rulebook import rulebook

pytestmark = pytest.mark.django_db


def test_a_load_is_complete_and_a_second_one_changes_nothing():
    first = load(actor=SYSTEM)
    assert first.categories == Category.objects.count() == 74
    tables = (TimeLimit, WhistleLimit, CheckShare, VerdictReason, ProcedureRule)
    assert first.limits == sum(table.objects.count() for table in tables) == 30 + 3 + 4 + 9 + 12
    assert first.rules == RoutingRule.objects.count()
    assert first.conditions == RaisingCondition.objects.count()
    assert WorkShift.objects.count() == 2
    assert first.years_unknown == (2027,)
    second = load(actor=SYSTEM)
    assert (second.categories, second.limits, second.conditions, second.rules, second.calendar_days) == (
        0,
        0,
        0,
        0,
        0,
    )


def test_edited_rows_stay_and_others_are_renewed():
    load(actor=SYSTEM)
    Category.objects.filter(code="0101").update(name="本地名称", edited_locally=True)
    Category.objects.filter(code="0102").update(name="旧名称")
    again = load(actor=SYSTEM)
    assert again.categories == 1
    assert Category.objects.get(code="0101").name == "本地名称"
    assert Category.objects.get(code="0102").name == "建筑垃圾渣土"


def test_holidays_and_worked_weekends_are_seeded():
    load(actor=SYSTEM)
    assert CalendarDay.objects.get(day=date(2026, 10, 1)).kind == DayKind.REST
    assert CalendarDay.objects.get(day=date(2026, 10, 10)).kind == DayKind.WORK
    assert not CalendarDay.objects.filter(day__year=2027).exists()
    assert calendar_days([2027]) == ([], (2027,))
    assert not rulebook().calendar.is_working_day(date(2026, 10, 1))
    assert rulebook().calendar.is_working_day(date(2026, 10, 10))


def test_the_command_loads_everything_and_says_what_is_unknown():
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert "74" in out.getvalue()
    assert "2027" in out.getvalue()
