"""What people ask about their own data: to see it, to have it corrected, to have it deleted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from residents.models.people import Person
from residents.querysets import OfPersonQuerySet


class RequestKind(models.TextChoices):
    """What is asked for (个人信息保护法 arts. 45–47)."""

    SEE = "see", _("see what is kept")
    CORRECT = "correct", _("have it corrected")
    DELETE = "delete", _("have it deleted")


class RequestState(models.TextChoices):
    """What has become of it."""

    OPEN = "open", _("to be decided")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("not granted")


_OPEN = Q(state=RequestState.OPEN)


class SubjectRequest(models.Model):
    """One request of a person about their own data; written only through residents.services.requests.

    `details_sealed` is what they said. Source: R-255.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="requests", verbose_name=_("person")
    )
    kind = models.CharField(_("what is asked for"), max_length=8, choices=RequestKind)
    details_sealed = models.TextField(_("what was said"), blank=True, editable=False)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=8, choices=RequestState, default=RequestState.OPEN)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    grounds = models.CharField(_("grounds"), max_length=200, blank=True)

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about one's own data")
        verbose_name_plural = _("requests about one's own data")
        ordering = ["due_on", "id"]
        permissions = [("decide_subjectrequest", "Can decide requests of people about their own data")]
        constraints = [
            models.CheckConstraint(
                condition=_OPEN ^ (Q(decided_at__isnull=False) & ~Q(grounds="")),
                name="subject_request_decided_with_grounds",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=_OPEN,
                name="subject_request_open_once",
                violation_error_message=_("The same request of this person waits to be decided already."),
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], condition=_OPEN, name="subject_request_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
