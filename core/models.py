"""Notifications to people, and the log of every look at personal data."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.chain import APPEND


class Notification(models.Model):
    """A message in a person's inbox, written in the transaction of what it tells.

    Holds a kind and its parameters, put into words when it is read. `dedupe_key` makes a
    second writing of the same message a no-op, however often a task is delivered. Until `visible_from` it is
    held back: it is in no inbox and counts nowhere.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        verbose_name=_("recipient"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict)
    url = models.CharField(_("address"), max_length=200, blank=True)
    dedupe_key = models.CharField(_("deduplication key"), max_length=120)
    created_at = models.DateTimeField(_("created"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    visible_from = models.DateTimeField(_("held until"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "dedupe_key"], name="notification_once_per_user"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_inbox"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id}"


class AccessLog(models.Model):
    """One look at masked personal data: who, whose, which field, why and when. Never changed or deleted.

    Written through core.looks. The database itself numbers the rows without a gap and chains them by hash,
    however they are inserted; who inserts holds the advisory lock AUDIT_LOG until the transaction ends, so
    log last, after every row lock. `refused` marks a look that was asked for and not shown.
    Source: R-250.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who looked")
    )
    subject_type = models.CharField(_("kind of object"), max_length=60)
    subject_id = models.BigIntegerField(_("object"))
    field = models.CharField(_("field"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=200)
    at = models.DateTimeField(_("when"))
    refused = models.BooleanField(_("refused"), default=False)
    sequence = models.BigIntegerField(_("number in the log"), unique=True, editable=False)
    previous_hash = models.CharField(_("hash of the row before"), max_length=64, editable=False)
    hash = models.CharField(_("hash"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="access_log_subject"),
            models.Index(fields=["at", "id"], name="access_log_time"),
        ]
        triggers = [
            pgtrigger.Protect(name="access_log_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="access_log_not_emptied",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'the access log is never emptied';",
            ),
            pgtrigger.Trigger(
                name="access_log_chain", when=pgtrigger.Before, operation=pgtrigger.Insert, func=APPEND
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject_type}.{self.field} {self.at:%Y-%m-%d %H:%M}"
