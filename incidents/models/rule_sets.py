"""Versions of the rules: one draft at most, one in force, and all that were, with the time each held."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from incidents.choices import RULE_SET_STATUSES, RuleSetStatus


def _set_guard() -> dict[str, Any]:
    """Return the trigger that lets a version in force only retire, and lets nothing change a retired one."""
    return {
        "when": pgtrigger.Before,
        "operation": pgtrigger.Update | pgtrigger.Delete,
        "condition": ~pgtrigger.Q(old__status="draft"),
        "func": (
            "IF TG_OP = 'UPDATE' AND OLD.status = 'active' AND NEW.status = 'retired' "
            "AND to_jsonb(NEW) - 'status' - 'valid_to' = to_jsonb(OLD) - 'status' - 'valid_to' THEN "
            "RETURN NEW; END IF; "
            "RAISE EXCEPTION 'rule set % is in force or was: it never changes', OLD.number "
            "USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_set_guard';"
        ),
    }


def draft_guard() -> dict[str, Any]:
    """Return the trigger that lets rows be written only while their version is a draft. Source: R-70.

    It locks the version, so that nobody puts it into force between the check and the write.
    """
    refuse = (
        "THEN RAISE EXCEPTION 'the rules of a version in force never change' "
        "USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_draft_guard'; END IF; "
    )
    standing = "(SELECT status FROM incidents_ruleset WHERE id = {row}.rule_set_id FOR SHARE) <> 'draft' "
    return {
        "when": pgtrigger.Before,
        "operation": pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        "func": (
            f"IF TG_OP <> 'INSERT' AND {standing.format(row='OLD')}{refuse}"
            f"IF TG_OP <> 'DELETE' AND {standing.format(row='NEW')}{refuse}"
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    }


class RuleSet(models.Model):
    """One version of the routing rules and raising conditions; written only through incidents.services.

    Once in force it never changes: every incident names the version that judged it, and that version must
    read the same years later. `edited_at` is the last change of a draft's rows. Source: R-70.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    name = models.CharField(_("what changes"), max_length=80)
    status = models.CharField(
        pgettext_lazy("rule set", "status"), max_length=8, choices=RULE_SET_STATUSES, default="draft"
    )
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made from")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("started"))
    edited_at = models.DateTimeField(_("last edited"))
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put into force by"),
    )
    activation_note = models.CharField(_("why it was put into force"), max_length=500, blank=True)
    valid_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    valid_to = models.DateTimeField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of the rules")
        verbose_name_plural = _("versions of the rules")
        ordering = ["-number"]
        permissions = [("activate_ruleset", _("Can put rules into force"))]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=RuleSetStatus.DRAFT),
                name="rule_set_one_draft",
                violation_error_message=_("There is a draft already. Finish or discard it first."),
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=RuleSetStatus.ACTIVE), name="rule_set_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(status=RuleSetStatus.DRAFT, valid_from=None, valid_to=None)
                | Q(status=RuleSetStatus.ACTIVE, valid_from__isnull=False, valid_to=None)
                | Q(status=RuleSetStatus.RETIRED, valid_from__isnull=False, valid_to__isnull=False),
                name="rule_set_dates_fit_status",
            ),
        ]
        triggers = [pgtrigger.Trigger(name="rule_set_guard", **_set_guard())]

    def __str__(self) -> str:
        return gettext("version %(number)s · %(name)s") % {"number": self.number, "name": self.name}

    @property
    def is_draft(self) -> bool:
        """Return whether its rules may still be changed."""
        return self.status == RuleSetStatus.DRAFT
