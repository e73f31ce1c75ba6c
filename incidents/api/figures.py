"""The REST entrance to the figures: the same numbers as the page, with everything that was left out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import ErrorSerializer
from core.errors import Invalid, Missing
from core.keyset import paginate
from incidents.api.serializers import IncidentRowSerializer
from incidents.choices import COLOURS
from incidents.forms.figures import FiguresForm
from incidents.rules.rates import Rate, score, summed
from incidents.selectors.figure_lines import (
    UNIT_ORDER,
    cases_behind,
    other_lines,
    stood_for,
    unit_lines,
    units_for,
    weights_now,
)
from incidents.selectors.figures import By, Line, may_see_figures, tallies_for
from incidents.selectors.lists import ORDERS, PAGE_SIZE, incidents_for

_FILTERS = [
    OpenApiParameter("first", date),
    OpenApiParameter("last", date),
    OpenApiParameter("by", str, enum=[each.value for each in By]),
    OpenApiParameter("unit", str, description="Code of the unit."),
    OpenApiParameter("colour", str, enum=[str(value) for value, _label in COLOURS]),
    OpenApiParameter("category", str, description="Code of the category."),
    OpenApiParameter("cursor", str),
]


class TallySerializer(serializers.Serializer[Any]):
    """One figure; `share` is null without anything to divide by."""

    rate = serializers.CharField()
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    left_out = serializers.DictField(child=serializers.IntegerField())


class FigureLineSerializer(serializers.Serializer[Any]):
    """The figures of one unit, category, colour or month; `stood` as in the snapshot that was named."""

    key = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    figures = TallySerializer(many=True)
    stood = TallySerializer(many=True)


class FiguresSerializer(serializers.Serializer[Any]):
    """A page of lines with what they make together; `next` is the cursor to go on with."""

    next = serializers.CharField()
    total = FigureLineSerializer()
    results = FigureLineSerializer(many=True)


class FigureCasesSerializer(serializers.Serializer[Any]):
    """One page of the cases behind a figure."""

    next = serializers.CharField()
    results = IncidentRowSerializer(many=True)


class FiguresView(APIView):
    """Rates with numerators, denominators and what was left out, within the caller's view."""

    @extend_schema(
        summary="Rates of units, categories, colours or months",
        parameters=[*_FILTERS, OpenApiParameter("stood", int, description="Figures as they stood.")],
        responses={200: FiguresSerializer, 404: ErrorSerializer, 422: ErrorSerializer},
    )
    def get(self, request: Request) -> Response:
        """Return the figures, by default of the last ninety days by street."""
        form = _form(request)
        wanted = form.wanted()
        found = tallies_for(request.user, wanted)
        stood = stood_for(request.user, wanted, form.snapshot)
        units = units_for(request.user, wanted, found)
        following = ""
        if units is None:
            lines = other_lines(wanted, found, stood)
        else:
            cursor = request.query_params.get("cursor", "")
            page = paginate(units, order=UNIT_ORDER, cursor=cursor, size=PAGE_SIZE)
            lines, following = unit_lines(page.rows, found, stood), page.older
        total = Line("", "", summed(found.values()), None, summed(stood.values()) if stood else {})
        weights = weights_now()
        results = [_line(line, weights) for line in lines]
        content = {"next": following, "total": _line(total, weights), "results": results}
        return Response(FiguresSerializer(content).data)


class FigureCasesView(APIView):
    """The cases behind one part of a figure."""

    @extend_schema(
        summary="Cases behind a figure",
        parameters=[
            *_FILTERS,
            OpenApiParameter("rate", str, enum=[each.value for each in Rate], required=True),
            OpenApiParameter("part", str, description="counted, assessed, or a reason left out."),
            OpenApiParameter("key", str, description="Key of the line; all of them without it."),
        ],
        responses={200: FigureCasesSerializer, 404: ErrorSerializer, 422: ErrorSerializer},
    )
    def get(self, request: Request) -> Response:
        """Return one page of cases, newest first."""
        query, wanted = request.query_params, _form(request).wanted()
        try:
            behind, _rows = cases_behind(
                request.user, wanted, Rate(query.get("rate", "")), query.get("part", ""), query.get("key", "")
            )
        except ValueError as error:
            raise Invalid(
                "choice_invalid", _("Please choose one of the values offered."), field="part"
            ) from error
        seen = incidents_for(request.user).filter(pk__in=behind.values("pk"))
        page = paginate(seen, order=ORDERS["new"], cursor=query.get("cursor", ""), size=PAGE_SIZE)
        rows = IncidentRowSerializer(page.rows, many=True, context={"request": request}).data
        return Response({"next": page.older, "results": rows})


def _form(request: Request) -> FiguresForm:
    if not may_see_figures(request.user):
        raise Missing("page_missing", _("There is no such page for your posts."))
    return FiguresForm(request.query_params, request.user)


def _line(line: Line, weights: Mapping[Rate, int]) -> dict[str, Any]:
    return {
        "key": line.key,
        "name": line.name,
        "score": score(line.tallies, weights),
        "figures": list(line.tallies.values()),
        "stood": list(line.stood.values()),
    }
