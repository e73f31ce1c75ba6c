"""The street's whistle and the departments' answers to it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Denied, Invalid
from incidents.models import Incident, IncidentEvent, Whistle, WhistleDuty, WhistleResponse
from incidents.recipients import officers_of, owner_ids
from incidents.rules.deadlines import due_at
from incidents.rules.vocabulary import Refused, Verb, WhistleGround, WhistleKind
from incidents.selectors.explain import explain
from incidents.services.clocks import stop_responses
from incidents.services.move import Move
from incidents.services.refusals import stale
from incidents.services.rulebook import rulebook
from incidents.services.whistle_calls import call, call_out, chosen, department, limit_of, supporters_of
from organizations.models import User

LONGEST = 500
LONGEST_NAME = 100


def blow(move: Move) -> None:
    """Call the lead and supporting departments; each gets its own clocks and message. Source: R-50.

    Raises Invalid naming kind, grounds, a department, response_limit or standard.
    """
    incident, given = move.incident, move.given
    kind = chosen(WhistleKind, given["kind"], "kind")
    grounds = chosen(WhistleGround, given["grounds"], "grounds")
    lead = department(incident, given["lead_department"], "lead_department")
    supporters = supporters_of(move, without=[lead.pk])
    limit = limit_of(given)
    if incident.street is None:
        raise Invalid("street_missing", _("This incident lies in no street."), field="kind")
    whistle = Whistle.objects.create(
        incident=incident,
        street=incident.street,
        kind=kind,
        first_kind=kind,
        grounds=grounds,
        reason=move.text("reason", longest=LONGEST),
        responsible=move.text("responsible", longest=LONGEST_NAME) or lead.name[:LONGEST_NAME],
        standard=move.text("standard", longest=LONGEST),
        response_limit=str(limit),
        blown_by=person_of(move),
        blown_at=move.at,
    )
    responses = call(move, whistle, lead=lead, supporters=supporters)
    add_duties(move, whistle)
    incident.is_whistled = True
    incident.lead_department = lead
    move.story.note = whistle.reason
    move.story.data |= {
        "kind": str(kind),
        "grounds": str(grounds),
        "lead": lead.name,
        "supporters": [unit.name for unit in supporters],
        "response_limit": str(limit),
        "responsible": whistle.responsible,
        "standard": whistle.standard,
    }
    call_out(move, whistle, officers_of(each.department_id for each in responses))


def add_duties(move: Move, whistle: Whistle) -> None:
    """Set the street the limits that its present kind asks for and that do not stand yet. Source: R-59."""
    standing = set(whistle.duties.values_list("kind", flat=True))
    calendar = rulebook().calendar_of(whistle.street_id)
    WhistleDuty.objects.bulk_create(
        [
            WhistleDuty(whistle=whistle, kind=duty, due_at=due_at(move.at, limit, calendar))
            for duty, limit in rulebook().whistle_duties.get(WhistleKind(whistle.kind), {}).items()
            if duty not in standing
        ]
    )


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
    """Report the department's part as done, which signs and reports in as well. Source: R-51.

    A refusal that nobody has decided is settled by it: the work was done. Source: R-58.
    """
    response = _own_response(move, "done_at")
    response.done_at = move.at
    response.signed_at = response.signed_at or move.at
    response.reported_in_at = response.reported_in_at or move.at
    response.done_note = move.text("note", longest=1000)
    if response.refusal != Refused.NOT:
        response.refusal = Refused.SETTLED
    _answered(move, response, ["done_at", "signed_at", "reported_in_at", "done_note", "refusal"])


def demand_again(incident: Incident) -> frozenset[int]:
    """Ask every called department to report done again, and return their ids; two queries. Source: R-53."""
    responses = WhistleResponse.objects.filter(
        whistle__incident_id=incident.pk, whistle__ended_at=None, released_at=None
    )
    called = frozenset(responses.values_list("department_id", flat=True))
    responses.update(done_at=None, done_note="")
    return called


def end_whistle(move: Move) -> None:
    """End the running whistle with the verdict; one query. Source: R-52."""
    if move.incident.is_whistled:
        Whistle.objects.filter(incident_id=move.incident.pk, ended_at=None).update(ended_at=move.at)
        move.incident.is_whistled = False


def running_whistle(move: Move) -> Whistle:
    """Return the whistle that runs, with its street; Denied("no_whistle") where there is none."""
    found: Whistle | None = (
        Whistle.objects.select_related("street").filter(incident_id=move.incident.pk, ended_at=None).first()
    )
    if found is None:
        raise Denied("no_whistle", explain("no_whistle", {}))
    return found


def person_of(move: Move) -> User:
    """Return the person who makes a move that the table gives to people only."""
    user = move.actor.user
    if not isinstance(user, User):
        raise Invalid("whistler_missing", _("Only a person can blow the whistle."), field="kind")
    return user


def own_responses(move: Move) -> list[WhistleResponse]:
    """Return the answers of the actor's departments, the lead first, locked and read again."""
    ids = [each.pk for each in move.standing.own_responses]
    rows = WhistleResponse.objects.select_for_update(of=("self",)).filter(pk__in=ids, released_at=None)
    return list(rows.select_related("department", "whistle").order_by("-is_lead", "pk"))


def _own_response(move: Move, moment: str) -> WhistleResponse:
    """Return the answer of the actor's department that still lacks this step, locked.

    Raises Conflict naming the colleague who was first.
    """
    rows = own_responses(move)
    for row in rows:
        if getattr(row, moment) is None:
            move.unit_id = row.department_id
            return row
    raise already_answered(move, [row.department_id for row in rows])


def already_answered(move: Move, department_ids: list[int]) -> Conflict:
    """Return the error that names who answered the whistle for these departments last."""
    event = (
        IncidentEvent.objects.filter(incident_id=move.incident.pk, unit_id__in=department_ids)
        .filter(verb__in=_ANSWERS)
        .select_related("actor")
        .order_by("-at", "-id")
        .first()
    )
    return stale(event)


_ANSWERS = (Verb.WHISTLE_SIGN, Verb.WHISTLE_REPORT_IN, Verb.WHISTLE_REPORT_DONE, Verb.WHISTLE_REFUSE)


def _answered(move: Move, response: WhistleResponse, fields: list[str]) -> None:
    response.save(update_fields=fields)
    stop_responses([response.pk], move.row.response_clocks.stop, at=move.at)
    name = response.department.name
    move.story.note = move.text("note", longest=1000)
    move.story.data |= {"department": name, "lead": response.is_lead}
    move.tell(
        "whistle_answered",
        owner_ids(move.incident),
        mark=f"{response.pk}",
        unit=name,
        verb=str(move.verb),
    )
