"""A person's file: what is known now, sealed where it identifies."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.pairs import TextPairs
from residents.choices import (
    DOCUMENT_KINDS,
    GENDERS,
    Kinship,
    LifeState,
    PoliticalStatus,
    PopulationType,
    Source,
)
from residents.models.households import Household
from residents.models.places import Placed
from residents.querysets import PersonQuerySet
from residents.rules.documents import DocumentKind, Gender
from residents.rules.names import LONGEST_NAME

_PRESENT = Q(state=LifeState.LIVING)


class Person(Placed):
    """One person; written only through residents.services.

    Where somebody lives now is the row's `household`, `kinship` and `lived_since`; earlier ones are
    PastResidence. `registered_household` is where the household register keeps them: the two differ for who
    lives apart from it. Numbers are sealed (residents.sealing); the marks beside them are keyed and
    one-way, for finding.
    `source` and `as_of` tell of the whole row, `field_sources` of fields that came otherwise:
    {"phone": ["public", "2026-11-01"]}.
    """

    # Compared by code point, so that one index serves equality, beginnings and order in every database.
    name = models.CharField(_("name"), max_length=LONGEST_NAME, db_collation="C")
    pinyin = models.CharField(_("sounds"), max_length=200, blank=True, editable=False, db_collation="C")
    initials = models.CharField(
        _("first letters"), max_length=LONGEST_NAME, blank=True, editable=False, db_collation="C"
    )
    gender = models.CharField(_("gender"), max_length=1, choices=GENDERS, default=Gender.UNKNOWN)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    document_kind = models.CharField(
        _("document"), max_length=18, choices=DOCUMENT_KINDS, default=DocumentKind.RESIDENT_ID
    )
    document_sealed = models.TextField(_("document number"), blank=True, editable=False)
    document_mark = models.UUIDField(_("mark of the document"), null=True, blank=True, editable=False)
    phone_sealed = models.TextField(_("phone"), blank=True, editable=False)
    phone_mark = models.UUIDField(_("mark of the phone"), null=True, blank=True, editable=False)
    phone_tail_mark = models.UUIDField(
        _("mark of the phone's last four digits"), null=True, blank=True, editable=False
    )
    population_type = models.CharField(
        _("population type"), max_length=12, choices=PopulationType, default=PopulationType.REGISTERED
    )
    political_status = models.CharField(
        _("political status"),
        max_length=6,
        choices=PoliticalStatus,
        blank=True,
        default=PoliticalStatus.UNSTATED,
    )
    registered_division = models.CharField(_("division of the register"), max_length=12, blank=True)
    registered_household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registered_people",
        db_index=False,
        verbose_name=_("household of the register"),
    )
    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("household"),
    )
    kinship = models.CharField(
        _("relation to the head"), max_length=14, choices=Kinship, default=Kinship.HEAD
    )
    lived_since = models.DateField(_("lives here since"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LifeState, default=LifeState.LIVING)
    ended_on = models.DateField(_("died or left on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_files",
        db_index=False,
        verbose_name=_("merged into"),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.COLLECTED)
    as_of = models.DateField(_("as of"))
    field_sources = models.JSONField(_("sources of fields"), default=dict, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["id"]
        permissions = [
            ("register_person", "Can register and correct people and households"),
            ("reveal_person", "Can see numbers of people for a purpose"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["document_kind", "document_mark"],
                condition=Q(document_mark__isnull=False) & ~Q(state=LifeState.MERGED),
                name="person_document_once",
                violation_error_message=_("Somebody with this document is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(state=LifeState.MERGED) ^ Q(merged_into=None), name="person_merged_into_somebody"
            ),
            models.CheckConstraint(condition=_PRESENT | Q(household=None), name="person_gone_lives_nowhere"),
            models.CheckConstraint(condition=_PRESENT ^ Q(ended_on__isnull=False), name="person_gone_since"),
        ]
        indexes = [
            models.Index(
                fields=["document_mark"], condition=Q(document_mark__isnull=False), name="person_document"
            ),
            models.Index(fields=["phone_mark"], condition=Q(phone_mark__isnull=False), name="person_phone"),
            models.Index(
                fields=["phone_tail_mark"],
                condition=Q(phone_tail_mark__isnull=False),
                name="person_phone_tail",
            ),
            models.Index(
                fields=["registered_household"],
                condition=Q(registered_household__isnull=False),
                name="person_registered_household",
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_merged"
            ),
            models.Index(fields=["community", "name", "id"], name="person_community_name"),
            models.Index(fields=["name", "id"], name="person_name"),
            models.Index(fields=["pinyin", "id"], name="person_pinyin"),
            models.Index(fields=["initials", "id"], name="person_initials"),
            GinIndex(OpClass(TextPairs("name"), "array_ops"), name="person_name_pairs"),
            models.Index(fields=["name", "birth_date"], condition=_PRESENT, name="person_same_name"),
        ]

    def __str__(self) -> str:
        return self.name
