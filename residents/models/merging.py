"""Which files were found to be of one person, with all that is needed to take it back; and which are not."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from residents.models.people import Person
from residents.querysets import MergeQuerySet


class MergeRecord(models.Model):
    """One file merged into another: `moved` names the rows that changed hands, by kind.

    `before` is where the merged file lived, `filled` which empty fields of the kept file it filled and what
    these held; neither has a number in the clear.
    """

    kept = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="merges_kept", verbose_name=_("file kept")
    )
    gone = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="merges_gone", verbose_name=_("file merged into it")
    )
    reason = models.CharField(_("reason"), max_length=200)
    merged_at = models.DateTimeField(_("when"))
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    before = models.JSONField(_("before"), default=dict, editable=False)
    filled = models.JSONField(_("fields filled"), default=dict, editable=False)
    moved = models.JSONField(_("rows moved"), default=dict, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merging of two files")
        verbose_name_plural = _("mergings of files")
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="merge_record_once"),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_record_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"


class DistinctPeople(models.Model):
    """Two files that look alike and are of two people, as somebody found out; `first` has the smaller id."""

    first = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("first file")
    )
    second = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("second file")
    )
    decided_at = models.DateTimeField(_("when"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        verbose_name = _("two different people")
        verbose_name_plural = _("different people")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_people_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinct_people_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
