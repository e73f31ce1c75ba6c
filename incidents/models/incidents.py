"""The incident itself: one wide row that lists and queues read without joins."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Building, Grid
from incidents.choices import CHANNELS, COLOURS, IMPORTANCES, LEVELS, STATES, URGENCIES, VERDICTS
from incidents.models.guards import follow_openness, state_guard
from incidents.models.reference import Category
from incidents.models.rule_rows import RoutingRule
from incidents.querysets import IncidentQuerySet
from incidents.rules.vocabulary import Colour, Level, State
from incidents.rules.workflow import CLOSED_STATES, OPEN_STATES
from organizations.models import Organization

_OPEN = Q(state__in=sorted(OPEN_STATES))
_CLOSED = Q(state__in=sorted(CLOSED_STATES))


class Incident(models.Model):
    """One incident; written only through incidents.services.

    `community` and `street` repeat what the grid implies, so that visibility costs one indexed column.
    The owner is `owner_organization`, except at level grid, where it is the workers of `grid` and
    `owner_organization` is their community. `due_at` is the limit now running for the owner; `first_due_at`
    the one first set, by which on-time is judged. `version` rises with every change, so that a form made from
    an older row is refused. `lookup_digest` is a keyed one-way mark of the reporter's lookup code.
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
    is_whistled = models.BooleanField(_("whistled"), default=False)
    is_supervised = models.BooleanField(_("supervised"), default=False)
    rework_count = models.PositiveSmallIntegerField(_("times rectified"), default=0)
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
    client_key = models.UUIDField(
        _("key of the form"), null=True, blank=True, unique=True, help_text=_("A form sent twice files once.")
    )

    reported_at = models.DateTimeField(_("reported"))
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
            ("comment_incident", _("Can comment on incidents")),
            ("reveal_reporter", _("Can see the reporter's name and phone, with a purpose")),
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
                condition=Q(state__in=sorted(OPEN_STATES)) | Q(closed_at__isnull=False),
                name="incident_closed_has_date",
            ),
            models.UniqueConstraint(
                fields=["lookup_digest"], condition=~Q(lookup_digest=""), name="incident_lookup_unique"
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
            pgtrigger.Trigger(name="incident_follow_openness", **follow_openness()),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Return whether work on it is still owed."""
        return self.state in OPEN_STATES
