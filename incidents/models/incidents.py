"""The incident itself: one wide row that lists and queues read without joins."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Building, Grid
from incidents.choices import (
    CHANNELS,
    COLOURS,
    IMPORTANCES,
    LEVELS,
    PENDING,
    STATES,
    URGENCIES,
    VERDICTS,
)
from incidents.models.guards import follow_openness, secret_copy, state_guard
from incidents.models.reference import Category
from incidents.models.rule_rows import RoutingRule
from incidents.models.rule_sets import RuleSet
from incidents.querysets import IncidentQuerySet
from incidents.rules.vocabulary import Colour, Level, State, Verb
from incidents.rules.workflow import CLOSED_STATES, DATED_STATES, OPEN_STATES, transition
from organizations.models import Organization

_OPEN = Q(state__in=sorted(OPEN_STATES))
_CLOSED = Q(state__in=sorted(CLOSED_STATES))


class Incident(models.Model):
    """One incident; written only through incidents.services.

    `community` and `street` repeat what the grid implies, so that visibility costs one indexed column.
    The owner is `owner_organization`, except at level grid, where it is the workers of `grid` and
    `owner_organization` is their community. `due_at` is the limit now running for the owner; `first_due_at`
    the one first set, by which on-time is judged. `version` rises with every change, so that a form made from
    an older row is refused. `first_contact` (none: the system) and `first_unit` stay what they were at the
    start. Who is of `accused_organization` neither sees it nor gets it. `lookup_digest` is a keyed one-way
    mark of the reporter's lookup code,
    `caller_mark` one of their phone, `content_mark` one of what a program sent under its `client_key`.
    """

    number = models.CharField(_("number"), max_length=16, unique=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    description = models.TextField(_("what happened"), max_length=2000)
    address = models.CharField(_("place in words"), max_length=200, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=7, null=True, blank=True)
    grid = models.ForeignKey(
        Grid, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("building"),
    )
    community = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community"),
    )
    street = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("street"),
    )

    state = models.CharField(_("state"), max_length=16, choices=STATES, default=State.REPORTED)
    colour = models.CharField(_("colour"), max_length=10, choices=COLOURS)
    colour_rank = models.PositiveSmallIntegerField(_("colour rank"))
    importance = models.CharField(_("importance"), max_length=6, choices=IMPORTANCES, blank=True)
    urgency = models.CharField(_("urgency"), max_length=6, choices=URGENCIES, blank=True)
    casualties = models.BooleanField(_("somebody is hurt"), default=False)
    in_danger = models.BooleanField(_("somebody is in danger"), default=False)
    people_count = models.PositiveIntegerField(_("people concerned"), null=True, blank=True)
    owner_level = models.CharField(_("owner level"), max_length=12, choices=LEVELS)
    owner_organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    lead_department = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead department"),
    )
    routing_rule = models.ForeignKey(
        RoutingRule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("routing rule"),
    )
    rule_set = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("judged by"),
    )
    is_whistled = models.BooleanField(_("whistled"), default=False)
    open_tasks = models.PositiveSmallIntegerField(_("open tasks of joint sessions"), default=0)
    is_supervised = models.BooleanField(_("supervised"), default=False)
    rework_count = models.PositiveSmallIntegerField(_("times rectified"), default=0)
    false_completions = models.PositiveSmallIntegerField(_("times claimed but not done"), default=0)
    return_count = models.PositiveSmallIntegerField(_("times given back"), default=0)
    was_arbitrated = models.BooleanField(_("decided by the grid office"), default=False)
    arbitration_due = models.BooleanField(_("waits for the grid office"), default=False)
    return_until = models.DateTimeField(_("may be given back until"), null=True, blank=True)
    extension_count = models.PositiveSmallIntegerField(_("times extended"), default=0)
    pending_application = models.CharField(
        _("applied for"), max_length=10, choices=PENDING, blank=True, default=""
    )
    appeal_waits = models.BooleanField(_("an appeal waits"), default=False, db_default=False, editable=False)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("merged into"),
    )
    child_count = models.PositiveIntegerField(_("merged into this one"), default=0)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported done by"),
    )
    verdict = models.CharField(_("verdict"), max_length=14, choices=VERDICTS, blank=True)

    channel = models.CharField(_("channel"), max_length=20, choices=CHANNELS)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reporting staff"),
    )
    reporter_name_sealed = models.TextField(_("reporter's name"), blank=True)
    reporter_phone_sealed = models.TextField(_("reporter's phone"), blank=True)
    lookup_digest = models.CharField(_("mark of the lookup code"), max_length=32, blank=True)
    is_anonymous = models.BooleanField(_("reported anonymously"), default=False, db_default=False)
    # Repeats the category's, so that visibility needs no join; a trigger keeps it true.
    is_secret = models.BooleanField(_("secret"), default=False, db_default=False)
    accused_organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit the report is about"),
    )
    first_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first person asked"),
    )
    first_unit = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first unit assigned"),
    )
    caller_mark = models.CharField(
        _("mark of the phone"), max_length=32, blank=True, default="", db_default=""
    )
    origin_note = models.CharField(
        _("where it was raised"), max_length=120, blank=True, default="", db_default=""
    )
    external_system = models.CharField(
        _("other system"), max_length=40, blank=True, default="", db_default=""
    )
    external_number = models.CharField(
        _("number in the other system"), max_length=64, blank=True, default="", db_default=""
    )
    content_mark = models.CharField(
        _("mark of what was sent"), max_length=32, blank=True, default="", db_default=""
    )
    client_key = models.UUIDField(
        _("key of the form"), null=True, blank=True, unique=True, help_text=_("A form sent twice files once.")
    )

    reported_at = models.DateTimeField(_("reported"))
    registered_at = models.DateTimeField(_("registered at"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("last dispatched"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"))
    first_due_at = models.DateTimeField(_("first due"))
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-reported_at", "-id"]
        permissions = [
            ("file_incident", _("Can report incidents")),
            ("handle_incident", _("Can sign for and handle incidents")),
            ("dispatch_incident", _("Can dispatch incidents to other units")),
            ("blow_whistle", _("Can blow the street's whistle")),
            ("answer_whistle", _("Can answer a whistle for a department")),
            ("verify_incident", _("Can ask residents and record their verdict")),
            ("check_incident", _("Can check whether reported work was done")),
            ("approve_application", _("Can decide on more time and on setting aside")),
            ("hold_session", _("Can call joint meetings and keep their minutes")),
            ("comment_incident", _("Can comment on incidents")),
            ("reveal_reporter", _("Can see the reporter's name and phone, with a purpose")),
            ("run_desk", _("Can take calls at the hotline desk")),
            ("import_incidents", _("Can import incidents from another system")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="incident_state_known"),
            models.CheckConstraint(condition=Q(colour__in=list(Colour)), name="incident_colour_known"),
            models.CheckConstraint(condition=Q(colour_rank__range=(1, 4)), name="incident_colour_rank_known"),
            models.CheckConstraint(
                condition=Q(owner_level__in=list(Level)), name="incident_owner_level_known"
            ),
            models.CheckConstraint(
                condition=~Q(owner_level=Level.GRID) | Q(grid__isnull=False),
                name="incident_grid_owner_has_grid",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(DATED_STATES)) | Q(closed_at__isnull=False),
                name="incident_closed_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(owner_organization=F("accused_organization"))
                & ~Q(lead_department=F("accused_organization")),
                name="incident_accused_never_holds",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(reporter_name_sealed="", reporter_phone_sealed=""),
                name="incident_anonymous_has_no_name",
            ),
            models.UniqueConstraint(
                fields=["lookup_digest"], condition=~Q(lookup_digest=""), name="incident_lookup_unique"
            ),
            models.UniqueConstraint(
                fields=["external_number", "external_system"],
                condition=~Q(external_number=""),
                name="incident_external_unique",
            ),
            models.CheckConstraint(
                condition=Q(external_system="", external_number="")
                | (~Q(external_system="") & ~Q(external_number="")),
                name="incident_external_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["street", "-reported_at", "-id"], condition=_OPEN, name="inc_open_street_new"
            ),
            models.Index(
                fields=["community", "-reported_at", "-id"], condition=_OPEN, name="inc_open_comm_new"
            ),
            models.Index(
                fields=["street", "colour_rank", "due_at", "id"], condition=_OPEN, name="inc_open_street_due"
            ),
            models.Index(
                fields=["community", "colour_rank", "due_at", "id"], condition=_OPEN, name="inc_open_comm_due"
            ),
            models.Index(
                fields=["owner_organization", "colour_rank", "due_at", "id"],
                condition=_OPEN,
                name="inc_open_owner_due",
            ),
            models.Index(
                fields=["grid", "colour_rank", "due_at", "id"], condition=_OPEN, name="inc_open_grid_due"
            ),
            models.Index(fields=["colour_rank", "due_at", "id"], condition=_OPEN, name="inc_open_city_due"),
            models.Index(fields=["-reported_at", "-id"], condition=_OPEN, name="inc_open_city_new"),
            models.Index(fields=["street", "-reported_at", "-id"], name="inc_street_new"),
            models.Index(fields=["community", "-reported_at", "-id"], name="inc_comm_new"),
            models.Index(fields=["-reported_at", "-id"], name="inc_city_new"),
            models.Index(fields=["reporter", "-reported_at"], name="inc_reporter"),
            models.Index(fields=["parent", "id"], condition=Q(parent__isnull=False), name="inc_children"),
            models.Index(
                fields=["caller_mark", "-reported_at", "-id"],
                condition=~Q(caller_mark=""),
                name="inc_caller_new",
            ),
            models.Index(
                fields=["closed_at", "id"],
                condition=Q(state__in=sorted(transition(Verb.ARCHIVE).sources)),
                name="inc_to_archive",
            ),
            # What is closed lies below all that is open, which would be read first.
            models.Index(
                fields=["street", "-reported_at", "-id"], condition=_CLOSED, name="inc_closed_street_new"
            ),
            models.Index(
                fields=["community", "-reported_at", "-id"], condition=_CLOSED, name="inc_closed_comm_new"
            ),
            models.Index(fields=["-reported_at", "-id"], condition=_CLOSED, name="inc_closed_city_new"),
            models.Index(
                fields=["-closed_at", "-id"], condition=Q(closed_at__isnull=False), name="inc_closed_on"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(name="incident_state_guard", **state_guard()),
            pgtrigger.Trigger(name="incident_secret_copy", **secret_copy()),
            pgtrigger.Trigger(name="incident_follow_openness", **follow_openness()),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_withheld(self) -> bool:
        """Return whether it is hidden from some who see its place: it is secret, or accuses a unit."""
        return self.is_secret or self.accused_organization_id is not None

    @property
    def is_open(self) -> bool:
        """Return whether work on it is still owed."""
        return self.state in OPEN_STATES

    @property
    def can_be_asked(self) -> bool:
        """Return whether somebody reported it who can be asked: not the one who did the work."""
        by_code_or_phone = bool(self.lookup_digest or self.reporter_phone_sealed)
        return by_code_or_phone or self.reporter_id not in (None, self.handled_by_id)
