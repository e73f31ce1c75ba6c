"""How each kind of message about an incident reads; messages hold only values, worded when read."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.notifications import register
from incidents import choices
from incidents.selectors.explain import explain
from incidents.services.calendar_watch import year_missing_sentence

Params = Mapping[str, Any]

_LEVELS = dict(choices.LEVELS)
_COLOURS = dict(choices.COLOURS)
_CLOCKS = dict(choices.CLOCK_KINDS)
_WHISTLES = dict(choices.WHISTLE_KINDS)
_DUTIES = dict(choices.WHISTLE_DUTIES)
_VERBS = dict(choices.VERBS)
_VERDICTS = dict(choices.VERDICTS)
_WORDED: dict[str, Mapping[Any, Any]] = {
    "colour": _COLOURS,
    "from_level": _LEVELS,
    "to_level": _LEVELS,
    "clock": _CLOCKS,
    "whistle": _WHISTLES,
    "duty": _DUTIES,
    "verb": _VERBS,
    "verdict": _VERDICTS,
    "what": dict(choices.PENDING),
    "outcome": dict(choices.APPLICATION_STATES),
}


def _words(params: Params) -> dict[str, str]:
    return {name: str(_WORDED.get(name, {}).get(value, value)) for name, value in params.items()}


def _sentence(text: Callable[[], str]) -> Callable[[Params], str]:
    return lambda params: text() % _words(params)


_SENTENCES: dict[str, Callable[[], str]] = {
    "incident_assigned": lambda: _(
        "%(number)s %(category)s (%(colour)s) has come to you: please sign for it."
    ),
    "incident_to_accept": lambda: _(
        "%(number)s %(category)s (%(colour)s) waits to be accepted: please look whether it is yours."
    ),
    "incident_filed_near": lambda: _("For your information: %(number)s %(category)s (%(colour)s)."),
    "incident_raised": lambda: _(
        "%(number)s %(category)s (%(colour)s) went up from %(from_level)s to %(to_level)s."
    ),
    "incident_warned": lambda: _("%(number)s %(category)s: the limit for %(clock)s is 80%% used up."),
    "incident_overdue": lambda: _("%(number)s %(category)s: the limit for %(clock)s has run out."),
    "incident_supervised": lambda: _("%(number)s %(category)s is now supervised."),
    "supervision_answered": lambda: _("Answer on the supervised %(number)s %(category)s: %(note)s"),
    "supervision_lifted": lambda: _("%(number)s %(category)s is no longer supervised. %(note)s"),
    "appeal_made": lambda: _("%(unit)s asks to leave %(number)s %(category)s out of its figures: %(note)s"),
    "appeal_decided": lambda: _("%(number)s %(category)s, appeal of %(unit)s: %(verb)s. %(note)s"),
    "incident_given_back": lambda: _("%(unit)s has given back %(number)s %(category)s: %(note)s"),
    "incident_arbitrated": lambda: _("The grid office has decided on %(number)s %(category)s: %(note)s"),
    "application_waits": lambda: _("%(unit)s asks for %(what)s on %(number)s %(category)s: please decide."),
    "application_decided": lambda: _("%(number)s %(category)s, %(what)s: %(outcome)s."),
    "incident_review_due": lambda: _("%(number)s %(category)s is set aside: its review is due today."),
    "suspension_reviewed": lambda: _("%(number)s %(category)s was reviewed: %(note)s"),
    "incident_resumed": lambda: _("%(number)s %(category)s is taken up again. %(note)s"),
    "incident_whistled": lambda: _(
        "%(unit)s has blown the whistle (%(whistle)s): %(number)s %(category)s. Answer within %(limit)s."
    ),
    "whistle_answered": lambda: _("%(unit)s on %(number)s %(category)s: %(verb)s."),
    "whistle_refused": lambda: _("%(unit)s refuses the whistle on %(number)s %(category)s: %(note)s"),
    "whistle_refusal_decided": lambda: _("%(number)s %(category)s, refusal of %(unit)s: %(verb)s. %(note)s"),
    "whistle_duty_late": lambda: _("%(number)s %(category)s: still owed after the whistle: %(duty)s."),
    "session_task_given": lambda: _("A task for you in %(number)s %(category)s, until %(due)s: %(task)s"),
    "session_task_done": lambda: _("%(unit)s has done its task in %(number)s %(category)s: %(task)s"),
    "session_task_late": lambda: _("Late since %(due)s in %(number)s %(category)s: %(task)s"),
    "incident_verifying": lambda: _("%(number)s %(category)s is done: the verdict is awaited."),
    "incident_check_drawn": lambda: _("%(number)s %(category)s is reported done and was drawn for a check."),
    "incident_check_failed": lambda: _("%(number)s %(category)s: the check was not passed. %(note)s"),
    "incident_progress": lambda: _("News of %(number)s %(category)s: %(note)s"),
    "incident_urged": lambda: _("%(number)s %(category)s is urged. %(note)s"),
    "incident_dissatisfied": lambda: _("%(number)s %(category)s: not satisfied, please rectify. %(note)s"),
    "incident_reopened": lambda: _("%(number)s %(category)s was reopened, please rectify. %(note)s"),
    "incident_closed": lambda: _("%(number)s %(category)s is closed. Verdict: %(verdict)s."),
    "incident_closed_silently": lambda: _("%(number)s %(category)s is closed."),
    "incident_merged": lambda: _("%(number)s %(category)s is now handled together with %(parent)s."),
    "incident_joined": lambda: _("%(child)s has been merged into %(number)s %(category)s, which you handle."),
    "incident_rejected": lambda: _("%(number)s %(category)s was not accepted: %(note)s"),
    "import_done": lambda: _(
        "The import of %(file)s is finished: %(rows)s rows, %(refused)s of them refused."
    ),
    "incident_commented": lambda: _("Comment on %(number)s %(category)s: %(note)s"),
}


def _calendar_missing(params: Params) -> str:
    return year_missing_sentence(int(params["year"]))


def _routing_problem(params: Params) -> str:
    why = explain(str(params["code"]), params["params"])
    return _("A routing rule needs repair: %(why)s") % {"why": why}


def _rules_in_force(params: Params) -> str:
    return _("New rules are in force: version %(number)s, %(name)s. %(why)s") % params


for _kind, _text in _SENTENCES.items():
    register(_kind, _sentence(_text))
register("routing_problem", _routing_problem)
register("calendar_year_missing", _calendar_missing)
register("rules_in_force", _rules_in_force)
