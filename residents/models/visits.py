"""Visits at the door, what families said there, and what they were answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from residents.choices import NeedKind, NeedState, VisitOutcome
from residents.models.households import Household
from residents.models.people import Person
from residents.querysets import NeedQuerySet, OfHouseholdQuerySet, OfNeedQuerySet

_MET = Q(outcome=VisitOutcome.MET)
_OPEN = Q(state=NeedState.OPEN)


class Visit(models.Model):
    """One knock at a door; written only through residents.services.

    `confirmed` says that the list of people was read out and right. `client_key` is made by the form: the
    same key again saves nothing new, and `content_mark` tells whether the same was sent under it.
    """

    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        related_name="visits",
        db_index=False,
        verbose_name=_("household"),
    )
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("visitor"),
    )
    at = models.DateTimeField(_("when"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=VisitOutcome)
    confirmed = models.BooleanField(_("people confirmed"), default=False)
    note_sealed = models.TextField(_("note"), blank=True, editable=False)
    client_key = models.UUIDField(_("key of the form"), null=True, blank=True, unique=True, editable=False)
    content_mark = models.CharField(_("mark of the content"), max_length=32, blank=True, editable=False)

    objects = OfHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-at", "-id"]
        permissions = [("record_visit", "Can record visits to households")]
        constraints = [
            models.CheckConstraint(condition=_MET | Q(confirmed=False), name="visit_confirmed_by_somebody")
        ]
        indexes = [
            models.Index(fields=["household", "-at", "-id"], name="visit_household"),
            models.Index(fields=["at"], include=["household"], condition=_MET, name="visit_met"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.outcome} {self.at:%Y-%m-%d %H:%M}"


class Need(models.Model):
    """One thing a family said, until they have been told the answer; sealed text, its kind in the clear.

    A problem is an incident of the layer above, named by its number. `answer_sealed` is the answer that
    holds now; answers the family did not accept are NeedReopening.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="needs", verbose_name=_("visit"))
    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        related_name="needs",
        db_index=False,
        verbose_name=_("household"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=NeedKind)
    text_sealed = models.TextField(_("what was said"), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=NeedState, default=NeedState.OPEN)
    category = models.CharField(_("category of the incident"), max_length=8, blank=True)
    incident_id = models.BigIntegerField(_("key of the incident"), null=True, blank=True, editable=False)
    incident_number = models.CharField(_("number of the incident"), max_length=16, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    answer_sealed = models.TextField(_("answer"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    fed_back_visit = models.ForeignKey(
        Visit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fed_back_needs",
        verbose_name=_("told on the visit"),
    )
    fed_back_at = models.DateTimeField(_("told"), null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["recorded_at", "id"]
        permissions = [("answer_need", "Can answer what families said at the door")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=NeedKind.PROBLEM) ^ Q(incident_number=""), name="need_problem_is_incident"
            ),
            models.CheckConstraint(
                condition=Q(incident_number="") ^ Q(incident_id__isnull=False), name="need_incident_whole"
            ),
            models.CheckConstraint(condition=_OPEN ^ Q(answered_at__isnull=False), name="need_answered_at"),
            models.CheckConstraint(
                condition=Q(state=NeedState.FED_BACK, fed_back_visit__isnull=False, fed_back_at__isnull=False)
                | (~Q(state=NeedState.FED_BACK) & Q(fed_back_visit=None, fed_back_at=None)),
                name="need_fed_back_on_a_visit",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "recorded_at", "id"], name="need_household"),
            models.Index(
                fields=["household"], condition=Q(state=NeedState.ANSWERED), name="need_to_feed_back"
            ),
            models.Index(
                fields=["incident_id"], condition=Q(incident_id__isnull=False) & _OPEN, name="need_incident"
            ),
            models.Index(fields=["state", "recorded_at", "id"], name="need_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recorded_at:%Y-%m-%d}"


class NeedReopening(models.Model):
    """An answer that a family did not accept, and what they said; a problem's earlier incident with it."""

    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, related_name="reopenings", verbose_name=_("need")
    )
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+", verbose_name=_("visit"))
    at = models.DateTimeField(_("when"))
    answer_sealed = models.TextField(_("answer"), editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"))
    reply_sealed = models.TextField(_("what the family said"), editable=False)
    incident_number = models.CharField(_("number of the incident"), max_length=16, blank=True)

    objects = OfNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer not accepted")
        verbose_name_plural = _("answers not accepted")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.need_id} {self.at:%Y-%m-%d}"
