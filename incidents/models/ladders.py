"""The ladder of escalation as rows: how far an incident climbs, and what happens at which share."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import CLOCK_KINDS, COLOURS, LADDER_STEPS, LEVELS
from incidents.rules.escalation import LAST_STEP, MOST_PERCENT, RAN_OUT


class EscalationLadder(models.Model):
    """The levels an incident climbs, lowest first, for one colour, or for all without one of their own."""

    colour = models.CharField(
        _("colour"),
        max_length=10,
        choices=COLOURS,
        blank=True,
        unique=True,
        help_text=_("Empty: every colour that has no ladder of its own."),
    )
    rungs = ArrayField(
        models.CharField(max_length=12, choices=LEVELS), verbose_name=_("levels it climbs, lowest first")
    )
    told = ArrayField(
        models.CharField(max_length=12, choices=LEVELS),
        default=list,
        blank=True,
        verbose_name=_("levels told at every step"),
    )
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("escalation ladder")
        verbose_name_plural = _("escalation ladders")
        ordering = ["colour"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rungs__len__gt=0),
                name="escalation_ladder_has_rungs",
                violation_error_message=_("A ladder needs at least one level."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_colour_display() or _("every colour"))


class LadderStep(models.Model):
    """What happens when that share of a limit is used: who is told, and whether the incident rises.

    The most specific rows hold, and all of them together: those of colour and clock, else of the colour, else
    of the clock, else those of neither. Source: R-82.
    """

    colour = models.CharField(
        _("colour"), max_length=10, choices=COLOURS, blank=True, help_text=_("Empty: every colour.")
    )
    clock_kind = models.CharField(
        _("clock"), max_length=10, choices=CLOCK_KINDS, blank=True, help_text=_("Empty: every clock.")
    )
    step = models.PositiveSmallIntegerField(_("step"), choices=LADDER_STEPS)
    at_percent = models.PositiveSmallIntegerField(
        _("at per cent of the limit"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PERCENT)]
    )
    rises = models.BooleanField(
        _("the incident rises"), default=False, help_text=_("One level; at the top it is supervised.")
    )
    tell_next = models.BooleanField(_("the next level is told"), default=False)
    told = ArrayField(
        models.CharField(max_length=12, choices=LEVELS),
        default=list,
        blank=True,
        verbose_name=_("further levels told"),
    )
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = [F("colour").asc(), F("clock_kind").asc(), "step"]
        constraints = [
            models.UniqueConstraint(
                fields=["colour", "clock_kind", "step"],
                name="ladder_step_once",
                violation_error_message=_("This step is already there for this colour and clock."),
            ),
            models.CheckConstraint(
                condition=Q(step=1, at_percent__lt=100, rises=False)
                | Q(step=RAN_OUT, at_percent=100)
                | Q(step__gt=RAN_OUT, step__lte=LAST_STEP, at_percent__gt=100),
                name="ladder_step_in_its_place",
                violation_error_message=_(
                    "A warning comes before 100 %% and raises nothing; reminders come after it."
                ),
            ),
        ]

    def __str__(self) -> str:
        colour = self.get_colour_display() or _("every colour")
        kind = self.get_clock_kind_display() or _("every clock")
        return f"{colour} · {kind} · {self.at_percent} %"
