"""An incident in the plain words a resident reads: where it stands, who has it, by when, what happened."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from incidents.models import Incident
from incidents.rules.vocabulary import Level, State, Verb
from incidents.selectors import TimelineEntry, timeline_of
from incidents.selectors.families import main_incident, shared_course

_HEADLINES: dict[str, Promise] = {
    State.REPORTED: gettext_lazy("We have received your report"),
    State.ACCEPTED: gettext_lazy("We have taken your report on"),
    State.REGISTERED: gettext_lazy("We have taken your report on"),
    State.RETURNED: gettext_lazy("We are finding the right people for it"),
    State.DISPATCHED: gettext_lazy("Your report has been handed to the people in charge"),
    State.SIGNED: gettext_lazy("The people in charge have taken it on"),
    State.HANDLING: gettext_lazy("It is being handled"),
    State.WHISTLED: gettext_lazy("The street has called several departments together"),
    State.SUSPENDED: gettext_lazy("It has to wait, and we look at it again and again"),
    State.FEEDBACK: gettext_lazy("It is reported done"),
    State.VERIFYING: gettext_lazy("It is reported done and being checked"),
    State.CALLBACK: gettext_lazy("It has been handled. Is it settled?"),
    State.EVALUATED: gettext_lazy("It is closed, with your judgement"),
    State.ARCHIVED: gettext_lazy("It is closed and filed away"),
    State.MERGED: gettext_lazy("It is handled together with other reports of the same matter"),
    State.RECTIFYING: gettext_lazy("It is being done again because of what you said"),
    State.CLOSED: gettext_lazy("It is closed"),
    State.NOT_ACCEPTED: gettext_lazy("It could not be taken on"),
}
_HAPPENED: dict[str, tuple[Promise, str]] = {
    Verb.FILE: (gettext_lazy("You reported it"), "send"),
    Verb.SELF_HANDLE: (gettext_lazy("Settled on the spot"), "check"),
    Verb.DISPATCH: (gettext_lazy("Handed to the people in charge"), "inbox"),
    Verb.ACCEPT: (gettext_lazy("Taken on by the desk"), "inbox"),
    Verb.CONTACT: (gettext_lazy("The people in charge contacted you"), "comment"),
    Verb.ARRIVE: (gettext_lazy("Arrived on site"), "people"),
    Verb.PROGRESS: (gettext_lazy("News of the work"), "comment"),
    Verb.GRANT_EXTENSION: (gettext_lazy("More time was granted"), "clock"),
    Verb.GRANT_SUSPENSION: (gettext_lazy("It has to wait for a while"), "stop"),
    Verb.RESUME: (gettext_lazy("Taken up again"), "wrench"),
    Verb.CLOSE: (gettext_lazy("Closed"), "check"),
    Verb.CONFIRM_CHECK: (gettext_lazy("Somebody else has checked the result"), "shield"),
    Verb.FAIL_CHECK: (gettext_lazy("The check was not passed; it is done again"), "redo"),
    Verb.CALL_BACK: (gettext_lazy("We asked for your judgement"), "comment"),
    Verb.MERGE: (gettext_lazy("Put together with other reports of the same matter"), "people"),
    Verb.UNMERGE: (gettext_lazy("Handled on its own again"), "redo"),
    Verb.URGE: (gettext_lazy("Urged"), "flag"),
    Verb.WHISTLE_UPGRADE: (gettext_lazy("The street called more urgently"), "whistle"),
    Verb.SIGN: (gettext_lazy("Taken on"), "sign"),
    Verb.START: (gettext_lazy("Work has begun"), "wrench"),
    Verb.FINISH: (gettext_lazy("Reported as done"), "check"),
    Verb.ESCALATE: (gettext_lazy("Passed to the next level up"), "redo"),
    Verb.REASSIGN: (gettext_lazy("Passed to another unit"), "redo"),
    Verb.REJECT: (gettext_lazy("Not taken on"), "stop"),
    Verb.WHISTLE: (gettext_lazy("The street called the departments"), "whistle"),
    Verb.WHISTLE_REPORT_IN: (gettext_lazy("A department has arrived"), "people"),
    Verb.ASK_RESIDENT: (gettext_lazy("Done; we asked for your judgement"), "comment"),
    Verb.JUDGE_SATISFIED: (gettext_lazy("You are satisfied"), "heart"),
    Verb.JUDGE_BASICALLY: (gettext_lazy("You are basically satisfied"), "check"),
    Verb.JUDGE_DISSATISFIED: (gettext_lazy("You are not satisfied; it is done again"), "redo"),
    Verb.CLOSE_UNANSWERED: (gettext_lazy("Closed, as no answer came in time"), "check"),
    Verb.REOPEN: (gettext_lazy("You asked for more; it is done again"), "redo"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the story, as the timeline component draws it: units are named, persons never."""

    at: datetime
    title: str
    who: str
    text: str
    icon: str
    mark: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an incident stands, for its reporter; `together` is where the one stands it was merged into."""

    headline: str
    together: str
    place: str
    unit: str
    unit_name: str
    phone: str
    due_at: datetime | None
    is_late: bool
    happened: tuple[Happened, ...]


def progress_of(incident: Incident) -> Progress:
    """Return the plain words; one query for the story, three more where it was merged into another.

    The reporter of a merged incident follows the work of the main one, and nothing else of it. Source: R-141.
    """
    main = main_incident(incident)
    entries = timeline_of(incident, public=True)
    if main is not None:
        entries = sorted([*entries, *shared_course(main, incident)], key=lambda entry: entry.at)
    carrier = main or incident
    running = carrier.is_open
    unit = carrier.owner_organization
    return Progress(
        headline=str(_HEADLINES[incident.state]),
        together=str(_HEADLINES[main.state]) if main else "",
        place=_place_words(incident),
        unit=_unit_words(carrier),
        unit_name=unit.name,
        phone=unit.phone,
        due_at=carrier.due_at if running else None,
        is_late=running and carrier.state != State.CALLBACK and carrier.due_at <= clock.now(),
        happened=tuple(
            _happened(entry, is_last=place == len(entries)) for place, entry in enumerate(entries, start=1)
        )[::-1],
    )


def state_words(incident: Incident) -> str:
    """Return where an incident stands in the words residents read, without speaking of “your report”."""
    if incident.state in (State.REPORTED, State.ACCEPTED, State.REGISTERED, State.DISPATCHED, State.RETURNED):
        return _("received, soon to be handled")
    return _("being handled")


def _unit_words(incident: Incident) -> str:
    if incident.owner_level == Level.GRID and incident.grid is not None:
        return _("the grid worker of %(grid)s") % {"grid": incident.grid.name}
    return incident.owner_organization.name


def _place_words(incident: Incident) -> str:
    narrowest = incident.building or incident.grid
    parts = [incident.community, narrowest, incident.address]
    return " ".join(str(part) for part in parts if part)


def _happened(entry: TimelineEntry, *, is_last: bool) -> Happened:
    title, icon = _HAPPENED.get(entry.verb, (entry.what, "info"))
    return Happened(at=entry.at, title=str(title), who=entry.unit, text=entry.note, icon=icon, mark=is_last)
