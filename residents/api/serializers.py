"""What the API takes and shows of visits; rules are judged by the services."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from residents.choices import NeedKind, VisitOutcome
from residents.models import Need, Visit
from residents.rules.visits import LONGEST_NEED, LONGEST_NOTE, MOST_NEEDS, NeedDraft, VisitDraft
from residents.selectors.route import Stop


class NeedGivenSerializer(serializers.Serializer[Any]):
    """One thing the family said; `category` is the code of the incident a problem becomes."""

    kind = serializers.ChoiceField(NeedKind.choices)
    text = serializers.CharField(max_length=LONGEST_NEED)
    person = serializers.IntegerField(required=False, allow_null=True, default=None)
    category = serializers.CharField(max_length=8, required=False, allow_blank=True, default="")


class ReopenedSerializer(serializers.Serializer[Any]):
    """An answer the family does not accept, with what they said."""

    need = serializers.IntegerField()
    reply = serializers.CharField(max_length=LONGEST_NEED)


class VisitGivenSerializer(serializers.Serializer[Any]):
    """A visit as written down at the door."""

    household = serializers.IntegerField()
    outcome = serializers.ChoiceField(VisitOutcome.choices)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")
    confirmed = serializers.ListField(
        child=serializers.IntegerField(),
        default=list,
        max_length=200,
        help_text="Everybody who was read out and found right.",
    )
    needs = serializers.ListField(child=NeedGivenSerializer(), default=list, max_length=MOST_NEEDS)
    told = serializers.ListField(
        child=serializers.IntegerField(),
        default=list,
        max_length=100,
        help_text="Needs whose answer the family was told and accepts.",
    )
    reopened = serializers.ListField(child=ReopenedSerializer(), default=list, max_length=100)

    def to_draft(self) -> VisitDraft:
        """Return what the service saves."""
        data = self.validated_data
        needs = [
            NeedDraft(
                kind=each["kind"], text=each["text"], person_id=each["person"], category=each["category"]
            )
            for each in data["needs"]
        ]
        return VisitDraft(
            outcome=data["outcome"],
            at=data["at"],
            note=data["note"],
            confirmed=frozenset(data["confirmed"]),
            needs=tuple(needs),
            told=frozenset(data["told"]),
            reopened={each["need"]: each["reply"] for each in data["reopened"]},
        )


class RecordedNeedSerializer(serializers.ModelSerializer[Need]):
    """A need that was recorded, without its words."""

    class Meta:
        model = Need
        fields = ("id", "kind", "state", "incident_number")


class VisitSerializer(serializers.ModelSerializer[Visit]):
    """A visit that was saved, with the needs it recorded."""

    needs = RecordedNeedSerializer(many=True, read_only=True)

    class Meta:
        model = Visit
        fields = ("id", "household", "at", "outcome", "confirmed", "needs")


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a household is on the route."""

    code = serializers.CharField()
    number = serializers.IntegerField()


class StopSerializer(serializers.Serializer[Stop]):
    """One door of the route, with what the visit will ask for."""

    household = serializers.IntegerField(source="household.pk")
    building = serializers.CharField(source="household.building.name", allow_null=True, default=None)
    dwelling = serializers.SerializerMethodField()
    name = serializers.CharField(source="family.name")
    people = serializers.IntegerField(source="family.people")
    last_visited_on = serializers.DateField(source="household.last_visited_on", allow_null=True)
    reasons = ReasonSerializer(many=True)

    @extend_schema_field(str)
    def get_dwelling(self, stop: Stop) -> str:
        """Return staircase and room; empty where they are not known."""
        return str(stop.household.dwelling or "")


class RouteSerializer(serializers.Serializer[Any]):
    """Today's route."""

    due = serializers.IntegerField()
    done = serializers.IntegerField()
    stops = StopSerializer(many=True)
