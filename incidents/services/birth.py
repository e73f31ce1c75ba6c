"""Writing a new incident with its first events: dispatched to its owner, or waiting to be accepted.

The row is inserted as it stands after its first moves; the moves are on the timeline, in one transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.actor import SYSTEM, Actor
from core.insertion import insert_rows
from core.models import Notification
from incidents.models import Clock, Incident, IncidentEvent, Participation
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import ClockKind, State, Verb
from incidents.rules.workflow import transition
from incidents.services.clocks import build_clock, kinds_to_start, return_limit
from incidents.services.events import Story, event_of
from incidents.services.judging import Judged
from incidents.services.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Birth:
    """A report that is ready to be written; the incident's primary key is reserved."""

    actor: Actor
    incident: Incident
    judged: Judged
    unit_id: int | None
    at: datetime


def write_dispatched(birth: Birth, *, book: Rulebook, messages: list[Notification]) -> None:
    """Insert the incident dispatched, with clocks, events, departments and messages; one query."""
    incident, judged = birth.incident, birth.judged
    clocks, limit_reasons = _first_clocks(birth, book)
    incident.state = State.DISPATCHED
    incident.registered_at = incident.dispatched_at = birth.at
    incident.return_until = return_limit(incident, at=birth.at, book=book)
    story = Story(reasons=[*judged.route.reasons, *limit_reasons], data=_route_data(birth))
    dispatched = event_of(
        incident,
        Verb.DISPATCH,
        actor=SYSTEM,
        at=birth.at,
        unit_id=None,
        before=State.REPORTED,
        after=State.DISPATCHED,
        story=story,
    )
    events = [_filed(birth), dispatched]
    insert_rows([incident], clocks, events, once=[_participations(birth), messages])


def write_reported(birth: Birth, *, book: Rulebook, messages: list[Notification]) -> None:
    """Insert the incident as reported, to be accepted by whom the rule sends it to; one query."""
    incident, judged = birth.incident, birth.judged
    started = [
        build_clock(incident, kind, at=birth.at, organization_id=incident.owner_organization_id, book=book)
        for kind in kinds_to_start(transition(Verb.FILE).clocks.start, incident, book)
    ]
    incident.due_at = min((each.clock.due_at for each in started), default=birth.at)
    resolve = build_clock(
        incident, ClockKind.RESOLVE, at=birth.at, organization_id=judged.owner.pk, book=book
    )
    incident.first_due_at = resolve.clock.due_at
    filed = _filed(birth)
    filed.data |= _route_data(birth)
    insert_rows(
        [incident], [each.clock for each in started], [filed], once=[_participations(birth), messages]
    )


def write_unowned(birth: Birth) -> None:
    """Insert the incident as reported, without limits: whoever filed it settles it at once. One query."""
    birth.incident.registered_at = birth.at
    insert_rows([birth.incident], [_filed(birth)])


def _first_clocks(birth: Birth, book: Rulebook) -> tuple[list[Clock], list[Reason]]:
    """Return the unsaved clocks of the dispatch and set the incident's own limits by them."""
    incident = birth.incident
    started = {
        kind: build_clock(
            incident, kind, at=birth.at, organization_id=incident.owner_organization_id, book=book
        )
        for kind in kinds_to_start(transition(Verb.DISPATCH).clocks.start, incident, book)
    }
    incident.due_at = min(each.clock.due_at for each in started.values())
    incident.first_due_at = started[ClockKind.RESOLVE].clock.due_at
    reasons = [each.reason for each in started.values() if each.reason is not None]
    return [each.clock for each in started.values()], reasons


def _filed(birth: Birth) -> IncidentEvent:
    incident, grade = birth.incident, birth.judged.grade
    data = {
        "channel": incident.channel,
        "first_contact": str(birth.actor.user) if birth.actor.user is not None else "",
        "colour": incident.colour,
        "raised_from": grade.raised_from or "",
    }
    return event_of(
        incident,
        Verb.FILE,
        actor=birth.actor,
        at=birth.at,
        unit_id=birth.unit_id,
        before=None,
        after=State.REPORTED,
        story=Story(reasons=list(grade.reasons), data=data),
    )


def _route_data(birth: Birth) -> dict[str, Any]:
    judged = birth.judged
    return {
        "rule": judged.route.rule_id or "",
        "rule_name": judged.rule_name,
        "rule_set": birth.incident.rule_set.number if birth.incident.rule_set else None,
        "owner_level": judged.level,
        "owner": judged.owner.name,
        "first_unit": judged.owner.name,
        "lead": judged.lead.name if judged.lead else "",
        "problems": [problem.reason.as_data() for problem in judged.route.problems],
    }


def _participations(birth: Birth) -> list[Participation]:
    judged = birth.judged
    departments = {unit.pk: unit for unit in (judged.lead, *judged.supporters) if unit is not None}
    return [
        Participation(incident=birth.incident, organization=unit, since=birth.at)
        for unit in departments.values()
    ]
