"""What is shown of one incident, on its page and in the queue's panel, and the forms of its steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import DomainError
from incidents.forms.actions import ActionForm
from incidents.models import Incident, Whistle
from incidents.policies import can_reveal, usual_lead_id
from incidents.rules.vocabulary import Verb
from incidents.selectors import Action, actions_for, responsible_people, running_clocks, timeline_of
from incidents.selectors.deciding import appeals_of, applications_of, slips_of
from incidents.selectors.lists import rows_of
from incidents.selectors.timeline import TimelineEntry
from incidents.selectors.whistles import sessions_of, whistles_of
from incidents.views.staff.family import family_context
from organizations.requests import staff_user

_MOVES = (Verb.DISPATCH, Verb.ESCALATE, Verb.REASSIGN, Verb.RETURN, Verb.ARBITRATE)
# One letter per step, free of the letters that move through the list (j k x).
KEYS: dict[Verb, str] = {
    Verb.SIGN: "s",
    Verb.START: "t",
    Verb.FINISH: "f",
    Verb.SELF_HANDLE: "f",
    Verb.ESCALATE: "e",
    Verb.DISPATCH: "d",
    Verb.REASSIGN: "r",
    Verb.REJECT: "n",
    Verb.WHISTLE: "w",
    Verb.WHISTLE_SIGN: "s",
    Verb.WHISTLE_REPORT_IN: "i",
    Verb.WHISTLE_REPORT_DONE: "f",
    Verb.WHISTLE_REFUSE: "n",
    Verb.WHISTLE_CHANGE: "h",
    Verb.WHISTLE_UPGRADE: "p",
    Verb.WHISTLE_RELEASE: "l",
    Verb.WHISTLE_UPHOLD: "v",
    Verb.WHISTLE_ARBITRATE: "b",
    Verb.HOLD_SESSION: "m",
    Verb.FINISH_TASK: "z",
    Verb.ASK_RESIDENT: "a",
    Verb.JUDGE_SATISFIED: "y",
    Verb.SUPERVISE: "u",
    Verb.MERGE: "m",
    Verb.COMMENT: "c",
    Verb.RETURN: "b",
    Verb.ARBITRATE: "d",
    Verb.REQUEST_EXTENSION: "m",
    Verb.REQUEST_SUSPENSION: "z",
    Verb.GRANT_EXTENSION: "y",
    Verb.GRANT_SUSPENSION: "y",
    Verb.ENDORSE: "y",
    Verb.REFUSE_EXTENSION: "n",
    Verb.REFUSE_SUSPENSION: "n",
    Verb.REVIEW_SUSPENSION: "v",
    Verb.RESUME: "t",
    Verb.CONFIRM_CHECK: "y",
    Verb.FAIL_CHECK: "n",
    Verb.URGE: "h",
    Verb.REPLY_SUPERVISION: "p",
}
_ICONS: dict[Verb, str] = {
    Verb.SIGN: "sign",
    Verb.WHISTLE: "whistle",
    Verb.WHISTLE_SIGN: "sign",
    Verb.WHISTLE_CHANGE: "people",
    Verb.WHISTLE_UPGRADE: "whistle",
    Verb.WHISTLE_REFUSE: "stop",
    Verb.HOLD_SESSION: "people",
    Verb.ESCALATE: "send",
    Verb.DISPATCH: "send",
    Verb.REASSIGN: "send",
    Verb.COMMENT: "comment",
    Verb.SUPERVISE: "flag",
    Verb.REJECT: "stop",
    Verb.MERGE: "people",
    Verb.UNMERGE: "redo",
    Verb.REOPEN: "redo",
    Verb.JUDGE_DISSATISFIED: "redo",
    Verb.RETURN: "undo",
    Verb.ARBITRATE: "send",
    Verb.REQUEST_EXTENSION: "clock",
    Verb.REQUEST_SUSPENSION: "calendar",
    Verb.GRANT_SUSPENSION: "calendar",
    Verb.REFUSE_EXTENSION: "stop",
    Verb.REFUSE_SUSPENSION: "stop",
    Verb.REVIEW_SUSPENSION: "calendar",
    Verb.WITHDRAW: "undo",
    Verb.CONFIRM_CHECK: "shield",
    Verb.FAIL_CHECK: "redo",
    Verb.URGE: "bell",
    Verb.REPLY_SUPERVISION: "comment",
    Verb.LIFT_SUPERVISION: "check",
    Verb.APPEAL: "flag",
    Verb.REFUSE_APPEAL: "stop",
}


# So many steps are seen at once; of more, those that are seldom the next one go behind a button first.
IN_SIGHT = 5
# What its people came for is never looked for, however many other steps there are.
_ALWAYS = frozenset({Verb.WHISTLE, Verb.ESCALATE})
_SELDOM = frozenset(
    {
        Verb.COMMENT,
        Verb.MERGE,
        Verb.HOLD_SESSION,
        Verb.SUPERVISE,
        Verb.LIFT_SUPERVISION,
        Verb.REQUEST_SUSPENSION,
        Verb.WHISTLE_CHANGE,
        Verb.WHISTLE_UPGRADE,
        Verb.WITHDRAW,
        Verb.REJECT,
        Verb.URGE,
    }
)


# What is asked before a step that nobody can take back.
_CONFIRMATIONS: dict[Verb, Promise] = {
    Verb.WHISTLE: _(
        "The departments are called at once and their limits begin to run. A whistle cannot be taken back."
    ),
    Verb.WHISTLE_UPGRADE: _(
        "Every called department answers anew within the stricter limits. A whistle cannot be lowered again."
    ),
    Verb.WHISTLE_REFUSE: _("The street decides on the refusal. Until then your limits run on."),
    Verb.WHISTLE_RELEASE: _("The department is released from the whistle and cannot be called again."),
    Verb.WHISTLE_UPHOLD: _("The city grid office decides. Until then the department's limits run on."),
    Verb.WHISTLE_ARBITRATE: _("This decision is final."),
    Verb.REJECT: _("The case ends here, and the reporter reads your reason."),
    Verb.ARBITRATE: _("The decision is final: the unit you name cannot give the case back again."),
    Verb.GRANT_SUSPENSION: _("Every limit of the case stands still until it is taken up again."),
    Verb.FAIL_CHECK: _("The case goes back and counts as claimed but not done."),
    Verb.JUDGE_SATISFIED: _("The case is closed with this verdict."),
    Verb.JUDGE_BASICALLY: _("The case is closed with this verdict."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step this person may take now, with its form, its letter and where it is sent."""

    action: Action
    form: ActionForm
    url: str
    key: str
    icon: str
    is_open: bool = False
    is_further: bool = False
    confirmation: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that was sent and could not be taken: its form is shown again, opened, with what was typed."""

    verb: Verb
    form: ActionForm
    error: DomainError | None = None


def steps_for(request: HttpRequest, incident: Incident, attempt: Attempt | None = None) -> list[Step]:
    """Return exactly the steps the person may take now, the main ones first."""
    user = staff_user(request)
    actions = _one_main(actions_for(user, incident))
    steps = [_step(request, incident, action, attempt) for action in actions]
    steps = sorted(steps, key=lambda step: ("primary", "secondary", "danger").index(step.action.tone))
    return _further(steps)


def _further(steps: list[Step]) -> list[Step]:
    """Keep in sight the main step and what answers it; the rest stands behind one button."""
    if len(steps) <= IN_SIGHT:
        return steps
    by_use = sorted(steps, key=_rarity)
    seen = {step.action.verb for step in by_use[: IN_SIGHT - 1]}
    return [replace(step, is_further=step.action.verb not in seen) for step in steps]


def _rarity(step: Step) -> int:
    if step.action.tone == "primary" or step.action.verb in _ALWAYS:
        return 0
    return 2 if step.action.verb in _SELDOM else 1


def case_context(request: HttpRequest, incident: Incident, attempt: Attempt | None = None) -> dict[str, Any]:
    """Return everything the page and the panel show of one incident."""
    whistles = whistles_of(incident)
    timeline = timeline_of(incident)
    steps = steps_for(request, incident, attempt)
    return {
        "incident": incident,
        "row": rows_of([incident], request.user)[0],
        "now": clock.now(),
        "steps": steps,
        "further_count": sum(step.is_further for step in steps),
        "further_open": any(step.is_further and step.is_open for step in steps),
        **family_context(request, incident, {step.action.verb for step in steps}, timeline),
        "attempt": attempt,
        "clocks": list(running_clocks(incident)),
        "people": responsible_people(incident),
        "timeline": timeline,
        "why": why_here(timeline),
        "photos": photos_of(incident),
        "whistles": whistles,
        "whistle": _running(whistles),
        "applications": applications_of(incident),
        "slips": slips_of(incident),
        "appeals": appeals_of(incident) if _was_appealed(timeline) else [],
        "sessions": sessions_of(incident),
        "has_reporter": bool(incident.reporter_name_sealed or incident.reporter_phone_sealed),
        "may_reveal": can_reveal(request.user, incident),
    }


def why_here(timeline: Sequence[TimelineEntry]) -> list[str]:
    """Return why it has its colour and why it is where it is: the filing's reasons, then the last move's."""
    told = [entry for entry in timeline if entry.reasons]
    first = [text for entry in told if entry.verb == Verb.FILE for text in entry.reasons]
    moves = [entry.reasons for entry in told if entry.verb in _MOVES]
    return list(dict.fromkeys([*first, *(moves[-1] if moves else [])]))


def photos_of(incident: Incident) -> dict[str, list[dict[str, str]]]:
    """Return the photos as the gallery shows them: what was found, and what was done; one query."""
    groups: dict[str, list[dict[str, str]]] = {"report": [], "result": []}
    for photo in incident.photos.all():
        groups[photo.purpose].append(
            {
                "url": reverse("photo", args=[photo.pk, "full"]),
                "thumbnail_url": reverse("photo", args=[photo.pk, "thumb"]),
            }
        )
    return groups


def _one_main(actions: Sequence[Action]) -> list[Action]:
    """Keep the main look for the first main step only: it is the one that comes next."""
    first = next((action for action in actions if action.tone == "primary"), None)
    return [
        replace(action, tone="secondary") if action.tone == "primary" and action is not first else action
        for action in actions
    ]


def _step(request: HttpRequest, incident: Incident, action: Action, attempt: Attempt | None) -> Step:
    failed = attempt if attempt is not None and attempt.verb == action.verb else None
    form = (
        failed.form
        if failed
        else ActionForm(
            action.verb,
            action.fields,
            request.user,
            initial=_initial(action.verb, incident),
            incident=incident,
        )
    )
    return Step(
        action=action,
        form=form,
        url=reverse("incident-act", args=[incident.number, action.verb.value]),
        key=KEYS.get(action.verb, ""),
        icon=_ICONS.get(action.verb, "check"),
        is_open=failed is not None,
        confirmation=_CONFIRMATIONS.get(action.verb, ""),
    )


def _initial(verb: Verb, incident: Incident) -> dict[str, Any]:
    """Fill in what is known: the version that is seen, and for a whistle the department that would lead."""
    known: dict[str, Any] = {"version": incident.version}
    if verb is Verb.WHISTLE:
        known["lead_department"] = usual_lead_id(incident)
    if verb is Verb.WHISTLE_CHANGE:
        known["lead_department"] = incident.lead_department_id
    if verb is Verb.HOLD_SESSION:
        known["held_at"] = clock.now()
    return known


def _was_appealed(timeline: Sequence[TimelineEntry]) -> bool:
    return any(entry.verb == Verb.APPEAL for entry in timeline)


def _running(whistles: list[Whistle]) -> Whistle | None:
    return next((whistle for whistle in whistles if whistle.ended_at is None), None)
