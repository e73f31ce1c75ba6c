"""Problems found on home visits: filed as incidents, their results given back to be told to the family."""

from collections.abc import Iterable
from typing import Any

import structlog
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import SYSTEM, Actor
from core.errors import Invalid
from incidents.models import Category, Incident, IncidentEvent
from incidents.rules.states import DATED_STATES
from incidents.rules.vocabulary import Channel, State, Verb
from incidents.services.filing import incident_file
from incidents.services.intake import LONGEST_ADDRESS, Report
from residents.choices import NeedState
from residents.models import Household, Need
from residents.services import need_answer
from residents.services.problems import Choices, FiledProblem, FoundProblem

logger = structlog.get_logger(__name__)
BATCH = 500
# The steps whose words say what came of an incident, and may be read to those who reported it.
_RESULTS = (Verb.FINISH, Verb.SELF_HANDLE, Verb.ASK_RESIDENT, Verb.REJECT, Verb.WHISTLE_REPORT_DONE)


class VisitProblemDesk:
    """The desk that residents.services.problems knows."""

    def categories(self) -> Choices:
        """Return the categories in use that are not secret, by group, as (code, name); one query."""
        rows = Category.objects.filter(is_active=True, is_secret=False).order_by("code")
        groups: dict[str, list[tuple[str, str]]] = {}
        for group, code, name in rows.values_list("group", "code", "name"):
            groups.setdefault(group, []).append((code, name))
        return list(groups.items())

    def file(self, *, actor: Actor, problem: FoundProblem) -> FiledProblem:
        """File the problem at the household's place; raises what incident_file raises. Source: R-234.

        Nobody of the family is named: the worker who was there is the one to ask.
        """
        if Category.objects.filter(code=problem.category, is_secret=True).exists():
            raise Invalid(
                "category_secret",
                gettext_lazy("A secret matter is not recorded on a visit. Report it by itself."),
                field="need_category",
            )
        filed = incident_file(actor=actor, report=_report(problem))
        return FiledProblem(filed.incident.pk, filed.incident.number)

    def address_of(self, number: str) -> str:
        """Return the page of the incident."""
        return reverse("incident", args=[number])


def problems_answer(*, limit: int = BATCH) -> int:
    """Answer the problems of visits whose incidents are over; return how many.

    Looks at how things stand and not at what has happened since, so that nothing is missed however late an
    event was committed; each need is answered once. Two queries and those of each answer. Source: R-234.
    """
    waiting: Any = Need.objects.filter(state=NeedState.OPEN, incident_id__isnull=False).order_by()
    over = Incident.objects.filter(
        pk__in=waiting.values("incident_id"), state__in=[str(state) for state in DATED_STATES]
    )
    found = dict(over.order_by("closed_at", "pk").values_list("pk", "state")[:limit])
    words = _results(found)
    needs = list(waiting.filter(incident_id__in=list(found)).values_list("pk", "incident_id"))
    for need_id, incident_id in needs:
        answer = words.get(incident_id) or _without_words(found[incident_id])
        need_answer(actor=SYSTEM, need_id=need_id, answer=answer)
    return len(needs)


def _results(incident_ids: Iterable[int]) -> dict[int, str]:
    """Return the newest words on what came of each incident."""
    events = IncidentEvent.objects.filter(incident_id__in=list(incident_ids), verb__in=_RESULTS)
    rows = events.exclude(note="").order_by("at", "id").values_list("incident_id", "note")
    return dict(rows)


def _without_words(state: str) -> str:
    return _("It could not be taken on.") if state == State.NOT_ACCEPTED else _("It has been settled.")


def _report(problem: FoundProblem) -> Report:
    household = problem.household
    return Report(
        category_code=problem.category,
        description=problem.text,
        channel=Channel.VISIT,
        address=_address(household)[:LONGEST_ADDRESS],
        building_id=household.building_id,
        grid_id=None if household.building_id else household.grid_id,
        community_id=None if household.building_id or household.grid_id else household.community_id,
    )


def _address(household: Household) -> str:
    parts = (household.building, household.dwelling)
    return " ".join(str(part) for part in parts if part is not None)
