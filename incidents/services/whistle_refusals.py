"""A called department refuses, the street releases or upholds, the grid office arbitrates. Source: R-58.

The department's clocks run on until it is released: refusing wins no time.
"""

from django.utils.translation import gettext_lazy as _

from core.errors import Denied, Invalid
from incidents.models import Whistle, WhistleResponse
from incidents.recipients import grid_office_ids, officers_of, owner_ids
from incidents.rules.vocabulary import Refused, Ruling
from incidents.selectors.explain import explain
from incidents.services.clocks import stop_responses
from incidents.services.move import Move
from incidents.services.whistle_calls import call_out, chosen
from incidents.services.whistle_changes import callable_lead, make_lead, responses_of
from incidents.services.whistles import LONGEST, already_answered, own_responses, running_whistle


def refuse(move: Move) -> None:
    """State that the department is not competent, with reason and basis, before it has reported in.

    Raises Conflict naming the colleague who has reported in or refused meanwhile.
    """
    rows = own_responses(move)
    free = [row for row in rows if row.refusal == Refused.NOT and row.reported_in_at is None]
    if not free:
        raise already_answered(move, [row.department_id for row in rows])
    response = free[0]
    move.unit_id = response.department_id
    response.refusal, response.refused_at = Refused.STATED, move.at
    response.refusal_reason = move.text("reason", longest=LONGEST)
    response.refusal_basis = move.text("basis", longest=LONGEST)
    response.save(update_fields=["refusal", "refused_at", "refusal_reason", "refusal_basis"])
    name = response.department.name
    move.story.note = response.refusal_reason
    move.story.data |= {"department": name, "basis": response.refusal_basis, "lead": response.is_lead}
    move.tell(
        "whistle_refused", owner_ids(move.incident), mark=f"{response.pk}", unit=name, note=move.story.note
    )


def release(move: Move) -> None:
    """Let the department go; where it led, another one leads from now on.

    Raises Invalid("lead_needed"|"department_released") and for units that cannot be called.
    """
    whistle = running_whistle(move)
    _release(move, whistle, _named(move, whistle, Refused.STATED))


def uphold(move: Move) -> None:
    """Insist on the call: the grid office decides, and the department's limits run on."""
    response = _named(move, running_whistle(move), Refused.STATED)
    response.refusal = Refused.CONTESTED
    response.save(update_fields=["refusal"])
    _decided(move, response, grid_office_ids() | officers_of([response.department_id]))


def arbitrate(move: Move) -> None:
    """Decide for good whether the department stays called. Raises what `release` raises."""
    whistle = running_whistle(move)
    ruling = chosen(Ruling, move.given["decision"], "decision")
    response = _named(move, whistle, Refused.CONTESTED)
    move.story.data["decision"] = str(ruling)
    if ruling is Ruling.RELEASED:
        _release(move, whistle, response)
        return
    response.refusal = Refused.SETTLED
    response.save(update_fields=["refusal"])
    _decided(move, response, owner_ids(move.incident) | officers_of([response.department_id]))


def _release(move: Move, whistle: Whistle, response: WhistleResponse) -> None:
    was_lead = response.is_lead
    if was_lead:
        _replace_lead(move, whistle, response)
    response.is_lead, response.released_at, response.refusal = False, move.at, Refused.SETTLED
    response.save(update_fields=["is_lead", "released_at", "refusal"])
    stop_responses([response.pk], move.row.response_clocks.stop, at=move.at)
    move.story.data["lead"] = move.incident.lead_department.name if move.incident.lead_department else ""
    _decided(move, response, owner_ids(move.incident) | officers_of([response.department_id]))


def _replace_lead(move: Move, whistle: Whistle, leaving: WhistleResponse) -> None:
    rows = responses_of(whistle)
    if not move.given.get("lead_department"):
        raise Invalid(
            "lead_needed",
            _("This department leads. Please say which one leads in its place."),
            field="lead_department",
        )
    unit = callable_lead(move, rows)
    if unit.pk == leaving.department_id:
        raise Invalid(
            "lead_needed",
            _("This department leads. Please say which one leads in its place."),
            field="lead_department",
        )
    make_lead(move, whistle, rows, unit)
    call_out(move, whistle, officers_of([unit.pk]))


def _named(move: Move, whistle: Whistle, wanted: Refused) -> WhistleResponse:
    """Return the named department's answer, locked; Denied where its refusal does not stand like that."""
    rows = whistle.responses.select_for_update(of=("self",)).select_related("department")
    for row in rows:
        if str(row.department_id) == str(move.given["department"]):
            if row.refusal == wanted:
                return row
            break
    code = "no_refusal" if wanted is Refused.STATED else "no_contest"
    raise Denied(code, explain(code, {}))


def _decided(move: Move, response: WhistleResponse, people: frozenset[int]) -> None:
    move.story.note = move.text("reason", longest=LONGEST)
    move.story.data["department"] = response.department.name
    move.tell(
        "whistle_refusal_decided",
        people,
        mark=f"{response.pk}:{move.verb}",
        unit=response.department.name,
        verb=str(move.verb),
        note=move.story.note,
    )
