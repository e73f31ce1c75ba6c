"""The REST entrance to what looks the same and what comes up again and again."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import ErrorSerializer
from core.keyset import paginate
from incidents.api.units import UnitSerializer
from incidents.selectors.duplicates import duplicates_of
from incidents.selectors.lists import PAGE_SIZE, incident_for
from incidents.selectors.repeats import KINDS, ORDER, PERIODS, Wanted, repeats_for
from organizations.models import User


class RepeatSerializer(serializers.Serializer[Any]):
    """One place with the same kind of matter several times."""

    place = serializers.CharField(source="place_name")
    community = serializers.CharField(source="community_name", allow_null=True)
    category = serializers.CharField(source="category_code")
    category_name = serializers.CharField()
    times = serializers.IntegerField()
    open = serializers.IntegerField(source="running")
    reworked = serializers.IntegerField()
    newest = serializers.DateTimeField()


class RepeatPageSerializer(serializers.Serializer[Any]):
    """One page; `next` is the cursor to go on with, empty at the end."""

    next = serializers.CharField()
    results = RepeatSerializer(many=True)


class ProposalSerializer(serializers.Serializer[Any]):
    """One incident that may be the same matter, and why."""

    number = serializers.CharField(source="incident.number")
    category = UnitSerializer(source="incident.category")
    state = serializers.CharField(source="incident.state")
    score = serializers.IntegerField()
    metres = serializers.IntegerField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())


class RepeatsView(APIView):
    """Places with repeated trouble; counts only what the caller sees."""

    @extend_schema(
        summary="Places with repeated trouble",
        parameters=[
            OpenApiParameter("by", str, enum=list(KINDS)),
            OpenApiParameter("days", int, enum=list(PERIODS)),
            OpenApiParameter("category", str, description="Code of the category."),
            OpenApiParameter("cursor", str),
        ],
        responses=RepeatPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return places by how often the same was reported there."""
        query = request.query_params
        found: Any = repeats_for(_user(request), Wanted.read(query))
        page = paginate(found, order=ORDER, cursor=query.get("cursor", ""), size=PAGE_SIZE)
        return Response({"next": page.older, "results": RepeatSerializer(page.rows, many=True).data})


class DuplicatesView(APIView):
    """What an incident may be the same as."""

    @extend_schema(
        summary="Incidents that may be the same matter",
        responses={200: ProposalSerializer(many=True), 404: ErrorSerializer},
    )
    def get(self, request: Request, number: str) -> Response:
        """Return the best few within the caller's view; merging is the step `merge`."""
        found = duplicates_of(_user(request), incident_for(request.user, number))
        return Response(ProposalSerializer(found, many=True).data)


def _user(request: Request) -> User:
    return cast("User", request.user)
