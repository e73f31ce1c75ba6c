"""Tables of people handed in: the job, its sealed pieces, what it refused, replaced and left."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from residents.choices import Source
from residents.models.people import Person
from residents.querysets import OwnWorkQuerySet


class ImportState(models.TextChoices):
    """How far an import is."""

    MAPPING = "mapping", _("columns to be named")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("stopped")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")


class LeftReason(models.TextChoices):
    """Why the undoing of an import has left somebody as they are."""

    CHANGED = "changed", _("changed since the import")
    IN_USE = "in_use", _("others refer to this file")
    TAKEN = "taken", _("the former document belongs to somebody else by now")


class PeopleImport(models.Model):
    """One file. `next_chunk` is how far it is: written in the transaction of the pieces before it.

    `mapping` names the column of each field, by place from 0. `community` is where rows belong that name
    none. The four counts of rows add up to `row_count` once it is finished.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("for")
    )
    community = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community of rows that name none"),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.SHARED)
    as_of = models.DateField(_("as of"))
    file_name = models.CharField(_("file"), max_length=120)
    headings = models.JSONField(_("column titles"), default=list)
    mapping = models.JSONField(_("columns"), default=dict)
    state = models.CharField(_("state"), max_length=9, choices=ImportState, default=ImportState.MAPPING)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    chunk_count = models.PositiveIntegerField(_("pieces"), default=0)
    next_chunk = models.PositiveIntegerField(_("next piece"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    removed = models.PositiveIntegerField(_("removed again"), default=0)
    restored = models.PositiveIntegerField(_("restored"), default=0)
    left = models.PositiveIntegerField(_("left as they are"), default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("imported by")
    )
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)

    objects = OwnWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        ordering = ["-created_at", "-id"]
        permissions = [("import_people", "Can import people from files")]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_chunk__lte=models.F("chunk_count")), name="people_import_within_file"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="people_import_newest"),
            models.Index(fields=["created_by", "-created_at", "-id"], name="people_import_own"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=[ImportState.RUNNING, ImportState.UNDOING]),
                name="people_import_at_work",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportChunk(models.Model):
    """Some rows of a file. `sealed` holds them until they are worked off; then what they became stands here.

    The keys of what was added are what undoing the import removes.
    """

    job = models.ForeignKey(
        PeopleImport, on_delete=models.CASCADE, related_name="chunks", verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("number"))
    row_count = models.PositiveIntegerField(_("rows"))
    sealed = models.TextField(_("rows, sealed"), blank=True)
    person_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    household_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    dwelling_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("piece of an import")
        verbose_name_plural = _("pieces of imports")
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_chunk_once")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


class RefusedRow(models.Model):
    """A row that was not taken: its cells, sealed, and why: pairs of field and problem."""

    job = models.ForeignKey(
        PeopleImport, on_delete=models.CASCADE, related_name="refusals", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    sealed = models.TextField(_("cells"), blank=True)
    problems = models.JSONField(_("why not"), default=list)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        constraints = [models.UniqueConstraint(fields=["job", "line"], name="refused_row_once")]

    def __str__(self) -> str:
        return f"{self.job_id}:{self.line}"


class ImportChange(models.Model):
    """What an import replaced in a file: the former columns, sealed, and the version it made."""

    job = models.ForeignKey(
        PeopleImport, on_delete=models.CASCADE, related_name="changes", verbose_name=_("import")
    )
    chunk = models.PositiveIntegerField(_("piece"))
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="import_changes", verbose_name=_("person")
    )
    sealed = models.TextField(_("former values"), blank=True)
    version = models.PositiveIntegerField(_("version"))

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        constraints = [models.UniqueConstraint(fields=["job", "person"], name="import_change_once")]
        indexes = [models.Index(fields=["job", "chunk"], name="import_change_chunk")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.person_id}"


class ImportLeft(models.Model):
    """Somebody whom undoing an import has left as they are, and why."""

    job = models.ForeignKey(
        PeopleImport, on_delete=models.CASCADE, related_name="left_people", verbose_name=_("import")
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    reason = models.CharField(_("why"), max_length=10, choices=LeftReason)

    class Meta:
        verbose_name = _("person left by an undoing")
        verbose_name_plural = _("people left by undoings")
        constraints = [models.UniqueConstraint(fields=["job", "person"], name="import_left_once")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.person_id} {self.reason}"


class ColumnMapping(models.Model):
    """How an organisation has named the columns of tables with these titles the last time."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", verbose_name=_("for")
    )
    headings_mark = models.CharField(_("mark of the titles"), max_length=32)
    mapping = models.JSONField(_("columns"), default=dict)
    used_at = models.DateTimeField(_("last used"))

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [
            models.UniqueConstraint(fields=["organization", "headings_mark"], name="column_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.headings_mark}"
