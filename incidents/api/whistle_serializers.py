"""What the API shows of whistles, joint sessions and whistle rates, and the shape of the tasks it takes."""

from typing import Any

from rest_framework import serializers

from incidents.api.units import UnitSerializer


class WhistleResponseSerializer(serializers.Serializer[Any]):
    """What one called department has done, or why it refuses."""

    department = UnitSerializer()
    is_lead = serializers.BooleanField()
    signed_at = serializers.DateTimeField(allow_null=True)
    reported_in_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    done_note = serializers.CharField()
    refusal = serializers.CharField()
    refusal_reason = serializers.CharField()
    refusal_basis = serializers.CharField()
    released_at = serializers.DateTimeField(allow_null=True)


class WhistleDutySerializer(serializers.Serializer[Any]):
    """What the street itself owes after the whistle."""

    kind = serializers.CharField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class WhistleSerializer(serializers.Serializer[Any]):
    """One whistle with its departments' answers."""

    kind = serializers.CharField()
    kind_name = serializers.CharField()
    first_kind = serializers.CharField()
    grounds = serializers.CharField()
    reason = serializers.CharField()
    responsible = serializers.CharField()
    standard = serializers.CharField()
    response_limit = serializers.CharField()
    street = UnitSerializer()
    blown_at = serializers.DateTimeField()
    raised_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    responses = WhistleResponseSerializer(many=True)
    duties = WhistleDutySerializer(many=True)


class SessionTaskSerializer(serializers.Serializer[Any]):
    """One task that a joint session gave out; `id` is what finish_task takes as `task`."""

    id = serializers.IntegerField()
    unit = UnitSerializer()
    text = serializers.CharField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_note = serializers.CharField()


class SessionSerializer(serializers.Serializer[Any]):
    """One joint session with its minutes and tasks."""

    mode = serializers.CharField()
    held_at = serializers.DateTimeField()
    place = serializers.CharField()
    units = UnitSerializer(many=True)
    people = serializers.CharField()
    minutes = serializers.CharField()
    decisions = serializers.CharField()
    tasks = SessionTaskSerializer(many=True)


class TaskGivenSerializer(serializers.Serializer[Any]):
    """One task that a joint session gives out."""

    unit = serializers.CharField(help_text="Code of the unit.")
    text = serializers.CharField()
    due_on = serializers.CharField(help_text="The last day, for example 2026-03-31.")


class WhistleRateSerializer(serializers.Serializer[Any]):
    """How often one street whistles: whistled of cases, and what was left out."""

    street = UnitSerializer()
    cases = serializers.IntegerField()
    whistled = serializers.IntegerField()
    left_out = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    standing = serializers.CharField()
    kinds = serializers.DictField(child=serializers.IntegerField())
