"""Changing the rows that staff edit: categories, limits, raising conditions, routing rules, the calendar."""

from typing import TypeVar

import structlog
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Conflict, Missing
from core.locks import LockName, lock_for_transaction
from incidents.models import CalendarDay, Category, WorkShift
from incidents.services.rule_checks import RuleRow, check_rule_row
from incidents.services.rulebook import forget_rulebook
from incidents.services.secrecy import category_save
from organizations.policies import require_city

Row = TypeVar("Row", bound=RuleRow)
logger = structlog.get_logger(__name__)


def rule_row_save(*, actor: Actor, row: Row) -> Row:
    """Add or change one row and mark it as edited here, so that loading reference data keeps it.

    Waits for a running load of reference data. Raises Invalid naming the field, Missing for a row removed
    meanwhile, Denied without the permission for the whole city. Source: R-23.
    """
    meta = row._meta
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, f"{meta.app_label}.{'add' if row.pk is None else 'change'}_{meta.model_name}")
        _check_still_there(row)
        check_rule_row(row)
        if not isinstance(row, WorkShift):
            row.edited_locally = True
        if isinstance(row, Category) and row.pk is not None:
            category_save(row)
        else:
            row.save()
        transaction.on_commit(forget_rulebook)
    logger.info("rule row saved", table=meta.model_name, row_id=row.pk, actor_id=actor.user_id)
    return row


def rule_row_remove(*, actor: Actor, row: CalendarDay | WorkShift) -> None:
    """Remove a day or a shift; everything else is switched off instead, because incidents refer to it.

    Raises Conflict for the last shift: without working hours no limit in working time ever ends.
    """
    meta = row._meta
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, f"{meta.app_label}.delete_{meta.model_name}")
        _check_still_there(row)
        if isinstance(row, WorkShift) and not WorkShift.objects.exclude(pk=row.pk).exists():
            raise Conflict("last_shift", _("One shift must stay: without it working hours never pass."))
        pk = row.pk
        row.delete()
        transaction.on_commit(forget_rulebook)
    logger.info("rule row removed", table=meta.model_name, row_id=pk, actor_id=actor.user_id)


def _check_still_there(row: models.Model) -> None:
    if row.pk is not None and not type(row)._default_manager.filter(pk=row.pk).exists():
        raise Missing("rule_row_missing", _("This entry has been removed meanwhile."))
