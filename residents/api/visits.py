"""Visits by REST: today's route, and saving a visit once however often it is sent."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.api import IDEMPOTENCY_HEADER, CarefulJSONParser, ErrorSerializer, idempotency_key
from core.errors import Denied
from organizations.requests import staff_user
from organizations.scopes import scope_of
from residents.api.serializers import RouteSerializer, VisitGivenSerializer, VisitSerializer
from residents.policies import VISIT
from residents.selectors.route import route_for
from residents.services import visit_save

_ERRORS = dict.fromkeys((403, 404, 409, 422), ErrorSerializer)


class RouteView(APIView):
    """The route of the day."""

    @extend_schema(
        summary="Whom the caller should visit today, and why",
        responses={200: RouteSerializer, 403: ErrorSerializer},
    )
    def get(self, request: Request) -> Response:
        """Return the doors still to knock at, in walking order."""
        user = request.user
        if VISIT not in scope_of(user).permissions:
            raise Denied("permission_missing", _("Your role does not include this step."))
        return Response(RouteSerializer(route_for(user)).data)


class VisitsView(APIView):
    """Visits that are saved."""

    parser_classes = (CarefulJSONParser,)

    @extend_schema(
        summary="Save a visit",
        request=VisitGivenSerializer,
        parameters=[
            OpenApiParameter(
                IDEMPOTENCY_HEADER,
                UUID,
                OpenApiParameter.HEADER,
                description="A UUID of your own: sent twice, it saves once; other content is refused.",
            )
        ],
        responses={201: VisitSerializer, **_ERRORS},
    )
    def post(self, request: Request) -> Response:
        """Save the visit by the service of the pages; its refusals have the same codes."""
        form = VisitGivenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        saved = visit_save(
            actor=Actor.of(staff_user(request)),
            household_id=form.validated_data["household"],
            draft=form.to_draft(),
            client_key=idempotency_key(request),
        )
        return Response(VisitSerializer(saved.visit).data, status=status.HTTP_201_CREATED)
