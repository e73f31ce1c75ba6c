"""The pages of the versions: draft, check, simulate, put into force, each through its address."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actor import SYSTEM
from core.models import Notification
from core.notifications import render
from incidents.admin.rule_set_pages import PAGE_SIZE
from incidents.models import Category, RoutingRule, RuleSet, Simulation
from incidents.services.rule_rows import rule_row_save
from incidents.services.simulations import simulations_advance
from organizations.services import organization_close
from tests.factories.incidents import SmallCity, client_of, make_incident
from tests.factories.rules import a_condition, a_rule, make_draft, put_in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(city: SmallCity) -> Client:
    return client_of(city, "city_grid_office")


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:incidents_{name}", args=args)


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_change_of_the_rules_goes_through_its_four_steps(city: SmallCity, office: Client) -> None:
    make_incident(city)
    assert "怎样修改规则" in text_of(office.get(page("ruleset_changelist")))
    started = office.post(page("ruleset_start"), {"name": "垃圾集中整治"})
    draft = RuleSet.objects.get(status="draft")
    assert started.headers["Location"] == page("ruleset_change", draft.pk)
    assert "还没有改动" in text_of(office.get(page("ruleset_change", draft.pk)))

    rule = draft.rules.get(code="grid-first")
    form = office.get(page("routingrule_change", rule.pk)).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    saved = office.post(page("routingrule_change", rule.pk), {**data, "owner_level": "community"})
    assert saved.status_code == 302
    shown = text_of(office.get(page("ruleset_change", draft.pk)))
    assert "<del>网格</del>" in shown
    assert "<ins>社区（村）</ins>" in shown or "<ins>社区</ins>" in shown

    asked = office.post(page("ruleset_simulate", draft.pk), {"days": "30"})
    run = Simulation.objects.get()
    assert asked.headers["Location"] == page("simulation", run.pk)
    assert "hx-get" in text_of(office.get(page("simulation", run.pk)))
    simulations_advance(seconds=600)
    assert "<strong>1</strong>" in text_of(office.get(page("simulation", run.pk)))

    url = page("ruleset_activate", draft.pk)
    assert "unsimulated" not in text_of(office.get(url))
    assert "请写明启用理由" in text_of(office.post(url, {"note": " "}))
    done = office.post(url, {"note": "试点三个月"})
    assert done.headers["Location"] == page("ruleset_change", draft.pk)
    assert any("已启用" in str(message) for message in get_messages(done.wsgi_request))
    draft.refresh_from_db()
    assert (draft.status, draft.activation_note) == ("active", "试点三个月")
    assert make_incident(city).owner_level == "community"


def test_without_a_simulation_putting_into_force_must_be_confirmed(city: SmallCity, office: Client) -> None:
    draft = make_draft(a_rule())
    url = page("ruleset_activate", draft.pk)
    refused = office.post(url, {"note": "整治"})
    assert "unsimulated" in refused.context["form"].errors
    assert office.post(url, {"note": "整治", "unsimulated": "on"}).status_code == 302
    assert RuleSet.objects.get(status="active").pk == draft.pk


def test_discarding_asks_first(office: Client) -> None:
    draft = make_draft(a_rule())
    url = page("ruleset_discard", draft.pk)
    assert "放弃" in text_of(office.get(url))
    assert RuleSet.objects.filter(pk=draft.pk).exists()
    assert office.post(url, {"confirm": "yes"}).status_code == 302
    assert not RuleSet.objects.filter(pk=draft.pk).exists()
    assert office.get(url).status_code == 404


def test_mistakes_stand_at_their_field(office: Client) -> None:
    empty = office.post(page("ruleset_start"), {"name": " ", "source": RuleSet.objects.get().pk})
    assert "请简单写明这次要改什么" in text_of(empty)
    draft = make_draft()
    wrong = office.post(page("ruleset_simulate", draft.pk), {"days": "0"})
    assert "天数请填" in text_of(wrong)
    assert (
        "days"
        in office.post(page("ruleset_simulate", draft.pk), {"days": "x"}).context["simulate_form"].errors
    )
    again = office.post(page("ruleset_start"), {"name": "又一份"})
    assert any("已经有一份草稿" in str(message) for message in get_messages(again.wsgi_request))


def test_the_rules_of_a_version_in_force_are_read_only(city: SmallCity, office: Client) -> None:
    rule = RoutingRule.objects.get(code="business")
    url = page("routingrule_change", rule.pk)
    assert office.get(url).status_code == 200
    assert office.post(url, {"name": "改名"}).status_code == 403
    assert office.get(page("routingrule_add")).status_code == 403
    assert "需要调整时，请先建草稿" in text_of(office.get(page("routingrule_changelist")))
    put_in_force(a_rule())
    make_draft(a_condition())
    shown = office.get(page("routingrule_changelist"))
    assert {row.rule_set.number for row in shown.context["cl"].result_list} == {3}
    older = office.get(page("routingrule_changelist"), {"version": "1"})
    assert {row.rule_set.number for row in older.context["cl"].result_list} == {1}
    assert "试行条件" in text_of(office.get(page("raisingcondition_changelist")))


def test_a_rule_naming_a_closed_street_is_found(city: SmallCity, office: Client) -> None:
    street = city.streets[0]
    draft = make_draft(a_rule(area_codes=[street.code]))
    type(street).objects.filter(pk=street.pk).update(closed_on="2024-01-01")
    shown = text_of(office.get(page("ruleset_change", draft.pk)))
    assert f"指定的“{street.name}”已撤销" in shown
    refused = office.post(page("ruleset_activate", draft.pk), {"note": "整治", "unsimulated": "on"})
    assert "请先修正" in text_of(refused)


def test_a_department_that_closes_is_shown_above_the_versions(city: SmallCity, office: Client) -> None:
    put_in_force(a_rule(lead_department="D24"))
    assert "无法按设定生效" not in text_of(office.get(page("ruleset_changelist")))
    organization_close(actor=SYSTEM, organization_id=city.departments["D24"].pk)
    told = Notification.objects.filter(user=city["city_grid_office"], kind="routing_problem")
    assert any("垃圾由街道受理" in render(each) for each in told)
    shown = text_of(office.get(page("ruleset_changelist")))
    assert "现行规则有 1 个问题" in shown
    assert city.departments["D24"].name in shown


def test_a_category_that_is_switched_off_is_reported_with_its_rules(city: SmallCity, office: Client) -> None:
    put_in_force(a_rule(), a_condition(category_codes=["0101"]))
    category = Category.objects.get(code="0101")
    category.is_active = False
    rule_row_save(actor=city.actor("city_grid_office"), row=category)
    told = Notification.objects.filter(user=city["city_grid_office"], kind="routing_problem")
    words = " ".join(render(each) for each in told)
    assert "规则“垃圾由街道受理”指定的类别“暴露垃圾”已停用" in words
    assert "升色条件“试行条件”指定的类别“暴露垃圾”已停用" in words
    rule_row_save(actor=city.actor("city_grid_office"), row=category)
    assert told.count() == 2
    assert "已停用" in text_of(office.get(page("routingrule_changelist")))


def test_who_gets_what_shows_every_category_and_what_only_the_last_rule_decides(office: Client) -> None:
    shown = office.get(page("ruleset_coverage", RuleSet.objects.get().pk))
    report = shown.context["report"]
    assert (len(report.rows), report.cells, report.gaps) == (74, 296, 0)
    assert 0 < report.last_resort < report.cells
    manhole = next(row for row in report.rows if row.code == "0301")
    assert manhole.cells[0][0].rule.startswith("红色事件")
    assert "能在网格解决" in text_of(shown)


@pytest.mark.parametrize("name", ["street_leader", "department_officer", "grid_worker"])
def test_who_may_not_see_the_rules_gets_nowhere(city: SmallCity, name: str) -> None:
    draft, client = make_draft(), client_of(city, name)
    for url in (
        page("ruleset_changelist"),
        page("ruleset_change", draft.pk),
        page("ruleset_coverage", draft.pk),
        page("ruleset_activate", draft.pk),
        page("ruleset_discard", draft.pk),
    ):
        assert client.get(url).status_code in (302, 403)
    for url in (page("ruleset_start"), page("ruleset_simulate", draft.pk)):
        assert client.post(url, {"name": "x", "days": "3"}).status_code in (302, 403)
    assert Simulation.objects.count() == 0


def test_a_simulation_is_its_askers_alone(city: SmallCity, office: Client) -> None:
    draft = make_draft(a_rule())
    office.post(page("ruleset_simulate", draft.pk), {"days": "30"})
    url = page("simulation", Simulation.objects.get().pk)
    assert client_of(city, "auditor").get(url).status_code == 404
    assert client_of(city, "system_administrator").get(url).status_code == 404
    assert office.get(url).status_code == 200


def test_figures_open_the_incidents_behind_them_page_by_page(city: SmallCity, office: Client) -> None:
    for _ in range(PAGE_SIZE + 2):
        make_incident(city)
    draft = make_draft(a_rule())
    office.post(page("ruleset_simulate", draft.pk), {"days": "30"})
    simulations_advance(seconds=600)
    url = page("simulation", Simulation.objects.get().pk)
    first = office.get(url, {"kind": "level", "from": "grid", "to": "street"})
    assert len(first.context["rows"]) == PAGE_SIZE
    assert "承办层级不同 · 网格 → 街道" in text_of(first)
    with CaptureQueriesContext(connection) as many:
        second = office.get(url + first.context["older_url"])
    assert len(second.context["rows"]) == 2
    with CaptureQueriesContext(connection) as few:
        none = office.get(url, {"kind": "colour"})
    assert none.context["rows"] == []
    assert len(many) == len(few)
    assert office.get(url, {"kind": "nonsense", "cursor": "forged"}).status_code == 200


def test_a_version_costs_the_same_for_one_rule_and_many(office: Client) -> None:
    costs = []
    for count in (1, 30):
        draft = make_draft(*(a_rule(code=f"r{number}", order=200 + number) for number in range(count)))
        for url in (page("ruleset_change", draft.pk), page("ruleset_changelist")):
            office.get(url)
            with CaptureQueriesContext(connection) as queries:
                office.get(url)
            costs.append(len(queries))
        office.post(page("ruleset_discard", draft.pk), {"confirm": "yes"})
    assert costs[:2] == costs[2:]
