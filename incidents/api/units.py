"""How the API names units of any kind."""

from typing import Any

from rest_framework import serializers


class UnitSerializer(serializers.Serializer[Any]):
    """Anything with a code and a name: an organisation, a grid, a building, a category."""

    code = serializers.CharField()
    name = serializers.CharField()
