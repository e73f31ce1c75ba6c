"""What the API says of why an incident is where it is."""

from typing import Any

from rest_framework import serializers


class OutcomeSerializer(serializers.Serializer[Any]):
    """Where rules lead; `differs` names what is not as it is."""

    colour = serializers.CharField()
    level = serializers.CharField()
    lead = serializers.CharField()
    rule = serializers.CharField()
    needs_acceptance = serializers.BooleanField()
    differs = serializers.ListField(child=serializers.CharField())


class ConsideredRuleSerializer(serializers.Serializer[Any]):
    """One rule in its order, and why it was passed over."""

    order = serializers.IntegerField()
    name = serializers.CharField()
    fit = serializers.ChoiceField(choices=["decided", "passed", "not_reached"])
    reasons = serializers.ListField(child=serializers.CharField())


class ConsideredConditionSerializer(serializers.Serializer[Any]):
    """One raising condition of the category; `found` is empty where it did not apply."""

    name = serializers.CharField()
    raise_to = serializers.CharField()
    found = serializers.CharField()


class AlternativeSerializer(serializers.Serializer[Any]):
    """One change, and where it would have led."""

    change = serializers.CharField()
    outcome = OutcomeSerializer()


class ExplanationSerializer(serializers.Serializer[Any]):
    """Why here, why this colour, which rule of which version, what was passed over, what would change it."""

    version = serializers.IntegerField(source="version.number", default=None)
    explained_by = serializers.IntegerField(source="explained_by.number", default=None)
    facts_changed = serializers.BooleanField()
    outcome = OutcomeSerializer()
    colour_reasons = serializers.ListField(child=serializers.CharField())
    route_reasons = serializers.ListField(child=serializers.CharField())
    rules = ConsideredRuleSerializer(many=True)
    conditions = ConsideredConditionSerializer(many=True)
    alternatives = AlternativeSerializer(many=True)
    today = OutcomeSerializer()
