"""Units working together on one matter: recording sessions, reporting their tasks as done. Source: R-59."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Invalid
from core.text import clean_text
from incidents.models import Incident, Participation, Session, SessionTask, Whistle, WhistleDuty
from incidents.recipients import owner_ids, working_people_ids
from incidents.rules.vocabulary import SessionMode, WhistleDutyKind
from incidents.services.accused import check_may_hold
from incidents.services.handovers import find_unit, level_of
from incidents.services.move import Move
from incidents.services.refusals import stale
from incidents.services.whistle_calls import chosen
from incidents.services.whistles import person_of
from organizations.choices import OrganizationKind
from organizations.models import Organization

MOST_UNITS = 20
MOST_TASKS = 20
LONGEST_TASK = 200
_DEPARTMENTS = frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.UNIT})


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """One task as it is given out: to whom, what, and by the end of which day."""

    unit: Organization
    text: str
    due_on: date


def hold_session(move: Move) -> None:
    """Record a session with its participants, minutes and tasks; who takes part sees the case from now on.

    Raises Invalid naming mode, held_at, units or tasks.
    """
    incident, given = move.incident, move.given
    mode = chosen(SessionMode, given["mode"], "mode")
    held_at = _held_at(given.get("held_at"), incident, move.at)
    tasks = _tasks(incident, given.get("tasks") or ())
    units = _units(incident, given.get("units") or ())
    whistle = Whistle.objects.filter(incident_id=incident.pk, ended_at=None).first()
    session = Session.objects.create(
        incident=incident,
        whistle=whistle,
        mode=mode,
        held_at=held_at,
        place=move.text("session_place", longest=100),
        people=move.text("people", longest=300),
        minutes=move.text("note", longest=2000),
        decisions=move.text("decisions", longest=1000),
        recorded_by=person_of(move),
        recorded_at=move.at,
    )
    present = {unit.pk: unit for unit in (*units, *(task.unit for task in tasks))}
    session.units.set(present)
    _let_see(incident, present.values(), move.at)
    _give_out(move, session, tasks)
    if whistle is not None:
        _meet_duties(whistle, held_at, has_tasks=bool(tasks), at=move.at)
    move.story.note = session.minutes
    move.story.data |= {
        "mode": str(mode),
        "units": [unit.name for unit in present.values()],
        "tasks": [f"{task.unit.name}：{task.text}" for task in tasks],
        "decisions": session.decisions,
    }


def finish_task(move: Move) -> None:
    """Report a task of the actor's own unit as done.

    Raises Invalid("task_unknown") for what is not a task of theirs, Conflict for one that is done already.
    """
    task = _own_task(move)
    if task.done_at is not None:
        raise stale(None)
    task.done_at = move.at
    task.done_by = person_of(move)
    task.done_note = move.text("note", longest=1000)
    task.save(update_fields=["done_at", "done_by", "done_note"])
    incident = move.incident
    incident.open_tasks = SessionTask.objects.filter(incident_id=incident.pk, done_at=None).count()
    move.unit_id = task.unit_id
    move.story.note = task.done_note
    move.story.data |= {"task": task.text}
    move.tell(
        "session_task_done", owner_ids(incident), mark=f"{task.pk}", unit=task.unit.name, task=task.text
    )


def _give_out(move: Move, session: Session, tasks: Sequence[TaskGiven]) -> None:
    incident = move.incident
    rows = SessionTask.objects.bulk_create(
        [
            SessionTask(
                session=session,
                incident=incident,
                unit=task.unit,
                text=task.text,
                due_at=_end_of_day(task.due_on),
            )
            for task in tasks
        ]
    )
    incident.open_tasks += len(rows)
    for row in rows:
        move.tell(
            "session_task_given",
            working_people_ids([row.unit_id]),
            mark=f"{row.pk}",
            task=row.text,
            due=f"{timezone.localtime(row.due_at):%m-%d}",
        )


def _meet_duties(whistle: Whistle, held_at: datetime, *, has_tasks: bool, at: datetime) -> None:
    """A session after the whistle was blown is the meeting; one that gives out tasks is the plan."""
    if held_at < whistle.blown_at:
        return
    met = [WhistleDutyKind.MEETING, *([WhistleDutyKind.PLAN] if has_tasks else [])]
    WhistleDuty.objects.filter(whistle=whistle, kind__in=met, done_at=None).update(done_at=at)


def _let_see(incident: Incident, units: Iterable[Organization], at: datetime) -> None:
    Participation.objects.bulk_create(
        [
            Participation(incident=incident, organization=unit, since=at)
            for unit in units
            if unit.kind in _DEPARTMENTS
        ],
        ignore_conflicts=True,
    )


def _own_task(move: Move) -> SessionTask:
    own = {post.organization_id for post in move.standing.posts}
    text = str(move.given["task"])
    found: SessionTask | None = None
    if text.isascii() and text.isdigit() and len(text) < 19:
        tasks = SessionTask.objects.select_for_update(of=("self",)).select_related("unit")
        found = tasks.filter(pk=int(text), incident_id=move.incident.pk, unit_id__in=own).first()
    if found is None:
        raise Invalid("task_unknown", _("Please choose one of your unit's open tasks."), field="task")
    return found


def _held_at(value: Any, incident: Incident, at: datetime) -> datetime:
    if not value:
        return at
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
    except ValueError:
        moment = None
    if moment is None:
        raise Invalid("time_unreadable", _("Please give day and time."), field="held_at")
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if not incident.reported_at <= moment <= at:
        raise Invalid(
            "session_time_wrong",
            _("A session lies between the report of the case and now."),
            field="held_at",
        )
    return moment


def _units(incident: Incident, values: Any) -> list[Organization]:
    if not isinstance(values, (list, tuple)) or len(values) > MOST_UNITS:
        raise Invalid(
            "too_many_units",
            _("Please name at most %(count)s units."),
            field="units",
            params={"count": MOST_UNITS},
        )
    found = {unit.pk: unit for unit in (_unit(incident, value, "units") for value in values)}
    return list(found.values())


def _tasks(incident: Incident, values: Any) -> list[TaskGiven]:
    if not isinstance(values, (list, tuple)) or len(values) > MOST_TASKS:
        raise Invalid(
            "too_many_tasks",
            _("Please give out at most %(count)s tasks."),
            field="tasks",
            params={"count": MOST_TASKS},
        )
    return [_task(incident, value) for value in values]


def _task(incident: Incident, value: Any) -> TaskGiven:
    parts = value if isinstance(value, Mapping) else {}
    text = clean_text(str(parts.get("text") or ""), field="tasks", longest=LONGEST_TASK)
    due_on = _day(parts.get("due_on"))
    if not text or due_on is None or not parts.get("unit"):
        raise Invalid(
            "task_incomplete", _("Each task needs a unit, what to do, and a last day."), field="tasks"
        )
    if due_on < clock.today():
        raise Invalid("task_due_past", _("The last day of a task has passed already."), field="tasks")
    return TaskGiven(_unit(incident, parts["unit"], "tasks"), text, due_on)


def _unit(incident: Incident, value: Any, field: str) -> Organization:
    """Return a unit that can take part: a department, the city, the incident's own street or community."""
    unit = find_unit(value, field=field)
    own = (incident.street_id, incident.community_id)
    fits = unit.kind in _DEPARTMENTS or unit.kind == OrganizationKind.CITY or unit.pk in own
    if not fits:
        raise Invalid(
            "unit_elsewhere_session",
            _("“%(unit)s” has nothing to do with this place. Please choose another unit."),
            field=field,
            params={"unit": unit.name},
        )
    if unit.is_closed:
        raise Invalid(
            "unit_closed",
            _("“%(unit)s” is closed and takes no new work. Please choose another unit."),
            field=field,
            params={"unit": unit.name},
        )
    check_may_hold(incident, level_of(unit), unit, field=field)
    return unit


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    if isinstance(value, date):
        return value
    try:
        return parse_date(str(value or ""))
    except ValueError:
        return None


def _end_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
