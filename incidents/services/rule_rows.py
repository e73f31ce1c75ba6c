"""Changing the rows that staff edit: categories, limits, the calendar, and in a draft the rules."""

from typing import TypeVar, cast

import structlog
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Missing
from core.locks import LockName, lock_for_transaction
from incidents.models import (
    CalendarDay,
    Category,
    LadderStep,
    QuietHours,
    RaisingCondition,
    RoutingRule,
    RuleSet,
    UnitCalendar,
    WhistleItem,
    WorkShift,
)
from incidents.services.rule_checks import RuleRow, check_rule_row, place_in_draft
from incidents.services.rule_closings import report_ended_category
from incidents.services.rulebook import forget_rulebook
from incidents.services.secrecy import category_save
from organizations.policies import require, require_city

Row = TypeVar("Row", bound=RuleRow)
logger = structlog.get_logger(__name__)


def rule_row_save(*, actor: Actor, row: Row) -> Row:
    """Add or change one row and mark it as edited here, so that loading reference data keeps it.

    Waits for a running load of reference data. Raises Invalid naming the field, Missing for a row removed
    meanwhile, Denied without the permission for the whole city, or for a street's own list at that street,
    Conflict for a rule outside the draft. A category that is switched off is reported with the rules that
    name it. Source: R-23, R-70, R-75, R-167.
    """
    meta = row._meta
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        _check_permitted(actor, row)
        _check_still_there(row)
        place_in_draft(row)
        check_rule_row(row)
        if not isinstance(row, WorkShift):
            row.edited_locally = True
        ended = isinstance(row, Category) and _is_ended(row)
        if isinstance(row, Category) and row.pk is not None:
            category_save(row)
        else:
            row.save()
        if isinstance(row, RoutingRule | RaisingCondition):
            RuleSet.objects.filter(pk=row.rule_set_id).update(edited_at=clock.now())
        if ended:
            report_ended_category(cast("Category", row))
        transaction.on_commit(forget_rulebook)
    logger.info("rule row saved", table=meta.model_name, row_id=row.pk, actor_id=actor.user_id)
    return row


def rule_row_remove(
    *, actor: Actor, row: CalendarDay | WorkShift | UnitCalendar | LadderStep | QuietHours
) -> None:
    """Remove a row by which only time is counted; all else is switched off, because incidents refer to it.

    A unit's calendar goes with its days and shifts. Raises Conflict for the city's own calendar and for its
    last usual shift: without working hours no limit in working time ever ends.
    """
    meta = row._meta
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, f"{meta.app_label}.delete_{meta.model_name}")
        _check_still_there(row)
        if isinstance(row, WorkShift) and _is_last(row):
            raise Conflict("last_shift", _("One shift must stay: without it working hours never pass."))
        if isinstance(row, UnitCalendar) and row.organization_id is None:
            raise Conflict("last_calendar", _("The city's calendar must stay: it holds for everyone else."))
        pk = row.pk
        row.delete()
        transaction.on_commit(forget_rulebook)
    logger.info("rule row removed", table=meta.model_name, row_id=pk, actor_id=actor.user_id)


def _check_permitted(actor: Actor, row: RuleRow) -> None:
    """Raise Denied unless the row is the actor's to change: the city's, but for a street's own whistle list.

    A line is moved neither out of nor into a street that is not theirs. Source: R-167.
    """
    permission = f"{row._meta.app_label}.{'add' if row.pk is None else 'change'}_{row._meta.model_name}"
    if not isinstance(row, WhistleItem):
        require_city(actor, permission)
        return
    stored = WhistleItem.objects.filter(pk=row.pk).select_related("street")
    for line in (row, *stored):
        if line.street is None:
            require_city(actor, permission)
        else:
            require(actor, permission, line.street)


def _is_last(row: WorkShift) -> bool:
    usual = WorkShift.objects.filter(calendar=None, weekday=None)
    return usual.filter(pk=row.pk).exists() and not usual.exclude(pk=row.pk).exists()


def _is_ended(category: Category) -> bool:
    """Return whether this save switches the category off."""
    used = Category.objects.filter(pk=category.pk, is_active=True)
    return not category.is_active and used.exists()


def _check_still_there(row: models.Model) -> None:
    if row.pk is not None and not type(row)._default_manager.filter(pk=row.pk).exists():
        raise Missing("rule_row_missing", _("This entry has been removed meanwhile."))
