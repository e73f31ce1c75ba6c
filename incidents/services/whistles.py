"""The street's whistle and the departments' answers to it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from incidents.models import Clock, Incident, IncidentEvent, Participation, Whistle, WhistleResponse
from incidents.recipients import officers_of, owner_ids
from incidents.rules.durations import Limit, LimitError, parse_limit
from incidents.rules.vocabulary import ClockKind, Level, Verb, WhistleGround, WhistleKind
from incidents.services.accused import check_may_hold
from incidents.services.clocks import clock_of, stop_responses
from incidents.services.handovers import find_unit
from incidents.services.move import Move
from incidents.services.refusals import invalid, stale
from incidents.services.rulebook import rulebook
from organizations.choices import OrganizationKind
from organizations.models import Organization, User

LONGEST = 500
MOST_SUPPORTERS = 20
_CALLABLE = frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.UNIT})


def blow(move: Move) -> None:
    """Call the lead and supporting departments; each gets its own clocks and message. Source: R-50.

    Raises Invalid naming kind, grounds, a department, response_limit or standard.
    """
    incident, given = move.incident, move.given
    kind = _choice(WhistleKind, given["kind"], "kind")
    grounds = _choice(WhistleGround, given["grounds"], "grounds")
    lead, supporters = _departments(given)
    for unit, field in ((lead, "lead_department"), *((one, "supporting_departments") for one in supporters)):
        check_may_hold(incident, Level.DEPARTMENT, unit, field=field)
    limit = _limit(str(given["response_limit"]))
    if incident.street is None:
        raise Invalid("street_missing", _("This incident lies in no street."), field="kind")
    whistle = Whistle.objects.create(
        incident=incident,
        street=incident.street,
        kind=kind,
        grounds=grounds,
        reason=move.text("reason", longest=LONGEST),
        standard=move.text("standard", longest=LONGEST),
        response_limit=str(limit),
        blown_by=_whistler(move),
        blown_at=move.at,
    )
    responses = WhistleResponse.objects.bulk_create(
        [
            WhistleResponse(whistle=whistle, department=unit, is_lead=unit is lead)
            for unit in (lead, *supporters)
        ]
    )
    _start_response_clocks(move, responses, kind, limit)
    Participation.objects.bulk_create(
        [Participation(incident=incident, organization=each.department, since=move.at) for each in responses],
        ignore_conflicts=True,
    )
    incident.is_whistled = True
    incident.lead_department = lead
    move.story.note = whistle.reason
    move.story.data |= {
        "kind": str(kind),
        "grounds": str(grounds),
        "lead": lead.name,
        "supporters": [unit.name for unit in supporters],
        "response_limit": str(limit),
        "standard": whistle.standard,
    }
    called = officers_of(each.department_id for each in responses)
    move.tell("incident_whistled", called, unit=incident.street.name, whistle=str(kind), limit=str(limit))


def answer_sign(move: Move) -> None:
    """Sign for the whistle for the actor's own department. Source: R-51."""
    response = _own_response(move, "signed_at")
    response.signed_at = move.at
    _answered(move, response, ["signed_at"])


def answer_report_in(move: Move) -> None:
    """Report the department in, which signs as well where nobody has. Source: R-51."""
    response = _own_response(move, "reported_in_at")
    response.reported_in_at = move.at
    response.signed_at = response.signed_at or move.at
    _answered(move, response, ["reported_in_at", "signed_at"])


def answer_done(move: Move) -> None:
    """Report the department's part as done, which signs and reports in as well. Source: R-51."""
    response = _own_response(move, "done_at")
    response.done_at = move.at
    response.signed_at = response.signed_at or move.at
    response.reported_in_at = response.reported_in_at or move.at
    response.done_note = move.text("note", longest=1000)
    _answered(move, response, ["done_at", "signed_at", "reported_in_at", "done_note"])


def demand_again(incident: Incident) -> frozenset[int]:
    """Ask every called department to report done again, and return their ids; two queries. Source: R-53."""
    responses = WhistleResponse.objects.filter(whistle__incident_id=incident.pk, whistle__ended_at=None)
    called = frozenset(responses.values_list("department_id", flat=True))
    responses.update(done_at=None, done_note="")
    return called


def end_whistle(move: Move) -> None:
    """End the running whistle with the verdict; one query. Source: R-52."""
    if move.incident.is_whistled:
        Whistle.objects.filter(incident_id=move.incident.pk, ended_at=None).update(ended_at=move.at)
        move.incident.is_whistled = False


def _own_response(move: Move, moment: str) -> WhistleResponse:
    """Return the answer of the actor's department that still lacks this step, locked.

    Raises Conflict naming the colleague who was first.
    """
    ids = [each.pk for each in move.standing.own_responses]
    rows = list(
        WhistleResponse.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("department")
        .order_by("-is_lead", "pk")
    )
    for row in rows:
        if getattr(row, moment) is None:
            move.unit_id = row.department_id
            return row
    raise _already(move, [row.department_id for row in rows])


def _already(move: Move, department_ids: list[int]) -> Conflict:
    event = (
        IncidentEvent.objects.filter(incident_id=move.incident.pk, unit_id__in=department_ids)
        .filter(verb__in=[Verb.WHISTLE_SIGN, Verb.WHISTLE_REPORT_IN, Verb.WHISTLE_REPORT_DONE])
        .select_related("actor")
        .order_by("-at", "-id")
        .first()
    )
    return stale(event)


def _answered(move: Move, response: WhistleResponse, fields: list[str]) -> None:
    response.save(update_fields=fields)
    stop_responses([response.pk], move.row.response_clocks.stop, at=move.at)
    department = response.department
    move.story.note = move.text("note", longest=1000)
    move.story.data |= {"department": department.name, "lead": response.is_lead}
    move.tell(
        "whistle_answered",
        owner_ids(move.incident),
        mark=f"{response.pk}",
        unit=department.name,
        verb=str(move.verb),
    )


def _start_response_clocks(
    move: Move, responses: Iterable[WhistleResponse], kind: WhistleKind, limit: Limit
) -> None:
    """Start each department's clocks: it arrives within the street's own limit. Source: R-51."""
    # A kind whose row is gone or cannot be read gets the street's limit for every step.
    limits = dict.fromkeys(ClockKind, limit) | dict(rulebook().whistle_limits.get(kind, {}))
    limits[ClockKind.ARRIVE] = limit
    clocks = [clock for response in responses for clock in _response_clocks(move, response, limits)]
    Clock.objects.bulk_create(clocks)


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


def _whistler(move: Move) -> User:
    # The table gives the whistle to a street leader, so there is a person; the types cannot know it.
    user = move.actor.user
    if not isinstance(user, User):
        raise Invalid("whistler_missing", _("Only a person can blow the whistle."), field="kind")
    return user


def _departments(given: Any) -> tuple[Organization, list[Organization]]:
    lead = _department(given["lead_department"], "lead_department")
    values = given.get("supporting_departments") or ()
    supporters: dict[int, Organization] = {}
    for value in list(values)[:MOST_SUPPORTERS]:
        unit = _department(value, "supporting_departments")
        if unit.pk != lead.pk:
            supporters[unit.pk] = unit
    return lead, list(supporters.values())


def _department(value: Any, field: str) -> Organization:
    unit = find_unit(value, field=field)
    if unit.kind not in _CALLABLE:
        raise Invalid("not_a_department", _("Only departments can be called."), field=field)
    if unit.is_closed:
        raise Invalid(
            "unit_closed",
            _("“%(unit)s” is closed and takes no new work. Please choose another unit."),
            field=field,
            params={"unit": unit.name},
        )
    return unit


def _limit(written: str) -> Limit:
    try:
        return parse_limit(written)
    except LimitError as error:
        raise invalid(error.reason, field="response_limit") from error


def _choice(kind: Any, value: Any, field: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field=field) from error
