"""What a step's form asks for, filled in from the incident it is about: units, limits, days, tasks."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from core import clock
from incidents.models import Incident
from incidents.rules.states import TAKES_CHILDREN
from incidents.rules.vocabulary import Channel, Verb
from organizations.models import Organization

FALLBACK_DEPARTMENT = "D38"
OTHER_DEPARTMENT = "D17"
_Departments = Mapping[str, Organization]


def lead_of(incident: Incident, departments: _Departments) -> Organization:
    """Return the department that leads, or the one that serves where the category names none."""
    return incident.lead_department or departments[FALLBACK_DEPARTMENT]


def second_of(incident: Incident, departments: _Departments) -> Organization:
    """Return the category's supporting department, or another one that does not lead."""
    lead = lead_of(incident, departments)
    for code in (incident.category.supporting_department, OTHER_DEPARTMENT, FALLBACK_DEPARTMENT):
        found = departments.get(code)
        if found is not None and found.pk != lead.pk:
            return found
    raise LookupError("a city has at least two departments")


def fill_in(
    given: dict[str, Any], incident: Incident, verb: Verb, departments: _Departments, *, by_staff: bool
) -> None:
    """Complete what the story gives with what depends on the incident; words for units become their keys."""
    units = {
        "lead": lead_of(incident, departments),
        "usual": departments.get(incident.category.lead_department),
        "supporter": second_of(incident, departments),
        "community": incident.community,
        "street": incident.street,
    }
    for story_name, name in (
        ("target", "target_unit"),
        ("suggested", "suggested_unit"),
        ("department", "department"),
        ("new_lead", "lead_department"),
    ):
        unit = units.get(given.pop(story_name, ""))
        if unit is not None:
            given[name] = unit.pk
    filler = _FILLERS.get(verb)
    if filler is not None:
        filler(given, incident, departments)
    if verb.name.startswith("JUDGE") and by_staff:
        given["channel"] = str(Channel.VISIT)


def _whistle(given: dict[str, Any], incident: Incident, departments: _Departments) -> None:
    lead = lead_of(incident, departments)
    supporter = departments.get(incident.category.supporting_department)
    called = [supporter.pk] if supporter is not None and supporter.pk != lead.pk else []
    given["response_limit"] = given.pop("limit")
    given["lead_department"], given["supporting_departments"] = lead.pk, called
    given.setdefault("standard", "现场恢复原状，居民满意，七天内不反弹")
    given.setdefault("reason", "社区和网格已处理过，单靠街道解决不了，请部门到场")


def _upgrade(given: dict[str, Any], _incident: Incident, _departments: _Departments) -> None:
    given["response_limit"] = given.pop("limit")


def _extension(given: dict[str, Any], incident: Incident, _departments: _Departments) -> None:
    days = int(given.pop("days"))
    given["wanted_limit"] = max(incident.due_at, incident.first_due_at) + timedelta(days=days)


def _review(given: dict[str, Any], _incident: Incident, _departments: _Departments) -> None:
    given["review_on"] = clock.today() + timedelta(days=int(given.pop("days")))


def _supervision(given: dict[str, Any], _incident: Incident, _departments: _Departments) -> None:
    given["reply_until"] = clock.now() + timedelta(days=int(given.pop("days")))


def _session(given: dict[str, Any], incident: Incident, departments: _Departments) -> None:
    lead = lead_of(incident, departments)
    last_day = clock.today() + timedelta(days=int(given.pop("days")))
    tasks = [(lead.pk, given.pop("lead_task")), (incident.street_id, given.pop("street_task"))]
    given["units"] = [lead.pk, second_of(incident, departments).pk]
    given["tasks"] = [
        {"unit": unit, "text": text, "due_on": last_day} for unit, text in tasks if unit is not None
    ]


def _task(given: dict[str, Any], incident: Incident, departments: _Departments) -> None:
    lead = lead_of(incident, departments)
    task = incident.session_tasks.filter(unit=lead, done_at=None).order_by("pk").first()
    given["task"] = task.pk if task is not None else 0


def _main(given: dict[str, Any], incident: Incident, _departments: _Departments) -> None:
    same = Incident.objects.filter(
        building=incident.building, category=incident.category, state__in=TAKES_CHILDREN, parent=None
    )
    main = same.exclude(pk=incident.pk).order_by("reported_at", "pk").first()
    if main is not None:  # without it the table refuses the step
        given["main"] = main.number


_FILLERS: Mapping[Verb, Callable[[dict[str, Any], Incident, _Departments], None]] = {
    Verb.WHISTLE: _whistle,
    Verb.WHISTLE_UPGRADE: _upgrade,
    Verb.REQUEST_EXTENSION: _extension,
    Verb.REQUEST_SUSPENSION: _review,
    Verb.REVIEW_SUSPENSION: _review,
    Verb.SUPERVISE: _supervision,
    Verb.HOLD_SESSION: _session,
    Verb.FINISH_TASK: _task,
    Verb.MERGE: _main,
}
