"""The administration of the rules: services behind every save, messages at their field, the rule report."""

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actor import SYSTEM
from core.errors import Conflict, Denied, Invalid
from core.models import Notification
from core.notifications import render
from incidents.models import (
    CalendarDay,
    Category,
    Incident,
    RaisingCondition,
    RoutingRule,
    TimeLimit,
    WorkShift,
)
from incidents.rules.vocabulary import Verb
from incidents.services.rule_report import rule_findings
from incidents.services.rule_rows import rule_row_remove, rule_row_save
from incidents.services.rule_sets import ruleset_activate
from organizations.services import organization_close
from tests.factories.incidents import SmallCity, do, make_incident
from tests.factories.organizations import make_department
from tests.factories.rules import a_rule, make_draft, put_in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(city: SmallCity) -> Client:
    client = Client()
    client.force_login(city["city_grid_office"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def rule_data(**values: Any) -> dict[str, Any]:
    return {
        "name": "垃圾由城管主办",
        "code": "garbage",
        "order": "5",
        "is_active": "on",
        "category_codes": ["0101"],
        "colours": ["yellow"],
        "owner_level": "street",
        "lead_department": "D38",
        "supporting_departments": ["D24"],
        "valid_from": "2024-01-01",
        **values,
    }


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, "the form should have been shown again"
    return {name: list(found) for name, found in response.context["adminform"].form.errors.items()}


def test_a_rule_saved_in_the_admin_is_marked_as_edited_here_and_decides_once_in_force(
    city: SmallCity, office: Client
) -> None:
    draft = make_draft()
    response = office.post(reverse("admin:incidents_routingrule_add"), rule_data())
    assert response.status_code == 302, response.context and errors_of(response)
    rule = RoutingRule.objects.get(code="garbage")
    assert (rule.edited_locally, rule.category_codes, rule.colours) == (True, ["0101"], ["yellow"])
    assert make_incident(city, category_code="0101").routing_rule_id != rule.pk
    ruleset_activate(actor=SYSTEM, rule_set_id=draft.pk, note="整治", unsimulated=True)
    assert make_incident(city, category_code="0101").routing_rule_id == rule.pk


def test_a_rule_naming_a_closed_department_is_refused_at_its_field(city: SmallCity, office: Client) -> None:
    closed = make_department(city.city, code="D90", name="市旧局")
    organization_close(actor=SYSTEM, organization_id=closed.pk)
    make_draft()
    before = RoutingRule.objects.count()
    url = reverse("admin:incidents_routingrule_add")
    assert "lead_department" in errors_of(office.post(url, rule_data(lead_department="D90")))
    assert "supporting_departments" in errors_of(office.post(url, rule_data(supporting_departments=["D90"])))
    assert RoutingRule.objects.count() == before
    with pytest.raises(Invalid) as refused:
        rule_row_save(
            actor=city.actor("city_grid_office"),
            row=RoutingRule(
                code="r", name="r", owner_level="street", lead_department="D90", valid_from=date(2024, 1, 1)
            ),
        )
    assert (refused.value.code, refused.value.field) == ("department_closed", "lead_department")
    assert refused.value.message == "“市旧局”已撤销，不再承接新任务，请另选部门。"


@pytest.mark.parametrize("table", ["timelimit", "category"])
def test_a_limit_of_zero_is_refused_with_the_cure(city: SmallCity, office: Client, table: str) -> None:
    field, row = {
        "timelimit": ("limit", TimeLimit.objects.get(colour="red", clock_kind="sign")),
        "category": ("respond_within", Category.objects.get(code="0101")),
    }[table]
    before = getattr(row, field)
    data = {
        name: getattr(row, name) for name in ("group", "name", "colour", "close_within") if hasattr(row, name)
    }
    response = office.post(reverse(f"admin:incidents_{table}_change", args=[row.pk]), {**data, field: "0h"})
    assert errors_of(response)[field] == ["时限必须大于零，例如 2h。"]
    row.refresh_from_db()
    assert getattr(row, field) == before
    setattr(row, field, "0h")
    with pytest.raises(Invalid) as refused:
        rule_row_save(actor=city.actor("city_grid_office"), row=row)
    assert (refused.value.code, refused.value.field) == ("invalid_limit_not_positive", field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category_codes", ["9999"]),
        ("category_groups", ["没有这一类"]),
        ("area_codes", ["000000000000"]),
        ("channels", ["telepathy"]),
        ("supporting_departments", ["D38"]),
        ("lead_department", "D99"),
    ],
)
def test_a_rule_naming_what_does_not_exist_is_refused(city: SmallCity, field: str, value: Any) -> None:
    make_draft()
    row = RoutingRule(
        code="r", name="r", owner_level="street", lead_department="D38", valid_from=date(2024, 1, 1)
    )
    setattr(row, field, value)
    with pytest.raises(Invalid) as refused:
        rule_row_save(actor=city.actor("city_grid_office"), row=row)
    assert refused.value.field == field
    assert not RoutingRule.objects.filter(code="r").exists()


def test_dates_the_wrong_way_round_are_refused(office: Client) -> None:
    make_draft()
    response = office.post(reverse("admin:incidents_routingrule_add"), rule_data(valid_to="2023-01-01"))
    assert errors_of(response)["__all__"] == ["结束日期早于开始日期。"]


def test_a_rule_that_can_never_apply_is_saved_with_a_warning(office: Client) -> None:
    make_draft()
    first = office.post(reverse("admin:incidents_routingrule_add"), rule_data())
    assert first.status_code == 302
    second = office.post(
        reverse("admin:incidents_routingrule_add"), rule_data(code="late", name="永远轮不到", order="6")
    )
    assert second.status_code == 302
    told = [str(message) for message in get_messages(second.wsgi_request) if "永远轮不到" in str(message)]
    assert any("不会生效" in text for text in told), told
    page = office.get(reverse("admin:incidents_routingrule_changelist"))
    assert any(finding.code == "rule_shadowed" for finding, _address in page.context["findings"])


def test_a_condition_without_any_sign_is_refused(city: SmallCity) -> None:
    make_draft()
    with pytest.raises(Invalid) as refused:
        rule_row_save(
            actor=city.actor("city_grid_office"),
            row=RaisingCondition(code="empty", name="empty", keywords=["  "], raise_to="red"),
        )
    assert refused.value.code == "condition_without_sign"


def test_words_of_a_condition_are_written_as_one_text(office: Client) -> None:
    make_draft()
    data = {
        "name": "管道破裂",
        "code": "burst",
        "is_active": "on",
        "keywords": "爆管、漏水 喷水，爆管",
        "raise_to": "red",
    }
    response = office.post(reverse("admin:incidents_raisingcondition_add"), data)
    assert response.status_code == 302, errors_of(response)
    row = RaisingCondition.objects.get(code="burst")
    assert row.keywords == ["爆管", "漏水", "喷水"]
    page = office.get(reverse("admin:incidents_raisingcondition_change", args=[row.pk]))
    assert "爆管、漏水、喷水" in page.content.decode()


def test_shifts_may_not_overlap_and_one_must_stay(city: SmallCity) -> None:
    office = city.actor("city_grid_office")
    WorkShift.objects.all().delete()
    morning = rule_row_save(actor=office, row=WorkShift(starts_at="08:30", ends_at="12:00"))
    morning.refresh_from_db()
    with pytest.raises(Invalid, match="shifts_overlap"):
        rule_row_save(actor=office, row=WorkShift(starts_at="11:00", ends_at="13:00"))
    with pytest.raises(Conflict, match="last_shift"):
        rule_row_remove(actor=office, row=morning)


def test_a_day_may_be_added_and_removed(city: SmallCity, office: Client) -> None:
    added = office.post(
        reverse("admin:incidents_calendarday_add"), {"day": "2031-05-04", "kind": "rest", "name": "地方假日"}
    )
    assert added.status_code == 302
    day = CalendarDay.objects.get(day="2031-05-04")
    assert day.edited_locally
    office.post(reverse("admin:incidents_calendarday_delete", args=[day.pk]), {"post": "yes"})
    assert not CalendarDay.objects.filter(pk=day.pk).exists()


def test_a_department_that_closes_is_reported_at_once_and_its_rule_stays_on(city: SmallCity) -> None:
    gone = make_department(city.city, code="D91", name="市旧城管局")
    version = put_in_force(
        a_rule(
            code="old",
            name="旧规则",
            order=3,
            owner_level="department",
            lead_department="D91",
            category_codes=["0102"],
        )
    )
    rule = version.rules.get(code="old")
    assert not [each for each in rule_findings() if each.row_id == rule.pk and not each.is_hint]
    organization_close(actor=SYSTEM, organization_id=gone.pk)

    told = Notification.objects.filter(user=city["city_grid_office"], kind="routing_problem")
    assert ["旧规则" in render(row) and "市旧城管局" in render(row) for row in told] == [True]
    assert [each.code for each in rule_findings() if each.row_id == rule.pk and not each.is_hint] == [
        "rule_department_closed"
    ]
    rule.refresh_from_db()
    assert rule.is_active
    filed = make_incident(city, category_code="0102")
    assert filed.routing_rule_id != rule.pk


def test_only_who_holds_the_permission_for_the_city_changes_rules(city: SmallCity) -> None:
    limit = TimeLimit.objects.get(colour="red", clock_kind="sign")
    limit.limit = "45min"
    for name in ("street_leader", "grid_worker", "department_officer", "auditor", "security_administrator"):
        with pytest.raises(Denied):
            rule_row_save(actor=city.actor(name), row=limit)
    rule_row_save(actor=city.actor("system_administrator"), row=limit)
    limit.refresh_from_db()
    assert (limit.limit, limit.edited_locally) == ("45min", True)


def test_the_auditor_reads_rules_and_the_report_but_changes_nothing(city: SmallCity) -> None:
    client = Client()
    client.force_login(city["auditor"], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("admin:incidents_routingrule_changelist")
    page = client.get(url)
    assert page.status_code == 200
    assert all(address == "" for _finding, address in page.context["findings"])
    assert client.get(reverse("admin:incidents_routingrule_add")).status_code == 403
    assert client.get(reverse("admin:incidents_ruleset_changelist")).status_code == 200
    assert client.post(reverse("admin:incidents_ruleset_start"), {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "table",
    ["category", "timelimit", "whistlelimit", "raisingcondition", "routingrule", "calendarday", "workshift"],
)
def test_every_table_opens_its_list_and_its_forms(city: SmallCity, office: Client, table: str) -> None:
    make_draft()
    page = office.get(reverse(f"admin:incidents_{table}_changelist"))
    assert page.status_code == 200
    assert office.get(reverse(f"admin:incidents_{table}_add")).status_code == 200
    row = page.context["cl"].queryset.first()
    assert office.get(reverse(f"admin:incidents_{table}_change", args=[row.pk])).status_code == 200


def test_an_incident_is_read_with_its_timeline_and_its_reporter_masked(
    city: SmallCity, office: Client
) -> None:
    incident = make_incident(city, reporter_name="欧阳小明", reporter_phone="13800001234")
    page = office.get(reverse("admin:incidents_incident_change", args=[incident.pk]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "138****1234" in text
    assert "13800001234" not in text
    assert "欧阳小明" not in text
    assert len(page.context["timeline"]) >= 2
    assert office.get(reverse("admin:incidents_incident_add")).status_code == 403


@pytest.mark.parametrize("hidden", ["client_key", "lookup_digest", "reporter_name_sealed", "caller_mark"])
def test_what_nobody_is_shown_is_not_guessed_sign_by_sign(
    city: SmallCity, office: Client, hidden: str
) -> None:
    make_incident(city)
    url = reverse("admin:incidents_incident_changelist")
    assert office.get(url, {"state__exact": "dispatched", "reported_at__year": "2026"}).status_code == 200
    assert office.get(url, {f"{hidden}__startswith": "a"}).status_code == 400


def test_supervising_several_names_those_that_are_refused(city: SmallCity, office: Client) -> None:
    open_one, other = make_incident(city), make_incident(city)
    do(city, "grid_worker", other, Verb.SIGN)
    url = reverse("admin:incidents_incident_changelist")
    data = {"action": "supervise_selected", "_selected_action": [open_one.pk, other.pk], "index": "0"}
    without = office.post(url, data)
    assert {message.extra_tags for message in get_messages(without.wsgi_request)} == {"fields_missing"}
    assert not Incident.objects.filter(is_supervised=True).exists()
    office.post(url, {**data, "reason": "领导批示"})
    assert Incident.objects.filter(is_supervised=True).count() == 2


def test_reference_rows_are_never_deleted_in_the_admin(city: SmallCity, office: Client) -> None:
    row = Category.objects.get(code="0101")
    assert (
        office.post(reverse("admin:incidents_category_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )


@pytest.mark.usefixtures("city")
def test_the_list_of_categories_costs_the_same_for_one_row_and_many(office: Client) -> None:
    url = reverse("admin:incidents_category_changelist")
    counts = []
    for pick in ("?q=0101", "?q=0"):
        office.get(url + pick)
        with CaptureQueriesContext(connection) as seen:
            office.get(url + pick)
        counts.append(len(seen))
    assert counts[0] == counts[1]
