"""The REST entrance to the forecast: the same rows as the page, for whoever watches a screen elsewhere."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.keyset import paginate
from incidents.api.pagination import CURSOR, SIZE, cursor_link, page_size
from incidents.choices import COLOURS
from incidents.services.forecast import ORDER, expected, forecast_for


class ExpectedSerializer(serializers.Serializer[Any]):
    """One step to come."""

    at = serializers.DateTimeField()
    number = serializers.CharField(source="incident.number")
    colour = serializers.CharField(source="incident.colour")
    clock = serializers.CharField(source="clock.kind")
    unit = serializers.CharField(source="clock.organization.name")
    limit = serializers.CharField(source="clock.limit")
    percent = serializers.IntegerField()
    what = serializers.ChoiceField(
        choices=["warn", "remind", "overdue", "rise", "supervise", "close", "nothing"]
    )
    to_level = serializers.CharField()
    told = serializers.ListField(child=serializers.CharField())
    reasons = serializers.ListField(child=serializers.CharField())
    then_at = serializers.DateTimeField(allow_null=True)
    held_until = serializers.DateTimeField(allow_null=True)


class ForecastPageSerializer(serializers.Serializer[Any]):
    """A page of steps to come."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ExpectedSerializer(many=True)


class ForecastView(APIView):
    """What will fire within 24 hours if nobody acts, within what the caller sees."""

    @extend_schema(
        summary="Steps of limits to come within 24 hours",
        parameters=[
            OpenApiParameter("colour", str, enum=[str(value) for value, _label in COLOURS]),
            OpenApiParameter("unit", int, description="The organisation whose limit it is."),
            OpenApiParameter(CURSOR, str, description="Where to go on; taken from `next` or `previous`."),
            OpenApiParameter(SIZE, int, description="Rows a page."),
        ],
        responses=ForecastPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return a page, the next step first."""
        query = request.query_params
        rows = forecast_for(request.user, colour=query.get("colour", ""), unit=query.get("unit", ""))
        page = paginate(rows, order=ORDER, cursor=query.get(CURSOR, ""), size=page_size(query))
        url = request.build_absolute_uri()
        return Response(
            {
                "next": cursor_link(url, page.older),
                "previous": cursor_link(url, page.newer),
                "results": ExpectedSerializer(expected(page.rows), many=True).data,
            }
        )
