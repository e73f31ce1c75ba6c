"""The life cycle as the administration shows it: picture and table, both made of the code's own table."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.errors import Denied
from incidents.choices import CLOCK_KINDS, STATES, VERBS
from incidents.models import Incident
from incidents.rules.vocabulary import ClockKind, State
from incidents.rules.workflow import TRANSITIONS, Right, Transition
from incidents.rules.workflow_picture import HEIGHT, WIDTH, Arrow, picture
from incidents.selectors.words import FIELD_NAMES, PARTY_NAMES

_STATES = dict(STATES)
_VERBS = dict(VERBS)
_CLOCKS = dict(CLOCK_KINDS)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table in words."""

    step: str
    before: str
    after: str
    who: tuple[str, ...]
    stops: str
    starts: str


def workflow_page(request: HttpRequest) -> TemplateResponse:
    """Show every step of the life cycle to whoever may see incidents here; no query of its own."""
    if not admin.site.get_model_admin(Incident).has_view_permission(request):
        raise Denied("permission_missing", _("Your role does not include this page."))
    context = {
        **admin.site.each_context(request),
        "title": _("Life cycle of incidents"),
        "picture": picture(),
        "boxes": _boxes(),
        "box_size": (WIDTH, HEIGHT),
        "lines": [_line(row) for row in TRANSITIONS],
    }
    return TemplateResponse(request, "admin/incidents/workflow.html", context)


def _boxes() -> list[dict[str, object]]:
    """Return the picture's boxes and arrows with their words in the reader's language."""
    return [
        {
            "box": box,
            "label": _STATES[box.state],
            "text_x": box.corner.x + WIDTH / 2,
            "text_y": box.corner.y + HEIGHT / 2 + 5,
            "arrows": [(arrow, _title(box.state, arrow)) for arrow in box.arrows],
        }
        for box in picture().boxes
    ]


def _title(source: State, arrow: Arrow) -> str:
    steps = " / ".join(str(_VERBS[verb]) for verb in arrow.verbs)
    return f"{_STATES[source]} → {_STATES[arrow.target]} · {steps}"


def _line(row: Transition) -> Line:
    return Line(
        step=str(_VERBS[row.verb]),
        before=pgettext("list", ", ").join(str(_STATES[state]) for state in row.sources) or _("(new)"),
        after=str(_STATES[row.target]) if row.target else _("stays"),
        who=tuple(_right(right) for right in row.rights),
        stops=_clocks(row.clocks.stop | row.response_clocks.stop),
        starts=_clocks(row.clocks.start | row.response_clocks.start),
    )


def _right(right: Right) -> str:
    who = str(PARTY_NAMES[right.party])
    if not right.required:
        return who
    fields = pgettext("list", ", ").join(str(FIELD_NAMES[name]) for name in right.required)
    return _("%(who)s (gives: %(fields)s)") % {"who": who, "fields": fields}


def _clocks(kinds: Iterable[ClockKind]) -> str:
    found = frozenset(kinds)
    if found == frozenset(ClockKind):
        return _("all limits")
    return pgettext("list", ", ").join(str(_CLOCKS[kind]) for kind in ClockKind if kind in found)
