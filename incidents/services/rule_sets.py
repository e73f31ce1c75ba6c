"""The life of a version of the rules: started as a copy, edited, put into force, replaced; or discarded.

Whoever changes rules holds the reference lock, so that nothing is edited while a version is put into force.
"""

from typing import Any

import structlog
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, Missing
from core.locks import LockName, lock_for_transaction
from core.notifications import notify
from incidents.choices import RuleSetStatus, SimulationStatus
from incidents.models import RaisingCondition, RoutingRule, RuleSet, Simulation
from incidents.recipients import grid_office_ids
from incidents.services.rule_report import rule_findings
from incidents.services.rulebook import forget_rulebook
from organizations.policies import require_city

ACTIVATE = "incidents.activate_ruleset"
CHANGE = "incidents.change_ruleset"
_TABLES: tuple[type[models.Model], ...] = (RoutingRule, RaisingCondition)
logger = structlog.get_logger(__name__)


def ruleset_start(*, actor: Actor, name: str, from_id: int | None = None) -> RuleSet:
    """Start the draft as a copy of a version, of the one in force unless named. Source: R-70.

    Raises Conflict where a draft exists already, Missing for an unknown version, Invalid without a name.
    """
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, CHANGE)
        if RuleSet.objects.filter(status=RuleSetStatus.DRAFT).exists():
            raise Conflict("draft_exists", _("There is a draft already. Finish or discard it first."))
        named = _text(name, "name", 80, _("Please say in a few words what is going to change."))
        source = _source(from_id)
        draft = new_draft(named, actor=actor, based_on=source)
        if source is not None:
            copy_rows(source, draft)
    logger.info("rules draft started", rule_set_id=draft.pk, actor_id=actor.user_id)
    return draft


def ruleset_discard(*, actor: Actor, rule_set_id: int) -> None:
    """Remove the draft with its rows and simulations; Conflict for a version that was ever in force."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, CHANGE)
        _draft(rule_set_id).delete()
    logger.info("rules draft discarded", rule_set_id=rule_set_id, actor_id=actor.user_id)


def ruleset_activate(*, actor: Actor, rule_set_id: int, note: str, unsimulated: bool = False) -> RuleSet:
    """Put the draft into force and end the version before it at the same moment. Source: R-71.

    Raises Conflict for a draft with a rule that cannot do what it says, or that nobody has simulated since
    its last edit unless `unsimulated` says that this is meant; Invalid without a reason.
    """
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ACTIVATE)
        draft = _draft(rule_set_id)
        why = _text(note, "note", 500, _("Please say why these rules are put into force."))
        _check_ready(draft, unsimulated=unsimulated)
        put_into_force(draft, actor=actor, note=why)
        _tell(actor, draft)
    logger.info("rules put into force", rule_set_id=draft.pk, number=draft.number, actor_id=actor.user_id)
    return draft


def new_draft(name: str, *, actor: Actor, based_on: RuleSet | None) -> RuleSet:
    """Return a saved, empty draft with the next number; the caller holds the lock."""
    now = clock.now()
    last = RuleSet.objects.aggregate(last=models.Max("number"))["last"] or 0
    return RuleSet.objects.create(
        number=last + 1,
        name=name,
        based_on=based_on,
        created_by_id=actor.user_id,
        created_at=now,
        edited_at=now,
    )


def copy_rows(source: RuleSet, target: RuleSet) -> None:
    """Copy every rule and condition into a draft; four queries."""
    for table in _TABLES:
        manager: Any = table._default_manager
        fields = [field.attname for field in table._meta.concrete_fields if not field.primary_key]
        manager.bulk_create(
            table(**{name: getattr(row, name) for name in fields} | {"rule_set_id": target.pk})
            for row in manager.filter(rule_set=source)
        )


def put_into_force(draft: RuleSet, *, actor: Actor, note: str) -> None:
    """Retire the version in force and let the draft take its place; the caller has checked and locked."""
    now = clock.now()
    RuleSet.objects.filter(status=RuleSetStatus.ACTIVE).update(status=RuleSetStatus.RETIRED, valid_to=now)
    draft.status = RuleSetStatus.ACTIVE
    draft.valid_from = now
    draft.activation_note = note
    draft.activated_by_id = actor.user_id
    draft.save(update_fields=["status", "valid_from", "activation_note", "activated_by"])
    transaction.on_commit(forget_rulebook)


def is_simulated(draft: RuleSet) -> bool:
    """Return whether somebody has finished a simulation of the draft as it is now; one query."""
    return Simulation.objects.filter(
        draft=draft, status=SimulationStatus.DONE, rules_as_of=draft.edited_at
    ).exists()


def _draft(rule_set_id: int) -> RuleSet:
    found = RuleSet.objects.select_for_update().filter(pk=rule_set_id).first()
    if found is None:
        raise Missing("rule_set_missing", _("There is no such version of the rules."))
    if not found.is_draft:
        raise Conflict(
            "rule_set_fixed", _("This version is in force or was: it never changes. Start a new draft.")
        )
    return found


def _source(from_id: int | None) -> RuleSet | None:
    if from_id is None:
        return RuleSet.objects.filter(status=RuleSetStatus.ACTIVE).first()
    found = RuleSet.objects.filter(pk=from_id).first()
    if found is None:
        raise Missing("rule_set_missing", _("There is no such version of the rules."))
    return found


def _check_ready(draft: RuleSet, *, unsimulated: bool) -> None:
    broken = [each for each in rule_findings(draft) if not each.is_hint and each.in_version]
    if broken:
        raise Conflict(
            "rules_broken",
            _("First repair what keeps a rule from doing what it says: %(first)s"),
            params={"first": broken[0].sentence},
        )
    if not unsimulated and not is_simulated(draft):
        raise Conflict(
            "not_simulated",
            _("Nobody has simulated the draft since its last change. Simulate it, or tick that it is meant."),
            field="unsimulated",
        )


def _tell(actor: Actor, rule_set: RuleSet) -> None:
    notify(
        grid_office_ids() - {actor.user_id},
        kind="rules_in_force",
        params={"number": rule_set.number, "name": rule_set.name, "why": rule_set.activation_note},
        dedupe_key=f"rules_in_force:{rule_set.pk}",
    )


def _text(given: str, field: str, longest: int, message: Any) -> str:
    text = given.strip()
    if not text:
        raise Invalid(f"{field}_missing", message, field=field)
    if len(text) > longest:
        raise Invalid(
            f"{field}_too_long",
            _("This text has %(length)s characters; at most %(longest)s are allowed. Please shorten it."),
            field=field,
            params={"length": len(text), "longest": longest},
        )
    return text
