"""What the API shows of incidents, and the shape of what it takes; rules are judged by the services.

Persons who reported are always masked here; revealing them is logged on the incident's own page.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.crypto import decrypt, mask_name, mask_phone
from incidents.api.units import UnitSerializer
from incidents.api.whistle_serializers import SessionSerializer, TaskGivenSerializer, WhistleSerializer
from incidents.models import Incident
from incidents.rules.vocabulary import Channel
from incidents.services.reveal import NAME_FIELD, PHONE_FIELD


class IncidentRowSerializer(serializers.ModelSerializer[Incident]):
    """One line of a list; costs no query when its units are loaded."""

    category = UnitSerializer(read_only=True)
    owner_organization = UnitSerializer(read_only=True)
    lead_department = UnitSerializer(read_only=True, allow_null=True)
    street = UnitSerializer(read_only=True, allow_null=True)
    community = UnitSerializer(read_only=True, allow_null=True)
    grid = UnitSerializer(read_only=True, allow_null=True)
    building = UnitSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Incident
        fields: tuple[str, ...] = (
            "number",
            "category",
            "description",
            "address",
            "state",
            "colour",
            "owner_level",
            "owner_organization",
            "lead_department",
            "street",
            "community",
            "grid",
            "building",
            "is_whistled",
            "is_supervised",
            "rework_count",
            "child_count",
            "return_count",
            "false_completions",
            "extension_count",
            "pending_application",
            "reported_at",
            "due_at",
            "version",
        )
        read_only_fields = fields


class ClockSerializer(serializers.Serializer[Any]):
    """One running limit."""

    kind = serializers.CharField()
    unit = serializers.CharField(source="organization.name")
    started_at = serializers.DateTimeField()
    warn_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()


class ActionSerializer(serializers.Serializer[Any]):
    """One thing the caller may do now, and what must be given with it."""

    verb = serializers.CharField()
    name = serializers.CharField(source="label")
    required_fields = serializers.ListField(child=serializers.CharField(), source="fields")


class EventSerializer(serializers.Serializer[Any]):
    """One event of the timeline, in words."""

    at = serializers.DateTimeField()
    verb = serializers.CharField()
    what = serializers.CharField()
    who = serializers.CharField()
    unit = serializers.CharField()
    note = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    rule = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()


class PersonSerializer(serializers.Serializer[Any]):
    """One person who answers for the incident now."""

    name = serializers.CharField()
    role = serializers.CharField()
    unit = serializers.CharField()
    phone = serializers.CharField()


class PhotoSerializer(serializers.Serializer[Any]):
    """Addresses of one photo; they ask for the same visibility as the incident."""

    purpose = serializers.CharField()
    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    def get_url(self, photo: Any) -> str:
        """Return where the photo is."""
        return reverse("photo", args=[photo.pk, "full"])

    def get_thumbnail_url(self, photo: Any) -> str:
        """Return where its small copy is."""
        return reverse("photo", args=[photo.pk, "thumb"])


class ReporterSerializer(serializers.Serializer[Any]):
    """Who reported, masked; empty for staff and for people without a name."""

    name = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()

    def get_name(self, incident: Incident) -> str:
        """Return the family name."""
        return mask_name(decrypt(incident.reporter_name_sealed, field=NAME_FIELD))

    def get_phone(self, incident: Incident) -> str:
        """Return the phone without its middle."""
        return mask_phone(decrypt(incident.reporter_phone_sealed, field=PHONE_FIELD))


class IncidentSerializer(IncidentRowSerializer):
    """Everything of one incident that its page shows; the view puts the parts into `context`."""

    routing_rule = serializers.CharField(source="routing_rule.name", default="", read_only=True)
    main = serializers.CharField(source="parent.number", default=None, read_only=True, allow_null=True)
    rule_version = serializers.IntegerField(source="rule_set.number", default=None, read_only=True)
    reporter = ReporterSerializer(source="*", read_only=True)
    accused_organization = UnitSerializer(read_only=True, allow_null=True)
    first_unit = UnitSerializer(read_only=True, allow_null=True)
    first_contact = serializers.CharField(default="", read_only=True)
    clocks = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()
    responsible = serializers.SerializerMethodField()
    timeline = serializers.SerializerMethodField()
    whistles = serializers.SerializerMethodField()
    sessions = serializers.SerializerMethodField()
    photos = PhotoSerializer(many=True, read_only=True)

    class Meta(IncidentRowSerializer.Meta):
        fields: tuple[str, ...] = (
            *IncidentRowSerializer.Meta.fields,
            "longitude",
            "latitude",
            "importance",
            "urgency",
            "casualties",
            "in_danger",
            "people_count",
            "channel",
            "origin_note",
            "external_system",
            "external_number",
            "verdict",
            "main",
            "first_due_at",
            "return_until",
            "handled_at",
            "closed_at",
            "routing_rule",
            "rule_version",
            "reporter",
            "is_anonymous",
            "is_secret",
            "accused_organization",
            "first_contact",
            "first_unit",
            "clocks",
            "actions",
            "responsible",
            "timeline",
            "whistles",
            "sessions",
            "photos",
        )
        read_only_fields = fields

    @extend_schema_field(ClockSerializer(many=True))
    def get_clocks(self, _incident: Incident) -> "list[dict[str, Any]]":
        """Return the running limits."""
        return self._part("clocks", ClockSerializer)

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, _incident: Incident) -> "list[dict[str, Any]]":
        """Return what the caller may do now."""
        return self._part("actions", ActionSerializer)

    @extend_schema_field(PersonSerializer(many=True))
    def get_responsible(self, _incident: Incident) -> "list[dict[str, Any]]":
        """Return the people who answer for it."""
        return self._part("responsible", PersonSerializer)

    @extend_schema_field(EventSerializer(many=True))
    def get_timeline(self, _incident: Incident) -> "list[dict[str, Any]]":
        """Return what happened."""
        return self._part("timeline", EventSerializer)

    @extend_schema_field(WhistleSerializer(many=True))
    def get_whistles(self, _incident: Incident) -> "list[dict[str, Any]]":
        """Return the whistles, newest first."""
        return self._part("whistles", WhistleSerializer)

    @extend_schema_field(SessionSerializer(many=True))
    def get_sessions(self, _incident: Incident) -> "list[dict[str, Any]]":
        """Return the joint sessions, newest first."""
        return self._part("sessions", SessionSerializer)

    def _part(self, name: str, serializer: type[serializers.Serializer[Any]]) -> "list[dict[str, Any]]":
        return list(serializer(self.context[name], many=True).data)


class CountsSerializer(serializers.Serializer[Any]):
    """How many incidents there are by colour and by state."""

    total = serializers.IntegerField()
    overdue = serializers.IntegerField()
    by_colour = serializers.DictField(child=serializers.IntegerField())
    by_state = serializers.DictField(child=serializers.IntegerField())


class PhotosField(serializers.ListField):
    """Uploaded photos; what they are is looked at by the service."""

    child = serializers.FileField()

    def __init__(self, **kwargs: Any) -> None:
        """Take as many as a report may have."""
        super().__init__(required=False, max_length=settings.PHOTO_MAX_COUNT, **kwargs)


class ReportSerializer(serializers.Serializer[Any]):
    """A report as staff send it; the place is a grid, a building, a position, or follows from their post."""

    category = serializers.CharField()
    description = serializers.CharField(allow_blank=True, default="", trim_whitespace=False)
    channel = serializers.ChoiceField(
        choices=[each.value for each in Channel],
        required=False,
        help_text="How it came in; without one, what is usual for your post.",
    )
    address = serializers.CharField(allow_blank=True, default="")
    longitude = serializers.DecimalField(max_digits=10, decimal_places=7, required=False, allow_null=True)
    latitude = serializers.DecimalField(max_digits=9, decimal_places=7, required=False, allow_null=True)
    grid = serializers.CharField(required=False, help_text="Code of the grid.")
    building = serializers.CharField(required=False, help_text="Code of the building.")
    importance = serializers.CharField(allow_blank=True, default="")
    urgency = serializers.CharField(allow_blank=True, default="")
    casualties = serializers.BooleanField(default=False)
    in_danger = serializers.BooleanField(default=False)
    people_count = serializers.IntegerField(required=False, allow_null=True)
    reporter_name = serializers.CharField(allow_blank=True, default="")
    reporter_phone = serializers.CharField(allow_blank=True, default="")
    anonymous = serializers.BooleanField(
        default=False, help_text="The reporter's name and phone are then not kept, whatever is sent."
    )
    accused = serializers.CharField(required=False, help_text="Code of the unit the report is about.")
    settled_note = serializers.CharField(allow_blank=True, default="", trim_whitespace=False)
    external_system = serializers.CharField(
        allow_blank=True, default="", help_text="Name of the system that hands it over."
    )
    external_number = serializers.CharField(
        allow_blank=True, default="", help_text="Its number there; the same number files once."
    )
    photos = PhotosField()


class FiledSerializer(serializers.Serializer[Any]):
    """What the caller learns of a report that is withheld from them: enough to follow it as its reporter."""

    number = serializers.CharField()
    lookup_code = serializers.CharField()


class GivenSerializer(serializers.Serializer[Any]):
    """What is given with a step; which fields a step needs stands in the incident's `actions`."""

    version = serializers.IntegerField(
        required=False, min_value=1, help_text="The version you saw: if it has changed, you get 409 stale."
    )
    note = serializers.CharField(required=False, allow_blank=True)
    text = serializers.CharField(required=False, allow_blank=True)
    reason = serializers.CharField(required=False, allow_blank=True)
    cause = serializers.CharField(required=False, allow_blank=True)
    difficulty = serializers.CharField(required=False, allow_blank=True)
    channel = serializers.CharField(required=False, allow_blank=True)
    target_unit = serializers.CharField(required=False, help_text="Code of the unit that takes over.")
    main = serializers.CharField(required=False, help_text="Number of the incident it is merged into.")
    reason_codes = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Why the reporter is not satisfied."
    )
    kind = serializers.CharField(required=False)
    grounds = serializers.CharField(required=False)
    lead_department = serializers.CharField(required=False, help_text="Code of the department.")
    supporting_departments = serializers.ListField(child=serializers.CharField(), required=False)
    response_limit = serializers.CharField(required=False, help_text="For example 30min, 4wh or 2wd.")
    standard = serializers.CharField(required=False, allow_blank=True)
    basis = serializers.CharField(required=False, allow_blank=True)
    suggested_unit = serializers.CharField(
        required=False, help_text='Code of the unit that should handle it, or "unknown".'
    )
    suggestion = serializers.CharField(required=False, allow_blank=True)
    wanted_limit = serializers.CharField(
        required=False, help_text="Day and time, for example 2026-12-01T18:00."
    )
    works = serializers.BooleanField(required=False, help_text="Engineering works are needed.")
    suspension_kind = serializers.CharField(required=False, help_text="seasonal or works.")
    about = serializers.CharField(required=False, help_text="case or verdict.")
    review_on = serializers.CharField(required=False, help_text="Day of the next review, as 2026-12-01.")
    reply_until = serializers.CharField(required=False, help_text="Day and time, as wanted_limit.")
    responsible = serializers.CharField(required=False, allow_blank=True)
    department = serializers.CharField(required=False, help_text="Code of the department that refuses.")
    decision = serializers.CharField(required=False, help_text="kept or released.")
    mode = serializers.CharField(required=False)
    held_at = serializers.CharField(required=False, allow_blank=True)
    session_place = serializers.CharField(required=False, allow_blank=True)
    units = serializers.ListField(child=serializers.CharField(), required=False)
    people = serializers.CharField(required=False, allow_blank=True)
    decisions = serializers.CharField(required=False, allow_blank=True)
    tasks = TaskGivenSerializer(many=True, required=False)
    task = serializers.CharField(required=False, help_text="Id of the task.")
    photos = PhotosField()
