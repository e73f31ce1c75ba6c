"""The REST entrance to incidents: the same lists, the same services and the same refusals as the pages."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core import clock
from core.actor import Actor
from core.api import IDEMPOTENCY_HEADER, CarefulJSONParser, ErrorSerializer, idempotency_key
from core.errors import Conflict, Missing
from core.periods import PeriodForm
from incidents.api.content import content_mark
from incidents.api.explanation import ExplanationSerializer
from incidents.api.pagination import KeysetPagination
from incidents.api.places import accused_id, building_id, grid_id, with_unit_ids
from incidents.api.serializers import (
    CountsSerializer,
    FiledSerializer,
    GivenSerializer,
    IncidentRowSerializer,
    IncidentSerializer,
    ReportSerializer,
)
from incidents.api.whistle_serializers import WhistleRateSerializer
from incidents.choices import COLOURS, LEVELS, STATES
from incidents.filters import COUNT_UP_TO, IncidentFilter
from incidents.models import Incident
from incidents.policies import filing_standing
from incidents.rules.channels import usual_channel
from incidents.rules.vocabulary import Channel, Verb
from incidents.rules.workflow import CLOSED_STATES
from incidents.selectors import actions_for, responsible_people, running_clocks, timeline_of
from incidents.selectors.lists import incident_for, incidents_for
from incidents.selectors.whistle_rates import whistle_rates
from incidents.selectors.whistles import sessions_of, whistles_of
from incidents.services import Report, incident_file, incident_perform
from incidents.services.explanations import explanation_for
from organizations.models import User

_NUMBER = r"[0-9A-Za-z-]{1,16}"
_ERRORS = dict.fromkeys((403, 404, 409, 422), ErrorSerializer)
_FILTERS = [
    OpenApiParameter("q", str, description="Number, place or words."),
    OpenApiParameter("state", str, enum=[str(value) for value, _label in STATES]),
    OpenApiParameter("colour", str, enum=[str(value) for value, _label in COLOURS]),
    OpenApiParameter("level", str, enum=[str(value) for value, _label in LEVELS]),
    OpenApiParameter("category", str, description="Code of the category."),
    OpenApiParameter("place", str, description="Code of the street or community."),
    OpenApiParameter("closed", bool, description="Closed incidents instead of open ones."),
    OpenApiParameter("overdue", bool),
]


@extend_schema_view(
    list=extend_schema(
        summary="Incidents the caller sees", parameters=_FILTERS, responses=IncidentRowSerializer(many=True)
    ),
    retrieve=extend_schema(
        summary="One incident with its timeline, clocks, photos and what the caller may do now",
        responses={200: IncidentSerializer, 404: ErrorSerializer},
    ),
)
class IncidentViewSet(GenericViewSet[Incident]):
    """Incidents by number; everything starts at visible_to, a miss is 404."""

    queryset = Incident.objects.none()
    serializer_class = IncidentRowSerializer
    pagination_class = KeysetPagination
    parser_classes = (CarefulJSONParser, MultiPartParser, FormParser)
    lookup_field = "number"
    lookup_value_regex = _NUMBER

    def list(self, request: Request) -> Response:
        """Return a page of incidents, open ones unless the filters say otherwise."""
        pages = KeysetPagination()
        pages.filters = IncidentFilter(request.query_params, request.user)
        page = pages.paginate_queryset(incidents_for(request.user).prefetch_related(None), request, self)
        return pages.get_paginated_response(IncidentRowSerializer(page, many=True).data)

    def retrieve(self, request: Request, number: str) -> Response:
        """Return one incident."""
        return Response(self._shown(request, number))

    @extend_schema(
        summary="File a report",
        request=ReportSerializer,
        parameters=[
            OpenApiParameter(
                IDEMPOTENCY_HEADER,
                UUID,
                OpenApiParameter.HEADER,
                description="A UUID of your own: sent twice, it files once; other content is refused.",
            )
        ],
        responses={201: IncidentSerializer, **_ERRORS},
    )
    def create(self, request: Request) -> Response:
        """File a report through the same service as the pages; one that is withheld gives a receipt."""
        form = ReportSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        filed = incident_file(actor=_actor(request), report=_report(request, form.validated_data))
        number = filed.incident.number
        if not Incident.objects.visible_to(request.user).filter(pk=filed.incident.pk).exists():
            if filed.incident.reporter_id != request.user.pk:
                raise Conflict("key_taken", _("This key has already been used for another report."))
            receipt = FiledSerializer({"number": number, "lookup_code": filed.lookup_code})
            return Response(receipt.data, status=status.HTTP_201_CREATED)
        return Response(self._shown(request, number), status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Counts by colour and state", parameters=_FILTERS, filters=False, responses=CountsSerializer
    )
    @action(detail=False, pagination_class=None)
    def counts(self, request: Request) -> Response:
        """Return how many incidents the same filters leave; searched or closed, of the newest 1,000.

        One query beside the filters'. Source: R-134.
        """
        filters = IncidentFilter(request.query_params, request.user)
        rows = filters.apply(Incident.objects.visible_to(request.user)).order_by()
        if filters.newest_first:
            newest = rows.order_by("-reported_at", "-id").values("pk")[:COUNT_UP_TO]
            rows = Incident.objects.filter(pk__in=newest).order_by()
        late = Count("pk", filter=Q(due_at__lt=clock.now()) & ~Q(state__in=sorted(CLOSED_STATES)))
        groups = rows.values("colour", "state").annotate(every=Count("pk"), late=late)
        by_colour = dict.fromkeys((str(value) for value, _label in COLOURS), 0)
        by_state = dict.fromkeys((str(value) for value, _label in STATES), 0)
        overdue = 0
        for group in groups:
            by_colour[group["colour"]] += group["every"]
            by_state[group["state"]] += group["every"]
            overdue += group["late"]
        return Response(
            {
                "total": sum(by_state.values()),
                "overdue": overdue,
                "by_colour": by_colour,
                "by_state": by_state,
            }
        )

    @extend_schema(
        summary="How often each street whistles, of the cases reported in a period",
        parameters=[OpenApiParameter("first", date), OpenApiParameter("last", date)],
        filters=False,
        responses={200: WhistleRateSerializer(many=True), 422: ErrorSerializer},
    )
    @action(detail=False, pagination_class=None, url_path="whistle-rates", url_name="whistle-rates")
    def whistle_rates(self, request: Request) -> Response:
        """Return the rates of the caller's streets, by default of the last ninety days."""
        first, last = PeriodForm(request.query_params).period()
        return Response(WhistleRateSerializer(whistle_rates(request.user, first, last), many=True).data)

    @extend_schema(
        summary="Take one step",
        request=GivenSerializer,
        parameters=[
            OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=[verb.value for verb in Verb]),
        ],
        responses={200: IncidentSerializer, **_ERRORS},
    )
    @action(detail=True, methods=["post"], url_path=r"actions/(?P<verb>[a-z_]{1,30})", url_name="action")
    def act(self, request: Request, number: str, verb: str) -> Response:
        """Take a step through the same service as the pages; the codes of refusals are the same."""
        if verb not in set(Verb):
            raise Missing("verb_unknown", _("There is no such step."))
        incident = incident_for(request.user, number)
        form = GivenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        version, photos = given.pop("version", None), given.pop("photos", ())
        incident_perform(
            actor=_actor(request),
            incident_id=incident.pk,
            verb=Verb(verb),
            given=with_unit_ids(given),
            version=version,
            photos=tuple(photos),
        )
        return Response(self._shown(request, number, after_step=True))

    @extend_schema(
        summary="Why it is where it is, and what would change it",
        responses={200: ExplanationSerializer, 404: ErrorSerializer},
    )
    @action(detail=True, url_name="explanation")
    def explanation(self, request: Request, number: str) -> Response:
        """Return the explanation that the incident's page shows."""
        found = explanation_for(incident_for(request.user, number))
        return Response(ExplanationSerializer(found).data)

    def _shown(self, request: Request, number: str, *, after_step: bool = False) -> dict[str, Any]:
        """Return one incident; a step may have taken it out of the caller's view, then only its number."""
        try:
            incident = incident_for(request.user, number)
        except Missing:
            if after_step:
                return {"number": number}
            raise
        context = {
            "clocks": running_clocks(incident),
            "actions": actions_for(_user(request), incident),
            "responsible": responsible_people(incident),
            "timeline": timeline_of(incident),
            "whistles": whistles_of(incident),
            "sessions": sessions_of(incident),
        }
        return dict(IncidentSerializer(incident, context=context).data)


def _report(request: Request, data: dict[str, Any]) -> Report:
    named = data.get("channel")
    parties = filing_standing(_actor(request)).parties
    return Report(
        category_code=data["category"],
        description=data["description"],
        channel=Channel(named) if named else usual_channel(parties) or Channel.PATROL,
        address=data["address"],
        longitude=data.get("longitude"),
        latitude=data.get("latitude"),
        grid_id=grid_id(request.user, data.get("grid")),
        building_id=building_id(request.user, data.get("building")),
        importance=data["importance"],
        urgency=data["urgency"],
        casualties=int(data["casualties"]),
        flags=frozenset({"danger"}) if data["in_danger"] else frozenset(),
        people_count=data.get("people_count"),
        reporter_name=data["reporter_name"],
        reporter_phone=data["reporter_phone"],
        client_key=idempotency_key(request),
        photos=tuple(data.get("photos", ())),
        settled_note=data["settled_note"],
        anonymous=data["anonymous"],
        accused_id=accused_id(data.get("accused")),
        external_system=data["external_system"],
        external_number=data["external_number"],
        content_mark=content_mark(_user(request), data),
    )


def _user(request: Request) -> User:
    user: Any = request.user
    found: User = user
    return found


def _actor(request: Request) -> Actor:
    return Actor.of(_user(request))
