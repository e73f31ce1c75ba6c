"""Calling departments: who can be called, their answers' rows and their clocks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Clock, Incident, Participation, Whistle, WhistleResponse
from incidents.rules.durations import Limit, LimitError, parse_limit
from incidents.rules.vocabulary import ClockKind, Level, WhistleKind
from incidents.selectors.whistle_list import kind_names
from incidents.services.accused import check_may_hold
from incidents.services.clocks import clock_of
from incidents.services.handovers import find_unit
from incidents.services.move import Move
from incidents.services.refusals import check_open, invalid
from incidents.services.rulebook import rulebook
from organizations.choices import OrganizationKind
from organizations.models import Organization

MOST_SUPPORTERS = 20
_CALLABLE = frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.UNIT})


def call(
    move: Move, whistle: Whistle, *, lead: Organization | None, supporters: Iterable[Organization]
) -> list[WhistleResponse]:
    """Call departments that are not called yet: rows, clocks, view of the case; the caller tells them.

    Source: R-51.
    """
    units = [*([lead] if lead else []), *supporters]
    responses = WhistleResponse.objects.bulk_create(
        [WhistleResponse(whistle=whistle, department=unit, is_lead=unit is lead) for unit in units]
    )
    start_clocks(move, responses, WhistleKind(whistle.kind), parse_limit(whistle.response_limit))
    Participation.objects.bulk_create(
        [
            Participation(incident=move.incident, organization=each.department, since=move.at)
            for each in responses
        ],
        ignore_conflicts=True,
    )
    return responses


def call_out(move: Move, whistle: Whistle, people: Iterable[int]) -> None:
    """Tell the people of called departments who calls, how hard, and by when they have to be there."""
    move.tell(
        "incident_whistled",
        people,
        unit=whistle.street.name,
        whistle=kind_names()[whistle.kind],
        limit=whistle.response_limit,
    )


def start_clocks(move: Move, responses: Iterable[WhistleResponse], kind: WhistleKind, limit: Limit) -> None:
    """Start each department's clocks: it arrives within the street's own limit. Source: R-51."""
    # A kind whose row is gone or cannot be read gets the street's limit for every step.
    limits = dict.fromkeys(ClockKind, limit) | dict(rulebook().whistle_limits.get(kind, {}))
    limits[ClockKind.ARRIVE] = limit
    clocks = [clock for response in responses for clock in _response_clocks(move, response, limits)]
    Clock.objects.bulk_create(clocks)


def department(incident: Incident, value: Any, field: str) -> Organization:
    """Return a department that can be called over this incident; raises Invalid naming the field."""
    unit = find_unit(value, field=field)
    if unit.kind not in _CALLABLE:
        raise Invalid("not_a_department", _("Only departments can be called."), field=field)
    check_open(unit, field=field)
    check_may_hold(incident, Level.DEPARTMENT, unit, field=field)
    return unit


def supporters_of(move: Move, *, without: Iterable[int]) -> list[Organization]:
    """Return the supporting departments named, each once; raises Invalid naming the field."""
    values = move.given.get("supporting_departments") or ()
    known = set(without)
    found: dict[int, Organization] = {}
    for value in list(values)[:MOST_SUPPORTERS]:
        unit = department(move.incident, value, "supporting_departments")
        if unit.pk not in known:
            found[unit.pk] = unit
    return list(found.values())


def limit_of(given: Mapping[str, Any]) -> Limit:
    """Return the response limit given; Invalid names the field."""
    try:
        return parse_limit(str(given["response_limit"]))
    except LimitError as error:
        raise invalid(error.reason, field="response_limit") from error


def chosen(kind: Any, value: Any, field: str) -> Any:
    """Return a value of an enumeration; Invalid("choice_invalid") names the field."""
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field=field) from error


def _response_clocks(
    move: Move, response: WhistleResponse, limits: Mapping[ClockKind, Limit]
) -> Iterable[Clock]:
    def made(kind: ClockKind, limit: Limit) -> Clock:
        unit, book = response.department_id, rulebook()
        clock = clock_of(move.incident, kind, limit, at=move.at, organization_id=unit, book=book)
        clock.whistle_response = response
        return clock

    clocks = {kind: made(kind, limits[kind]) for kind in sorted(move.row.response_clocks.start)}
    arrive = clocks[ClockKind.ARRIVE]
    # Who has to be there by then has to have signed by then, and does not report before they are there.
    if clocks[ClockKind.SIGN].due_at > arrive.due_at:
        clocks[ClockKind.SIGN] = made(ClockKind.SIGN, limits[ClockKind.ARRIVE])
    if clocks[ClockKind.REPORT].due_at < arrive.due_at:
        clocks[ClockKind.REPORT] = made(ClockKind.REPORT, limits[ClockKind.ARRIVE])
    return clocks.values()
