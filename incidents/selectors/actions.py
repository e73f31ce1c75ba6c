"""Exactly what somebody may do to an incident now, from the same table that the services ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

from core.actor import Actor
from incidents.choices import VERBS
from incidents.models import Incident, WhistleResponse
from incidents.policies import Standing, facts_for, standing_of
from incidents.rules.vocabulary import Refused, State, Verb
from incidents.rules.workflow import Facts, Refusal, Transition, allowed_verbs, check_move, transition
from organizations.models import User

Tone = Literal["primary", "secondary", "danger"]
_LABELS: dict[str, Promise] = dict(VERBS)
_PRIMARY = frozenset(
    {
        Verb.DISPATCH,
        Verb.SIGN,
        Verb.START,
        Verb.FINISH,
        Verb.WHISTLE_SIGN,
        Verb.WHISTLE_REPORT_IN,
        Verb.WHISTLE_REPORT_DONE,
        Verb.FINISH_TASK,
        Verb.WHISTLE_ARBITRATE,
        Verb.ASK_RESIDENT,
        Verb.JUDGE_SATISFIED,
        Verb.CONFIRM_CHECK,
        Verb.ARBITRATE,
        Verb.GRANT_EXTENSION,
        Verb.GRANT_SUSPENSION,
        Verb.ENDORSE,
    }
)
_DANGER = frozenset(
    {
        Verb.REJECT,
        Verb.FAIL_CHECK,
        Verb.WHISTLE,
        Verb.WHISTLE_UPGRADE,
        Verb.JUDGE_DISSATISFIED,
        Verb.REOPEN,
    }
)
_ANSWERED: dict[Verb, Callable[[WhistleResponse], bool]] = {
    Verb.WHISTLE_SIGN: lambda each: each.signed_at is not None,
    Verb.WHISTLE_REPORT_IN: lambda each: each.reported_in_at is not None,
    Verb.WHISTLE_REPORT_DONE: lambda each: each.done_at is not None,
    Verb.WHISTLE_REFUSE: lambda each: each.reported_in_at is not None or each.refusal != Refused.NOT,
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing this person may do now, and the fields the table asks of them."""

    verb: Verb
    label: Promise
    tone: Tone
    fields: tuple[str, ...]


def actions_for(user: User, incident: Incident) -> tuple[Action, ...]:
    """Return what a signed-in person may do now, in table order; no query per verb."""
    return actions_of(Actor.of(user), incident)


def actions_of(actor: Actor, incident: Incident) -> tuple[Action, ...]:
    """Return what the actor may do now; for RESIDENT the caller has proved that this is the reporter."""
    standing = standing_of(actor, incident)
    state = State(incident.state)
    found = []
    for verb in allowed_verbs(state):
        fields = _fields_if_allowed(verb, state, actor, incident, standing)
        if fields is not None and not _done_already(verb, standing):
            found.append(Action(verb, _LABELS[verb], _tone(verb), fields))
    return tuple(found)


def _fields_if_allowed(
    verb: Verb, state: State, actor: Actor, incident: Incident, standing: Standing
) -> tuple[str, ...] | None:
    """Return the fewest fields that let the person do it; None when they may not do it at all."""
    row = transition(verb)
    asked = sorted(_asked(row, standing), key=len)
    for fields in asked:
        facts: Facts = facts_for(actor, incident, dict.fromkeys(fields, "given"), standing=standing)
        answer = check_move(state, verb, facts)
        if not isinstance(answer, Refusal):
            return fields
        more = _more_fields(answer)
        given = dict.fromkeys((*fields, *more), "given")
        facts = facts_for(actor, incident, given, standing=standing)
        if more and not isinstance(check_move(state, verb, facts), Refusal):
            return (*fields, *more)
    return None


def _more_fields(refusal: Refusal) -> tuple[str, ...]:
    """Return what a condition of the row asks for beyond the fields that its right names."""
    if refusal.code == "evidence_missing":
        return ("photos",)
    return tuple(str(refusal.params["fields"]).split(",")) if refusal.code == "fields_missing" else ()


def _asked(row: Transition, standing: Standing) -> list[tuple[str, ...]]:
    return [right.required for right in row.rights if right.party in standing.parties]


def _done_already(verb: Verb, standing: Standing) -> bool:
    answered = _ANSWERED.get(verb)
    return answered is not None and all(answered(each) for each in standing.own_responses)


def _tone(verb: Verb) -> Tone:
    if verb in _PRIMARY:
        return "primary"
    return "danger" if verb in _DANGER else "secondary"
