"""The rows of the staff's lists: where they start, what they carry, and how many queries they cost.

Every list starts at `visible_to` and costs the same number of queries whatever its length.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.errors import Missing
from incidents.choices import VERBS
from incidents.models import Clock, Incident
from incidents.querysets import IncidentQuerySet
from incidents.rules.vocabulary import Verb
from incidents.selectors.steps import easy_step
from organizations.scopes import AnyUser, scope_of

# The orders a list can be read in; each is a keyset of columns that are never null, the last one unique.
ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("colour_rank", "due_at", "id"),
    "answer": ("colour_rank", "answer_due_at", "id"),
    "new": ("-reported_at", "-id"),
}
PAGE_SIZE = 25

_STEP_LABELS = dict(VERBS)
_PARTS = ("category", "grid", "building", "community", "street", "owner_organization", "lead_department")
_MORE = ("routing_rule", "parent", "rule_set", "accused_organization", "first_contact", "first_unit")
_SEALED = ("reporter_name_sealed", "reporter_phone_sealed")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: the incident, the limit to show beside it, and the step that needs one press."""

    incident: Incident
    due_at: datetime | None
    warn_at: datetime | None
    step: Verb | None

    @property
    def step_label(self) -> str:
        """Return the word on the step's button."""
        return str(_STEP_LABELS[self.step]) if self.step else ""


def incidents_for(user: AnyUser) -> IncidentQuerySet:
    """Return what the person sees, with all a row shows: one query per table, whatever the number of rows."""
    seen: IncidentQuerySet = Incident.objects.visible_to(user)
    return _with_row(seen)


def open_incidents_for(user: AnyUser) -> IncidentQuerySet:
    """Return the open part of what the person sees, as `incidents_for` does."""
    seen: IncidentQuerySet = Incident.objects.open_to(user)
    return _with_row(seen)


def _with_row(seen: IncidentQuerySet) -> IncidentQuerySet:
    running = Clock.objects.filter(stopped_at=None).order_by("due_at", "id")
    shown: IncidentQuerySet = (
        seen.with_parts(*_PARTS)
        .defer(*_SEALED)
        .prefetch_related(Prefetch("clocks", queryset=running, to_attr="running_clocks"))
    )
    return shown


def with_answer_limit(incidents: IncidentQuerySet, user: AnyUser) -> IncidentQuerySet:
    """Add `answer_due_at`: when the person's department owes its next step, else the incident's own limit."""
    own = Clock.objects.filter(
        incident=OuterRef("pk"),
        stopped_at=None,
        whistle_response__department_id__in=scope_of(user).department_ids,
    )
    first = own.order_by("due_at").values("due_at")[:1]
    limited: IncidentQuerySet = incidents.annotate(answer_due_at=Coalesce(Subquery(first), F("due_at")))
    return limited


def rows_of(incidents: Iterable[Incident], user: AnyUser, *, answering: bool = False) -> list[Row]:
    """Return the lines for fetched incidents; `answering` shows the department's own limit. No query."""
    return [_row(incident, user, answering=answering) for incident in incidents]


def incident_for(user: AnyUser, number: str) -> Incident:
    """Return one incident within the person's view; raises Missing("incident_missing")."""
    wanted = incidents_for(user).defer(None).select_related(*_MORE).filter(number=number)
    found: Incident | None = wanted.first()
    if found is None:
        raise Missing("incident_missing", _("There is no such incident, or it is not within your area."))
    return found


def visible_numbers(user: AnyUser, numbers: Iterable[str]) -> dict[str, int]:
    """Return number → primary key of those the person sees; one query."""
    wanted: Any = Incident.objects.visible_to(user).filter(number__in=list(numbers))
    return dict(wanted.values_list("number", "pk"))


def _row(incident: Incident, user: AnyUser, *, answering: bool) -> Row:
    clock = _shown_clock(incident, scope_of(user).department_ids if answering else frozenset())
    return Row(
        incident=incident,
        due_at=clock.due_at if clock else (incident.due_at if incident.is_open else None),
        warn_at=clock.warn_at if clock else None,
        step=easy_step(user, incident, answering=answering),
    )


def _shown_clock(incident: Incident, department_ids: frozenset[int]) -> Clock | None:
    clocks: list[Clock] = getattr(incident, "running_clocks", [])
    answers = [clock for clock in clocks if clock.whistle_response_id is not None]
    for clock in answers:
        if clock.organization_id in department_ids:
            return clock
    own = [clock for clock in clocks if clock.whistle_response_id is None]
    same = [clock for clock in own if clock.due_at == incident.due_at]
    return next(iter(same or own), None)
