"""What the street leader changes while a whistle runs: who is called, and how hard."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Whistle, WhistleResponse
from incidents.recipients import officers_of
from incidents.rules.vocabulary import WhistleKind
from incidents.services.clocks import stop_responses
from incidents.services.move import Move
from incidents.services.whistle_calls import (
    call,
    call_out,
    chosen,
    department,
    limit_of,
    start_clocks,
    supporters_of,
)
from incidents.services.whistles import LONGEST, add_duties, running_whistle
from organizations.models import Organization

_MOMENTS = ("signed_at", "reported_in_at", "done_at")


def change_called(move: Move) -> None:
    """Let another department lead, or call more supporters; who is called stays called. Source: R-56.

    Raises Invalid("nothing_changed"|"department_released") and for units that cannot be called.
    """
    whistle = running_whistle(move)
    rows = responses_of(whistle)
    lead = _new_lead(move, rows)
    taken = {*rows, *([lead.pk] if lead else [])}
    supporters = supporters_of(move, without=taken)
    if lead is None and not supporters:
        raise Invalid(
            "nothing_changed",
            _("Please choose another lead department, or departments that are not called yet."),
            field="lead_department",
        )
    called = []
    if lead is not None:
        called += make_lead(move, whistle, rows, lead)
    called += call(move, whistle, lead=None, supporters=supporters) if supporters else []
    move.story.note = move.text("reason", longest=LONGEST)
    move.story.data |= {
        "lead": lead.name if lead else "",
        "supporters": [unit.name for unit in supporters],
    }
    told = {each.department_id for each in called} | ({lead.pk} if lead else set())
    call_out(move, whistle, officers_of(told))


def upgrade(move: Move) -> None:
    """Call harder: new limits, and every called department answers anew. Source: R-56.

    What they had answered before stays in the event. Raises Invalid("kind_not_higher").
    """
    whistle = running_whistle(move)
    kind = chosen(WhistleKind, move.given["kind"], "kind")
    if not kind.outranks(WhistleKind(whistle.kind)):
        raise Invalid("kind_not_higher", _("A whistle can only be raised to a stronger kind."), field="kind")
    limit = limit_of(move.given)
    before = whistle.kind
    responses = [each for each in responses_of(whistle).values() if each.released_at is None]
    stop_responses([each.pk for each in responses], move.row.response_clocks.stop, at=move.at)
    move.story.note = move.text("reason", longest=LONGEST)
    move.story.data |= {
        "from_kind": before,
        "kind": str(kind),
        "from_limit": whistle.response_limit,
        "response_limit": str(limit),
        "answers": [_as_answered(each) for each in responses],
    }
    for each in responses:
        each.signed_at = each.reported_in_at = each.done_at = None
        each.done_note = ""
    WhistleResponse.objects.bulk_update(responses, [*_MOMENTS, "done_note"])
    whistle.kind, whistle.response_limit, whistle.raised_at = kind, str(limit), move.at
    whistle.save(update_fields=["kind", "response_limit", "raised_at"])
    start_clocks(move, responses, kind, limit)
    add_duties(move, whistle)
    call_out(move, whistle, officers_of(each.department_id for each in responses))


def make_lead(
    move: Move, whistle: Whistle, rows: Mapping[int, WhistleResponse], unit: Organization
) -> list[WhistleResponse]:
    """Let a department lead; return its answer where it was not called before. Source: R-56."""
    WhistleResponse.objects.filter(whistle=whistle, is_lead=True).update(is_lead=False)
    move.incident.lead_department = unit
    known = rows.get(unit.pk)
    if known is None:
        return call(move, whistle, lead=unit, supporters=())
    known.is_lead = True
    known.save(update_fields=["is_lead"])
    return []


def responses_of(whistle: Whistle) -> dict[int, WhistleResponse]:
    """Return the answers by department, released ones too; one query."""
    rows = whistle.responses.select_related("department").order_by("-is_lead", "pk")
    return {row.department_id: row for row in rows}


def callable_lead(move: Move, rows: Mapping[int, WhistleResponse]) -> Organization:
    """Return a department that can lead; Invalid("department_released") for one that was let go."""
    unit = department(move.incident, move.given["lead_department"], "lead_department")
    known = rows.get(unit.pk)
    if known is not None and known.released_at is not None:
        raise Invalid(
            "department_released",
            _("“%(unit)s” has been released from this whistle. Please choose another department."),
            field="lead_department",
            params={"unit": unit.name},
        )
    return unit


def _new_lead(move: Move, rows: Mapping[int, WhistleResponse]) -> Organization | None:
    """Return the department that is to lead, None where it does already or nobody is named."""
    if not move.given.get("lead_department"):
        return None
    unit = callable_lead(move, rows)
    known = rows.get(unit.pk)
    return None if known is not None and known.is_lead else unit


def _as_answered(response: WhistleResponse) -> dict[str, str]:
    moments = {name: getattr(response, name) for name in _MOMENTS}
    return {"department": response.department.name} | {
        name: at.isoformat() for name, at in moments.items() if at is not None
    }
