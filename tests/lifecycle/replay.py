"""The timeline told from its first event to its last: what the incident's row must say in the end."""

from collections.abc import Callable, Iterable
from typing import Any

from incidents.models import Incident, IncidentEvent
from incidents.rules.states import MOVABLE, WORK_OVER
from incidents.rules.vocabulary import State, Verb, Verdict

_JUDGED = {
    Verb.JUDGE_SATISFIED: Verdict.SATISFIED,
    Verb.JUDGE_BASICALLY: Verdict.BASICALLY,
    Verb.JUDGE_DISSATISFIED: Verdict.DISSATISFIED,
}
_FORGETS = frozenset({Verb.FINISH, Verb.ASK_RESIDENT, Verb.REOPEN})
_DONE = frozenset({Verb.SELF_HANDLE, Verb.FINISH, Verb.ASK_RESIDENT})
_UNDONE = frozenset({Verb.FAIL_CHECK, Verb.JUDGE_DISSATISFIED, Verb.REOPEN})
_CLOSES_ANEW = frozenset({Verb.CLOSE, Verb.CONFIRM_CHECK, Verb.REJECT})
_CLOSES_ONCE = frozenset({Verb.JUDGE_SATISFIED, Verb.JUDGE_BASICALLY, Verb.CLOSE_UNANSWERED, Verb.CALL_BACK})
_HANDS_ON = frozenset({Verb.DISPATCH, Verb.ESCALATE, Verb.REASSIGN, Verb.ARBITRATE, Verb.UNMERGE})
_ASKED = {Verb.REQUEST_EXTENSION: "extension", Verb.REQUEST_SUSPENSION: "suspension"}
_ANSWERED = frozenset(
    {
        Verb.GRANT_EXTENSION,
        Verb.REFUSE_EXTENSION,
        Verb.GRANT_SUSPENSION,
        Verb.REFUSE_SUSPENSION,
        Verb.WITHDRAW,
    }
)
_ENDS_WHISTLE = frozenset({Verb.JUDGE_SATISFIED, Verb.JUDGE_BASICALLY})
_COUNTED = {
    "rework_count": _UNDONE,
    "false_completions": frozenset({Verb.FAIL_CHECK}),
    "return_count": frozenset({Verb.RETURN}),
    "extension_count": frozenset({Verb.GRANT_EXTENSION}),
}
# Set on and off by single verbs.
_SWITCHES: dict[str, tuple[frozenset[Verb], frozenset[Verb]]] = {
    "is_whistled": (frozenset({Verb.WHISTLE}), _ENDS_WHISTLE),
    "is_supervised": (frozenset({Verb.SUPERVISE}), frozenset({Verb.LIFT_SUPERVISION})),
    "was_arbitrated": (frozenset({Verb.ARBITRATE}), frozenset()),
    "appeal_waits": (frozenset({Verb.APPEAL}), frozenset({Verb.GRANT_APPEAL, Verb.REFUSE_APPEAL})),
}
# What the timeline does not tell: who settles on the spot owns it, and a result is inherited from elsewhere.
UNTOLD = object()


def replayed(incident: Incident, events: Iterable[IncidentEvent]) -> list[str]:
    """Return in words where the row is not what its events come to; the owner's row has been read."""
    told = _Told()
    for event in events:
        told.hear(event)
    found = []
    for name, value in told.row.items():
        actual = _actual(incident, name)
        if value is not UNTOLD and actual != value:
            found.append(f"{name} is {actual!r}, its events come to {value!r}")
    return found


def is_about_another(event: IncidentEvent) -> bool:
    """Return whether the event only tells on a main incident what was done to one merged into it."""
    return "child" in event.data


class _Told:
    """What is known of the row after the events heard so far."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {
            **dict.fromkeys(_COUNTED, 0),
            **dict.fromkeys(_SWITCHES, False),
            "state": "",
            "verdict": "",
            "pending_application": "",
            "child_count": 0,
            "handled_at": None,
            "closed_at": None,
            "registered_at": None,
            "dispatched_at": None,
        }

    def hear(self, event: IncidentEvent) -> None:
        """Add one event."""
        verb, row = Verb(event.verb), self.row
        if is_about_another(event):
            row["child_count"] += 1 if verb is Verb.MERGE else -1
            return
        row["state"] = event.to_state
        for name, verbs in _COUNTED.items():
            row[name] += verb in verbs
        for name, (on, off) in _SWITCHES.items():
            row[name] = (row[name] or verb in on) and verb not in off
        if event.to_state in WORK_OVER:
            row["child_count"] = 0  # their own verdicts are asked for now
        self._result(event, verb)
        self._dates(event, verb)
        self._owner(event, verb)

    def _result(self, event: IncidentEvent, verb: Verb) -> None:
        row = self.row
        if verb in _FORGETS:
            row["verdict"] = ""
        row["verdict"] = _JUDGED.get(verb, row["verdict"])
        row["pending_application"] = _ASKED.get(verb, row["pending_application"])
        lapsed = event.to_state not in (*MOVABLE, State.SUSPENDED)
        if verb in _ANSWERED or lapsed:
            row["pending_application"] = ""

    def _dates(self, event: IncidentEvent, verb: Verb) -> None:
        row, inherits = self.row, event.from_state == State.MERGED
        self._done(event, verb)
        if verb in _CLOSES_ANEW:
            row["closed_at"] = event.at
        if verb in _CLOSES_ONCE:
            row["closed_at"] = row["closed_at"] or event.at
        if verb in (Verb.DISPATCH, Verb.SELF_HANDLE):
            row["registered_at"] = row["registered_at"] or event.at
        if verb is Verb.REGISTER:
            row["registered_at"] = event.at
        if verb in _HANDS_ON or (inherits and "to_level" in event.data):
            row["dispatched_at"] = event.at

    def _done(self, event: IncidentEvent, verb: Verb) -> None:
        row = self.row
        if verb in _DONE:
            row["handled_at"] = event.at
        if verb in _UNDONE:
            row["handled_at"] = None
        if verb in _UNDONE and verb is not Verb.FAIL_CHECK:
            row["closed_at"] = None
        if event.from_state == State.MERGED and verb in (Verb.CLOSE, Verb.CALL_BACK):
            row["handled_at"] = UNTOLD

    def _owner(self, event: IncidentEvent, verb: Verb) -> None:
        data, row = event.data, self.row
        if verb is Verb.SELF_HANDLE:
            row["owner"] = row["owner_level"] = UNTOLD
        if "owner" in data:
            row["owner"], row["owner_level"] = data["owner"], data["owner_level"]
        if "to_unit" in data:
            row["owner"], row["owner_level"] = data["to_unit"], data.get("to_level", UNTOLD)


_ACTUAL: dict[str, Callable[[Incident], Any]] = {"owner": lambda incident: incident.owner_organization.name}


def _actual(incident: Incident, name: str) -> Any:
    return _ACTUAL[name](incident) if name in _ACTUAL else getattr(incident, name)
