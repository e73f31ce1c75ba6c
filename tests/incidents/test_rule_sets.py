"""Versions of the rules: a draft changes, a version in force never does, every incident names its own."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from core import clock
from core.actor import SYSTEM
from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from core.models import Notification
from core.notifications import render
from incidents.models import Incident, IncidentEvent, RaisingCondition, RoutingRule, RuleSet
from incidents.services.reference import load
from incidents.services.rule_rows import rule_row_save
from incidents.services.rule_sets import ruleset_activate, ruleset_discard, ruleset_start
from incidents.services.rulebook import rulebook
from organizations.services import organization_close
from tests.factories.incidents import SmallCity, make_incident, small_city
from tests.factories.organizations import make_department
from tests.factories.rules import a_rule, make_draft, put_in_force

pytestmark = pytest.mark.django_db


def in_force() -> RuleSet:
    return RuleSet.objects.get(status="active")


@pytest.mark.usefixtures("city")
def test_the_first_load_is_version_one_in_force_and_a_second_changes_nothing() -> None:
    first = in_force()
    assert (first.number, first.valid_to, first.rules.count()) == (1, None, RoutingRule.objects.count())
    again = load(actor=SYSTEM)
    assert (again.rules, again.conditions, again.draft_waits) == (0, 0, False)
    assert RuleSet.objects.count() == 1


@pytest.mark.usefixtures("city")
def test_rules_that_come_with_an_update_wait_in_a_draft() -> None:
    draft = make_draft()
    RoutingRule.objects.filter(rule_set=draft, code="red-to-street").update(name="旧的说法")
    RoutingRule.objects.filter(rule_set=draft, code="business").update(name="本地说法", edited_locally=True)
    ruleset_activate(actor=SYSTEM, rule_set_id=draft.pk, note="较早的系统", unsimulated=True)
    loaded = load(actor=SYSTEM)
    assert (loaded.rules, loaded.draft_waits) == (1, True)
    assert in_force().pk == draft.pk
    waiting = RuleSet.objects.get(status="draft")
    assert waiting.rules.get(code="red-to-street").name.startswith("红色事件")
    assert waiting.rules.get(code="business").name == "本地说法"
    again = load(actor=SYSTEM)
    assert (again.rules, again.draft_waits, RuleSet.objects.count()) == (0, True, 3)


def test_a_draft_decides_nothing_until_it_is_put_into_force(city: SmallCity) -> None:
    before = make_incident(city)
    draft = make_draft(a_rule())
    assert make_incident(city).owner_level == before.owner_level == "grid"
    ruleset_activate(
        actor=city.actor("city_grid_office"), rule_set_id=draft.pk, note="垃圾集中整治", unsimulated=True
    )
    after = make_incident(city)
    assert (after.owner_level, after.rule_set_id) == ("street", draft.pk)
    before.refresh_from_db()
    assert before.rule_set is not None
    assert (before.rule_set.number, before.owner_level) == (1, "grid")
    assert IncidentEvent.objects.get(incident=after, verb="dispatch").data["rule_set"] == 2
    draft.refresh_from_db()
    assert (draft.activation_note, draft.activated_by_id) == ("垃圾集中整治", city["city_grid_office"].pk)
    assert draft.based_on is not None
    assert draft.based_on.valid_to == draft.valid_from
    rows = RoutingRule.objects.filter(code="red-to-street")
    assert sorted(rows.values_list("rule_set__number", flat=True)) == [1, 2]


@pytest.mark.usefixtures("city")
def test_there_is_one_draft_and_one_version_in_force() -> None:
    make_draft()
    with pytest.raises(Conflict, match="draft_exists"):
        ruleset_start(actor=SYSTEM, name="又一份")
    now = clock.now()
    for status, dates in (("draft", {}), ("active", {"valid_from": now})):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleSet.objects.create(number=9, name="x", status=status, created_at=now, edited_at=now, **dates)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("table", "change"),
    [(RoutingRule, {"order": 1}), (RaisingCondition, {"raise_to": "blue"}), (RuleSet, {"name": "改名"})],
)
def test_the_database_refuses_to_change_or_remove_what_is_in_force(table: Any, change: Any) -> None:
    within = {"pk": in_force().pk} if table is RuleSet else {"rule_set": in_force()}
    with pytest.raises(IntegrityError), transaction.atomic():
        table.objects.filter(**within).update(**change)
    rows = table.objects.filter(**within)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows._raw_delete(rows.db)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(status="active").update(status="draft", valid_from=None)


@pytest.mark.usefixtures("city")
def test_the_database_refuses_new_rows_in_a_version_in_force_and_any_change_of_a_retired_one() -> None:
    row = a_rule()
    row.rule_set = in_force()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    first = in_force()
    put_in_force()
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(pk=first.pk).update(valid_to=clock.now())


def test_rows_are_saved_into_the_draft_only(city: SmallCity) -> None:
    with pytest.raises(Conflict, match="no_draft"):
        rule_row_save(actor=SYSTEM, row=a_rule())
    draft = make_draft()
    edited = draft.edited_at
    saved = rule_row_save(actor=city.actor("city_grid_office"), row=a_rule())
    draft.refresh_from_db()
    assert saved.rule_set_id == draft.pk
    assert draft.edited_at > edited
    with pytest.raises(Conflict, match="rule_set_fixed"):
        rule_row_save(actor=SYSTEM, row=in_force().rules.get(code="business"))
    with pytest.raises(Invalid, match="invalid_"):
        rule_row_save(actor=SYSTEM, row=a_rule())


def test_a_draft_is_put_into_force_with_a_reason_and_after_a_simulation(city: SmallCity) -> None:
    office, draft = city.actor("city_grid_office"), make_draft(a_rule())
    with pytest.raises(Invalid, match="note_missing"):
        ruleset_activate(actor=office, rule_set_id=draft.pk, note="  ", unsimulated=True)
    with pytest.raises(Conflict, match="not_simulated") as refused:
        ruleset_activate(actor=office, rule_set_id=draft.pk, note="整治")
    assert refused.value.field == "unsimulated"
    ruleset_activate(actor=office, rule_set_id=draft.pk, note="整治", unsimulated=True)
    with pytest.raises(Conflict, match="rule_set_fixed"):
        ruleset_activate(actor=office, rule_set_id=draft.pk, note="再来", unsimulated=True)
    with pytest.raises(Missing):
        ruleset_activate(actor=office, rule_set_id=0, note="整治", unsimulated=True)


def test_a_draft_with_a_rule_that_cannot_do_what_it_says_stays_a_draft(city: SmallCity) -> None:
    gone = make_department(city.city, code="D91", name="市旧城管局")
    draft = make_draft(a_rule(lead_department="D91"))
    organization_close(actor=SYSTEM, organization_id=gone.pk)
    with pytest.raises(Conflict, match="rules_broken") as refused:
        ruleset_activate(actor=SYSTEM, rule_set_id=draft.pk, note="整治", unsimulated=True)
    assert "市旧城管局" in refused.value.message
    assert in_force().number == 1


def test_the_office_is_told_what_came_into_force(city: SmallCity) -> None:
    put_in_force(a_rule())
    told = Notification.objects.get(user=city["city_grid_office"], kind="rules_in_force")
    assert "第 2 版" in render(told)


@pytest.mark.parametrize(
    "who", ["street_leader", "grid_worker", "department_officer", "auditor", "security_administrator"]
)
def test_only_the_office_and_the_administrator_change_versions(city: SmallCity, who: str) -> None:
    with pytest.raises(Denied):
        ruleset_start(actor=city.actor(who), name="试行")
    draft = ruleset_start(actor=city.actor("system_administrator"), name="试行")
    with pytest.raises(Denied):
        ruleset_activate(actor=city.actor(who), rule_set_id=draft.pk, note="整治", unsimulated=True)
    with pytest.raises(Denied):
        ruleset_discard(actor=city.actor(who), rule_set_id=draft.pk)


@pytest.mark.usefixtures("city")
def test_a_discarded_draft_leaves_nothing_and_an_old_version_can_be_taken_up_again() -> None:
    first = in_force()
    second = put_in_force(a_rule())
    draft = ruleset_start(actor=SYSTEM, name="恢复原规则", from_id=first.pk)
    assert not draft.rules.filter(code="garbage").exists()
    ruleset_discard(actor=SYSTEM, rule_set_id=draft.pk)
    assert not RuleSet.objects.filter(pk=draft.pk).exists()
    assert not RoutingRule.objects.filter(rule_set_id=draft.pk).exists()
    with pytest.raises(Conflict, match="rule_set_fixed"):
        ruleset_discard(actor=SYSTEM, rule_set_id=second.pk)
    with pytest.raises(Missing):
        ruleset_start(actor=SYSTEM, name="x", from_id=0)
    with pytest.raises(Invalid, match="name_missing"):
        ruleset_start(actor=SYSTEM, name=" ")


def test_a_rule_may_ask_that_a_dispatcher_accepts_first(city: SmallCity) -> None:
    put_in_force(a_rule(needs_acceptance=True))
    rule = next(each for each in rulebook().rules if each.id == "garbage")
    assert rule.needs_acceptance
    incident = make_incident(city)
    assert (incident.state, incident.owner_level) == ("reported", "street")
    assert not IncidentEvent.objects.filter(incident=incident, verb="dispatch").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_activate_at_the_same_moment_one_wins() -> None:
    small_city()
    draft = make_draft(a_rule())
    barrier, outcomes = Barrier(2), []

    def activate() -> None:
        try:
            barrier.wait()
            ruleset_activate(actor=SYSTEM, rule_set_id=draft.pk, note="整治", unsimulated=True)
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    threads = [Thread(target=activate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "rule_set_fixed"]
    assert Incident.objects.count() == 0
    assert RuleSet.objects.filter(status="active").count() == 1
