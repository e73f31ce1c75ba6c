"""/incidents/approvals/ — what waits for my decision, each decided with one key and a note."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import DomainError, Invalid
from core.listing import page_links
from incidents.choices import VERBS
from incidents.rules.vocabulary import Pending, Verb
from incidents.selectors.deciding import Waiting, deciding_shows, waiting_rows
from incidents.selectors.lists import incident_for, incidents_for
from incidents.selectors.shows import count_shows
from incidents.services import incident_perform
from incidents.views.staff.listing import page_of, show_chips
from incidents.views.staff.long_lists import long_tabs
from organizations.requests import back_url, staff_actor

_NAMES = dict(VERBS)
_GRANTS = {Pending.EXTENSION: Verb.GRANT_EXTENSION, Pending.SUSPENSION: Verb.GRANT_SUSPENSION}
_REFUSALS = {Pending.EXTENSION: Verb.REFUSE_EXTENSION, Pending.SUSPENSION: Verb.REFUSE_SUSPENSION}
_DECISIONS = frozenset({*_GRANTS.values(), *_REFUSALS.values(), Verb.ENDORSE, Verb.DISPATCH, Verb.ARBITRATE})


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide: the letter, the word on the button, and what the button sends."""

    key: str
    label: str | Promise
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One case that waits, with the ways to decide it; `problem` is why the last try was refused."""

    waiting: Waiting
    options: tuple[Option, ...]
    note: str = ""
    problem: str = ""


@login_required
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person's decision, the most pressing first."""
    return _page(request)


@login_required
@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Take one decision; what is refused is shown again with what was written."""
    incident = incident_for(request.user, number)
    note = request.POST.get("note", "").strip()
    version = request.POST.get("version", "")
    try:
        verb, unit = _chosen(request.POST.get("step", ""))
        incident_perform(
            actor=staff_actor(request),
            incident_id=incident.pk,
            verb=verb,
            given={"note": note, "reason": note, **({"target_unit": unit} if unit else {})},
            version=int(version) if version.isdecimal() else None,
        )
    except DomainError as error:
        return _page(request, refused=(number, note, error.message), status=int(error.status))
    messages.success(request, _("%(number)s: %(step)s – done.") % {"number": number, "step": _NAMES[verb]})
    back = back_url(request)
    return redirect(back if request.POST.get("back") else reverse("approvals"))


def _chosen(value: str) -> tuple[Verb, int | None]:
    name, _colon, unit = value.partition(":")
    if name not in _DECISIONS:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."))
    return Verb(name), int(unit) if unit.isdecimal() and len(unit) < 19 else None


def _page(
    request: HttpRequest, *, refused: tuple[str, str, str] | None = None, status: int = 200
) -> HttpResponse:
    shows = deciding_shows(request.user)
    seen = incidents_for(request.user).open()
    counts = count_shows(seen, shows)
    query = request.GET
    chosen = next((show for show in shows if show.key == query.get("show")), None)
    wanted = chosen.condition if chosen else _any(show.condition for show in shows)
    page = page_of(seen.filter(wanted), query, "due")
    context: dict[str, Any] = {
        "now": clock.now(),
        "rows": [_row(waiting, refused) for waiting in waiting_rows(page.rows)],
        "tabs": long_tabs("approvals"),
        "chips": show_chips(query, shows, counts, chosen.key if chosen else "", toggles=True),
        "narrowed": chosen is not None,
        "gone": refused,
        "back": request.get_full_path() if request.method == "GET" else reverse("approvals"),
        **page_links(page, query),
    }
    if refused is not None and any(row.problem for row in context["rows"]):
        context["gone"] = None
    return render(request, "incidents/approvals.html", context, status=status)


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _row(waiting: Waiting, refused: tuple[str, str, str] | None) -> Row:
    options = _options(waiting)
    if refused is not None and waiting.incident.number == refused[0]:
        return Row(waiting, options, note=refused[1], problem=refused[2])
    return Row(waiting, options)


def _options(waiting: Waiting) -> tuple[Option, ...]:
    """Return the ways to decide, worked out from the row alone; the service judges again."""
    application = waiting.application
    if application is not None:
        kind = Pending(application.kind)
        agree = Verb.ENDORSE if application.steps_left else _GRANTS[kind]
        refuse = _REFUSALS[kind]
        return (
            Option("y", _NAMES[agree], agree, "button--primary"),
            Option("n", _NAMES[refuse], refuse),
        )
    slip = waiting.slip
    if slip is None:
        return ()
    verb = Verb.ARBITRATE if waiting.incident.arbitration_due else Verb.DISPATCH
    found = []
    if slip.suggested_unit is not None:
        found.append(
            Option("y", gettext_lazy("As suggested"), f"{verb}:{slip.suggested_unit_id}", "button--primary")
        )
    found.append(Option("n", gettext_lazy("Back to the unit"), f"{verb}:{slip.unit_id}"))
    return tuple(found)
