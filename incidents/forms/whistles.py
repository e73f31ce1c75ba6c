"""The fields of whistles, refusals and joint sessions, and the choices that depend on the case."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from incidents.choices import RULINGS, SESSION_MODES
from incidents.forms.builders import Builder, choice, line, moment, several, text
from incidents.forms.tasks import TasksField
from incidents.models import Incident, WhistleResponse
from incidents.rules.vocabulary import Refused, Verb, WhistleKind
from incidents.selectors.units import departments_to_choose, nothing_chosen, own_units
from incidents.selectors.whistle_list import items_for, kind_choices
from incidents.selectors.whistles import open_tasks_of
from organizations.scopes import AnyUser, scope_of

Fields = dict[str, forms.Field]

OPTIONAL: Mapping[Verb, tuple[str, ...]] = {
    Verb.WHISTLE_CHANGE: ("lead_department", "supporting_departments"),
    Verb.WHISTLE_RELEASE: ("lead_department",),
    Verb.WHISTLE_ARBITRATE: ("lead_department",),
    Verb.HOLD_SESSION: ("held_at", "session_place", "units", "people", "decisions", "tasks"),
}
# Which refusals each decision is about.
_DECIDED: Mapping[Verb, Refused] = {
    Verb.WHISTLE_RELEASE: Refused.STATED,
    Verb.WHISTLE_UPHOLD: Refused.STATED,
    Verb.WHISTLE_ARBITRATE: Refused.CONTESTED,
}


def narrow(fields: Fields, verb: Verb, incident: Incident, user: AnyUser) -> None:
    """Leave only what this case allows: kinds as the city calls them, refusals that wait, own open tasks."""
    if verb in _DECIDED and "department" in fields:
        _offer(fields["department"], _refusing(incident, _DECIDED[verb]))
    narrowing = _NARROWED.get(verb)
    if narrowing is not None:
        narrowing(fields, incident, user)


def _narrow_whistle(fields: Fields, incident: Incident, _user: AnyUser) -> None:
    if "kind" not in fields:
        return
    _offer(fields["kind"], kind_choices())
    names = [item.name for item in items_for(incident)]
    if names:
        # Translators: what stands between the items of a list.
        between = pgettext("list", "; ")
        fields["kind"].help_text = _("On the street's list: %(items)s") % {"items": between.join(names)}


def _narrow_upgrade(fields: Fields, incident: Incident, _user: AnyUser) -> None:
    if "kind" in fields:
        _offer(fields["kind"], kind_choices(_higher_kinds(incident)))


def _narrow_task(fields: Fields, incident: Incident, user: AnyUser) -> None:
    if "task" not in fields:
        return
    units = frozenset(post.organization_id for post in scope_of(user).posts)
    tasks = open_tasks_of(incident, units)
    _offer(fields["task"], [(str(task.pk), task.text) for task in tasks])
    if len(tasks) == 1:
        fields["task"].initial = str(tasks[0].pk)


def _narrow_session(fields: Fields, incident: Incident, _user: AnyUser) -> None:
    units = [*own_units(incident), *departments_to_choose()]
    for name in ("units", "tasks"):
        if name in fields:
            _give(fields[name], units)


_NARROWED: Mapping[Verb, Callable[[Fields, Incident, AnyUser], None]] = {
    Verb.WHISTLE: _narrow_whistle,
    Verb.WHISTLE_UPGRADE: _narrow_upgrade,
    Verb.FINISH_TASK: _narrow_task,
    Verb.HOLD_SESSION: _narrow_session,
}


def _offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    _give(field, [nothing_chosen(), *choices])


def _give(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    if isinstance(field, (forms.ChoiceField, TasksField)):
        field.choices = choices


def _higher_kinds(incident: Incident) -> list[str]:
    running = incident.whistles.filter(ended_at=None).values_list("kind", flat=True).first()
    if running is None:
        return []
    return [kind.value for kind in WhistleKind if kind.outranks(WhistleKind(running))]


def _refusing(incident: Incident, how_far: Refused) -> list[tuple[str, str]]:
    rows = WhistleResponse.objects.filter(
        whistle__incident=incident, whistle__ended_at=None, refusal=how_far
    ).select_related("department")
    return [(str(row.department_id), row.department.name) for row in rows]


def _tasks(_user: AnyUser) -> forms.Field:
    return TasksField(
        label=_("Tasks given out"),
        help_text=_("One line each: which unit, what to do, by the end of which day."),
    )


# Lists that start empty are filled for the case by `narrow`.
BUILDERS: Mapping[str, Builder] = {
    "responsible": line(
        _("Responsible subject"), 100, _("Who answers for the matter itself; empty: the lead department.")
    ),
    "department": choice(_("Department"), ()),
    "decision": choice(_("Decision"), RULINGS),
    "mode": choice(_("Way of working"), SESSION_MODES),
    "held_at": moment(_("When it was held")),
    "session_place": line(_("Where"), 100),
    "units": several(_("Units that took part"), ()),
    "people": line(_("People present"), 300),
    "decisions": text(_("What was decided"), 1000),
    "tasks": _tasks,
    "task": choice(_("Task"), ()),
}

LABELS: Mapping[tuple[Verb, str], Any] = {
    (Verb.WHISTLE_REFUSE, "reason"): _("Why our department is not competent"),
    (Verb.WHISTLE_REFUSE, "basis"): _("Basis of the refusal"),
    (Verb.WHISTLE_CHANGE, "reason"): _("Why it is changed"),
    (Verb.WHISTLE_CHANGE, "supporting_departments"): _("Further supporting departments"),
    (Verb.WHISTLE_UPGRADE, "reason"): _("Why it is raised"),
    (Verb.WHISTLE_RELEASE, "lead_department"): _("Who leads instead, if it was the lead department"),
    (Verb.WHISTLE_ARBITRATE, "lead_department"): _("Who leads instead, if it was the lead department"),
    (Verb.HOLD_SESSION, "note"): _("Minutes"),
    (Verb.FINISH_TASK, "note"): _("What was done"),
}
