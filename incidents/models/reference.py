"""Reference data that staff edit: incident categories and the limits of each colour."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import CLOCK_KINDS, COLOURS, PROCEDURES, SECRET_ROLES, WHISTLE_KINDS
from incidents.rules.durations import Limit, LimitError, parse_limit

_UNREADABLE = _("“%(value)s” is no limit. Write 30min, 2h, 4wh (working hours), 3wd (working days) or 15d.")
_WHY_NOT = {
    "limit_not_positive": _("A time limit must be more than zero, for example 2h."),
    "limit_too_short": _("A time limit must be at least one minute."),
    "limit_too_long": _("A time limit may be at most three years."),
    "limit_not_whole": _("Days and minutes of a time limit must be whole numbers."),
}


def validate_limit(value: str) -> None:
    """Raise ValidationError unless the text is a limit such as 30min, 2h, 4wh, 3wd or 15d. Source: R-31."""
    try:
        parse_limit(value)
    except LimitError as error:
        message = _WHY_NOT.get(error.reason.code, _UNREADABLE)
        raise ValidationError(message, code=error.reason.code, params={"value": value}) from error


class Category(models.Model):
    """What an incident is about, with its default colour, departments and own limits.

    Department codes may be those of local bodies (street, community, property firm), which are no department
    of the organisation tree; hence codes, not foreign keys. `edited_locally` keeps a row from being
    overwritten when reference data is loaded again.
    """

    code = models.CharField(_("code"), max_length=8, unique=True)
    group = models.CharField(_("group"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    colour = models.CharField(_("default colour"), max_length=10, choices=COLOURS)
    lead_department = models.CharField(_("lead department"), max_length=20, blank=True)
    supporting_department = models.CharField(_("supporting department"), max_length=20, blank=True)
    respond_within = models.CharField(_("respond within"), max_length=12, validators=[validate_limit])
    close_within = models.CharField(_("close within"), max_length=12, validators=[validate_limit])
    evidence_required = models.BooleanField(
        _("photo of the result needed"), default=False, help_text=_("Nobody reports it done without one.")
    )
    check_percent = models.PositiveSmallIntegerField(
        _("checked, percent"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("How many of the cases reported done are looked at; empty: as the colour says."),
    )
    neighbours_may_join = models.BooleanField(
        _("neighbours may join"),
        default=False,
        help_text=_(
            "About a thing at a place, never about people: residents who report the same are told that it is "
            "known, and may add themselves to it."
        ),
    )
    handling_note = models.CharField(_("handling note"), max_length=200, blank=True)
    asks_accused = models.BooleanField(
        _("asks which unit it is about"), default=False, help_text=_("For complaints about conduct.")
    )
    is_secret = models.BooleanField(
        _("secret"),
        default=False,
        help_text=_("Only the roles named below see these incidents, each within its own area."),
    )
    secret_roles = ArrayField(
        models.CharField(max_length=40, choices=SECRET_ROLES),
        default=list,
        blank=True,
        verbose_name=_("roles that see them"),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("incident category")
        verbose_name_plural = _("incident categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def respond_limit(self) -> Limit:
        """Return the limit for the first response."""
        return parse_limit(self.respond_within)

    @property
    def close_limit(self) -> Limit:
        """Return the limit for handling."""
        return parse_limit(self.close_within)


class TimeLimit(models.Model):
    """The limit of one clock kind for one colour, where the category has none of its own."""

    colour = models.CharField(_("colour"), max_length=10, choices=COLOURS)
    clock_kind = models.CharField(_("clock"), max_length=10, choices=CLOCK_KINDS)
    limit = models.CharField(_("limit"), max_length=12, validators=[validate_limit])
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["clock_kind", "colour"]
        constraints = [models.UniqueConstraint(fields=["colour", "clock_kind"], name="time_limit_once")]

    def __str__(self) -> str:
        return f"{self.get_colour_display()} · {self.get_clock_kind_display()}: {self.limit}"


class CheckShare(models.Model):
    """How many cases of a colour are checked after they were reported done. Source: R-116."""

    colour = models.CharField(_("colour"), max_length=10, choices=COLOURS, unique=True)
    percent = models.PositiveSmallIntegerField(_("checked, percent"), validators=[MaxValueValidator(100)])
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("share of checks")
        verbose_name_plural = _("shares of checks")
        ordering = ["colour"]

    def __str__(self) -> str:
        return f"{self.get_colour_display()}: {self.percent} %"


class ProcedureRule(models.Model):
    """One number or limit by which procedures are judged, such as how long a case may be given back.

    Source: R-57, R-120, R-122, R-123, R-124, R-129, R-154, R-165.
    """

    code = models.CharField(_("rule"), max_length=24, choices=PROCEDURES, unique=True)
    limit = models.CharField(_("limit"), max_length=12, blank=True, validators=[validate_limit])
    number = models.PositiveSmallIntegerField(
        _("value as a number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("procedure rule")
        verbose_name_plural = _("procedure rules")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(limit="") & Q(number=None)) | (Q(limit="") & Q(number__isnull=False)),
                name="procedure_rule_one_value",
                violation_error_message=_("Give either a limit or a number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.limit or self.number}"


class WhistleLimit(models.Model):
    """What a kind of whistle is called here, the limits it sets each called department, and the street's own.

    `meeting` and `plan` say until when the street has met with the departments and given out tasks; empty:
    this kind does not ask for it. Source: R-51, R-59.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=WHISTLE_KINDS, unique=True)
    name = models.CharField(
        _("called here"), max_length=20, blank=True, help_text=_("Empty: the usual name of the kind.")
    )
    sign = models.CharField(_("sign within"), max_length=12, validators=[validate_limit])
    arrive = models.CharField(_("report in within"), max_length=12, validators=[validate_limit])
    report = models.CharField(_("report done within"), max_length=12, validators=[validate_limit])
    meeting = models.CharField(
        _("joint meeting within"), max_length=12, blank=True, validators=[validate_limit]
    )
    plan = models.CharField(_("plan within"), max_length=12, blank=True, validators=[validate_limit])
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("whistle limit")
        verbose_name_plural = _("whistle limits")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()
