"""What the visit's form and the household's file show: answers to tell, earlier visits, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from core import clock
from organizations.scopes import AnyUser
from residents.models import Household, Need, NeedReopening, Visit
from residents.policies import VIEW_NEED, VIEW_VISIT, VISIT, may
from residents.rules.visits import registration_holds
from residents.sealing import open_answer, open_need, open_note, open_reply

NEED_ORDER = ("recorded_at", "id")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need as a page shows it, its texts in the clear; `refused` are answers that were not accepted."""

    need: Need
    text: str
    answer: str
    refused: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit with its note in the clear."""

    visit: Visit
    note: str


def needs_to_tell(household: Household) -> list[NeedRow]:
    """Return what the family has to be told, the oldest first; one query."""
    rows = Need.objects.to_feed_back().filter(household=household).order_by(*NEED_ORDER)
    return [NeedRow(need, open_need(need), open_answer(need)) for need in rows]


def needs_for(user: AnyUser) -> "QuerySet[Need]":
    """Return the needs the person may see, with what a row shows; two queries when read."""
    reopenings = NeedReopening.objects.order_by("at", "id")
    rows: QuerySet[Need] = Need.objects.visible_to(user)
    return rows.select_related(
        "household__building", "household__dwelling", "household__community", "person", "answered_by"
    ).prefetch_related(Prefetch("reopenings", queryset=reopenings))


def need_row(need: Need) -> NeedRow:
    """Return the need for showing; no query where its reopenings are loaded."""
    refused = [(open_answer(each), open_reply(each)) for each in need.reopenings.all()]
    return NeedRow(need, open_need(need), open_answer(need), refused)


def is_registered(household: Household) -> bool:
    """Return whether the list of people need not be read out today. Source: R-231."""
    return registration_holds(household.registered_on, clock.today())


def visits_part(user: AnyUser, household: Household) -> dict[str, Any]:
    """Return visits and needs for the household's file, newest first; three queries, none without the right.

    What families said is shown only to those whose role includes it.
    """
    shown = may(user, VIEW_VISIT, household)
    visits: Sequence[Visit] = ()
    needs: Sequence[Need] = ()
    if shown:
        rows = Visit.objects.filter(household=household).select_related("visitor")
        visits = list(rows.order_by("-at", "-id")[:_SHOWN])
    if may(user, VIEW_NEED, household):
        said = Need.objects.filter(household=household).select_related("person", "answered_by")
        needs = list(said.prefetch_related("reopenings").order_by("-recorded_at", "-id")[:_SHOWN])
    return {
        "shows_visits": shown,
        "visits": [VisitRow(visit, open_note(visit)) for visit in visits],
        "needs": [need_row(need) for need in needs],
        "may_visit": household.closed_on is None and may(user, VISIT, household),
    }
