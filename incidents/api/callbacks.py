"""The REST entrance to the telephone desk; verdicts by other ways are steps of the incident itself."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.actor import Actor
from core.api import ErrorSerializer
from core.keyset import paginate
from incidents.api.units import UnitSerializer
from incidents.choices import CALL_OUTCOMES, VERDICTS
from incidents.models import VerdictRound
from incidents.rules.vocabulary import CallOutcome
from incidents.selectors.callbacks import ORDER, may_call_back, rounds_to_call
from incidents.selectors.lists import PAGE_SIZE, incident_for
from incidents.services.callbacks import callback_attempt, callback_claim, callback_release, callback_verdict
from organizations.models import User

_ERRORS = dict.fromkeys((403, 404, 409, 422), ErrorSerializer)


class CallbackSerializer(serializers.Serializer[Any]):
    """One reporter to be rung; who they are is only shown to whoever takes the call."""

    number = serializers.CharField(source="incident.number")
    category = UnitSerializer(source="incident.category")
    round = serializers.IntegerField(source="number")
    opened_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    call_after = serializers.DateTimeField()
    claimed_by = serializers.CharField(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)


class CallbackPageSerializer(serializers.Serializer[Any]):
    """One page; `next` is the cursor to go on with, empty at the end."""

    next = serializers.CharField()
    results = CallbackSerializer(many=True)


class ClaimSerializer(serializers.Serializer[Any]):
    """Whom to ring, and until when the call is the caller's."""

    name = serializers.CharField()
    phone = serializers.CharField()
    claimed_until = serializers.DateTimeField()


class AttemptSerializer(serializers.Serializer[Any]):
    """A call that brought no verdict."""

    outcome = serializers.ChoiceField(
        choices=[str(value) for value, _label in CALL_OUTCOMES if value != CallOutcome.REACHED]
    )
    note = serializers.CharField(required=False, allow_blank=True, default="")


class VerdictSerializer(serializers.Serializer[Any]):
    """What the reporter said on the phone."""

    verdict = serializers.ChoiceField(choices=[str(value) for value, _label in VERDICTS])
    reason = serializers.CharField(required=False, allow_blank=True, default="")
    reason_codes = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    version = serializers.IntegerField(required=False, min_value=1)


@extend_schema_view(list=extend_schema(summary="Reporters to be rung", responses=CallbackPageSerializer))
class CallbackViewSet(GenericViewSet[VerdictRound]):
    """The desk's list, and the call; the number is that of the incident."""

    queryset = VerdictRound.objects.none()
    serializer_class = CallbackSerializer
    lookup_field = "number"
    lookup_value_regex = r"[0-9A-Za-z-]{1,16}"

    def list(self, request: Request) -> Response:
        """Return who is to be rung now, the longest waiting first; `later=1`: who again later."""
        rows = rounds_to_call(_user(request), later=bool(request.query_params.get("later")))
        if not may_call_back(_user(request)):
            rows = rows.none()
        page = paginate(rows, order=ORDER, cursor=request.query_params.get("cursor", ""), size=PAGE_SIZE)
        return Response({"next": page.older, "results": CallbackSerializer(page.rows, many=True).data})

    @extend_schema(
        summary="Take a call",
        request=None,
        responses={200: ClaimSerializer, **_ERRORS},
        operation_id="claim_call",
    )
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, number: str) -> Response:
        """Show whom to ring, once and logged; conflicts name who is on the phone."""
        claimed = callback_claim(actor=_actor(request), incident_id=_pk(request, number))
        shown = {
            "name": claimed.reporter.name,
            "phone": claimed.reporter.phone,
            "claimed_until": claimed.round.claimed_until,
        }
        return Response(ClaimSerializer(shown).data)

    @extend_schema(summary="Give a call back", request=None, responses={204: None, **_ERRORS})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, number: str) -> Response:
        """Leave the call to somebody else."""
        callback_release(actor=_actor(request), incident_id=_pk(request, number))
        return Response(status=204)

    @extend_schema(
        summary="Record a call without a verdict",
        request=AttemptSerializer,
        responses={200: CallbackSerializer, **_ERRORS},
    )
    @action(detail=True, methods=["post"])
    def attempts(self, request: Request, number: str) -> Response:
        """Note what came of the call."""
        form = AttemptSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = callback_attempt(
            actor=_actor(request), incident_id=_pk(request, number), **form.validated_data
        )
        return Response(CallbackSerializer(asked).data)

    @extend_schema(
        summary="Record a verdict heard on the phone",
        request=VerdictSerializer,
        responses={204: None, **_ERRORS},
    )
    @action(detail=True, methods=["post"])
    def verdict(self, request: Request, number: str) -> Response:
        """Record the verdict; the incident moves on as after any other."""
        form = VerdictSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        callback_verdict(actor=_actor(request), incident_id=_pk(request, number), **form.validated_data)
        return Response(status=204)


def _pk(request: Request, number: str) -> int:
    return incident_for(request.user, number).pk


def _user(request: Request) -> User:
    return cast("User", request.user)


def _actor(request: Request) -> Actor:
    return Actor.of(_user(request))
