"""Rules put into force in a test: through a draft, as staff do it."""

from typing import Any

from core import clock
from core.actor import SYSTEM
from incidents.models import RaisingCondition, RoutingRule, RuleSet
from incidents.services.rule_rows import rule_row_save
from incidents.services.rule_sets import ruleset_activate, ruleset_start


def make_draft(*rows: RoutingRule | RaisingCondition, name: str = "试行调整") -> RuleSet:
    """Start a draft from the version in force and add rows to it."""
    draft = ruleset_start(actor=SYSTEM, name=name)
    for row in rows:
        rule_row_save(actor=SYSTEM, row=row)
    draft.refresh_from_db()
    return draft


def put_in_force(*rows: RoutingRule | RaisingCondition) -> RuleSet:
    """Put a new version with these further rows into force."""
    draft = make_draft(*rows)
    return ruleset_activate(actor=SYSTEM, rule_set_id=draft.pk, note="测试", unsimulated=True)


def a_rule(**values: Any) -> RoutingRule:
    """Return an unsaved rule: garbage goes to its street, before all other rules."""
    known = {
        "code": "garbage",
        "name": "垃圾由街道受理",
        "order": 5,
        "category_codes": ["0101"],
        "owner_level": "street",
        "valid_from": clock.today(),
    }
    return RoutingRule(**known | values)


def a_condition(**values: Any) -> RaisingCondition:
    """Return an unsaved raising condition for all categories."""
    known = {"code": "tried", "name": "试行条件", "keywords": ["试行"], "raise_to": "orange"}
    return RaisingCondition(**known | values)
