"""The street's whistle, what it may be blown for, and what each department did about it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import REFUSALS, WHISTLE_DUTIES, WHISTLE_GROUNDS, WHISTLE_KINDS
from incidents.models.incidents import Incident
from incidents.models.reference import validate_limit
from incidents.querysets import WhistleItemQuerySet
from incidents.rules.vocabulary import Refused
from incidents.rules.whistle_list import ListItem
from organizations.models import Organization


class WhistleItem(models.Model):
    """One line of the list of what may be whistled; without any line in force everything may. Source: R-57.

    A line fits when the category is named or its group is; empty lists fit everything. Lines without a street
    hold for every street.
    """

    street = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("street"),
        help_text=_("Empty: every street."),
    )
    name = models.CharField(_("name"), max_length=80)
    category_codes = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("categories")
    )
    category_groups = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("category groups")
    )
    grounds = ArrayField(
        models.CharField(max_length=20, choices=WHISTLE_GROUNDS),
        default=list,
        blank=True,
        verbose_name=_("grounds"),
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=WHISTLE_KINDS),
        default=list,
        blank=True,
        verbose_name=_("kinds"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    objects = WhistleItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the whistle list")
        verbose_name_plural = _("whistle list")
        ordering = ["street", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="whistle_item_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def as_item(self) -> ListItem:
        """Return the line as the pure rules read it."""
        return ListItem(
            name=self.name,
            categories=frozenset(self.category_codes),
            groups=frozenset(self.category_groups),
            grounds=frozenset(self.grounds),
            kinds=frozenset(self.kinds),
        )


class Whistle(models.Model):
    """One call of the street to departments over one incident; only residents' verdict ends it.

    `kind` is the present one and `first_kind` the one it was blown with: a whistle only ever rises.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="whistles", verbose_name=_("incident")
    )
    street = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("street")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=WHISTLE_KINDS)
    first_kind = models.CharField(_("kind at first"), max_length=12, choices=WHISTLE_KINDS, blank=True)
    grounds = models.CharField(_("grounds"), max_length=20, choices=WHISTLE_GROUNDS)
    reason = models.TextField(_("why"), max_length=500)
    responsible = models.CharField(_("responsible subject"), max_length=100, blank=True)
    standard = models.TextField(_("handling standard"), max_length=500)
    response_limit = models.CharField(_("response limit"), max_length=12, validators=[validate_limit])
    blown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("blown by")
    )
    blown_at = models.DateTimeField(_("blown"))
    raised_at = models.DateTimeField(_("last raised"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    # What the city calls the kinds; filled by the selector.
    kind_name: str = ""
    first_kind_name: str = ""

    class Meta:
        verbose_name = _("whistle")
        verbose_name_plural = _("whistles")
        ordering = ["-blown_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(ended_at=None), name="whistle_one_running_per_incident"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.get_kind_display()}"


class WhistleResponse(models.Model):
    """One department's answer: signed, reported in, reported done, each with its moment; or its refusal.

    A released department owes nothing any more; its row stays as what was asked of whom.
    """

    whistle = models.ForeignKey(
        Whistle, on_delete=models.CASCADE, related_name="responses", verbose_name=_("whistle")
    )
    department = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="whistle_responses", verbose_name=_("department")
    )
    is_lead = models.BooleanField(_("lead department"), default=False)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    reported_in_at = models.DateTimeField(_("reported in"), null=True, blank=True)
    done_at = models.DateTimeField(_("reported done"), null=True, blank=True)
    done_note = models.TextField(_("what was done"), max_length=1000, blank=True)
    refusal = models.CharField(_("refusal"), max_length=10, choices=REFUSALS, default=Refused.NOT)
    refused_at = models.DateTimeField(_("refused the call at"), null=True, blank=True)
    refusal_reason = models.TextField(_("why it refuses"), max_length=500, blank=True)
    refusal_basis = models.TextField(_("basis of the refusal"), max_length=500, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("whistle response")
        verbose_name_plural = _("whistle responses")
        ordering = ["-is_lead", "id"]
        constraints = [
            models.UniqueConstraint(fields=["whistle", "department"], name="whistle_response_once"),
            models.UniqueConstraint(
                fields=["whistle"], condition=Q(is_lead=True), name="whistle_response_one_lead"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(is_lead=False), name="whistle_response_lead_stays"
            ),
            models.CheckConstraint(
                condition=Q(refusal=Refused.NOT) | Q(refused_at__isnull=False),
                name="whistle_response_refusal_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["department"], condition=Q(done_at=None), name="whistle_response_pending"),
            models.Index(
                fields=["refusal"],
                condition=Q(refusal__in=(Refused.STATED, Refused.CONTESTED)),
                name="whistle_response_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} · {self.department_id}"


class WhistleDuty(models.Model):
    """What the street itself owes after a whistle, with its limit: the meeting, the plan. Source: R-59.

    Told once when the limit passes: `reminded_at` is set in the transaction that writes the messages.
    """

    whistle = models.ForeignKey(
        Whistle, on_delete=models.CASCADE, related_name="duties", verbose_name=_("whistle")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=WHISTLE_DUTIES)
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    class Meta:
        verbose_name = _("duty of the whistling street")
        verbose_name_plural = _("duties of the whistling street")
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["whistle", "kind"], name="whistle_duty_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(done_at=None, reminded_at=None),
                name="whistle_duty_to_remind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} · {self.kind}"
