"""What people write into a step: mostly what fits, sometimes what does not."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from random import Random
from typing import Any

from core import clock
from incidents.models import Incident, SessionTask, WhistleResponse
from incidents.rules.vocabulary import (
    AppealAbout,
    Channel,
    Ruling,
    SessionMode,
    SuspensionKind,
    Verb,
    WhistleGround,
    WhistleKind,
)
from incidents.rules.workflow import transition
from tests.factories.incidents import SmallCity

WRONG: tuple[Any, ...] = ("不存在", "-1", "99999999", "", "2020-01-01", "长" * 2100, "0x10", None, 7)
_TEXTS = ("note", "reason", "cause", "difficulty", "basis", "suggestion", "standard", "text")
# Fields that no right of the table names, which some of its steps take all the same.
_EXTRA: dict[Verb, tuple[str, ...]] = {
    Verb.FINISH: ("photos",),
    Verb.RETURN: ("suggestion",),
    Verb.WHISTLE: ("supporting_departments", "reason"),
    Verb.WHISTLE_CHANGE: ("lead_department", "supporting_departments"),
    Verb.WHISTLE_RELEASE: ("lead_department",),
    Verb.WHISTLE_ARBITRATE: ("lead_department",),
    Verb.HOLD_SESSION: ("tasks", "units", "decisions"),
    Verb.DISPATCH: ("target_unit", "reason"),
    Verb.REQUEST_EXTENSION: ("works",),
    Verb.SUPERVISE: ("reply_until",),
}


def fields_of(verb: Verb) -> tuple[str, ...]:
    """Return every field that somebody may give with a verb."""
    named = [name for right in transition(verb).rights for name in right.required]
    return tuple(dict.fromkeys((*named, *_EXTRA.get(verb, ()))))


def given_for(
    rng: Random, city: SmallCity, incident: Incident, fields: Iterable[str], *, spoil: bool
) -> dict[str, Any]:
    """Return values for the fields; `spoil` leaves some out and makes others wrong."""
    given: dict[str, Any] = {}
    for name in fields:
        if spoil and rng.random() < 0.2:
            continue
        fits = _fitting(rng, city, incident, name)
        given[name] = rng.choice(WRONG) if spoil and rng.random() < 0.3 else fits
    return given


def _fitting(rng: Random, city: SmallCity, incident: Incident, name: str) -> Any:
    if name in _TEXTS:
        return rng.choice(("已到现场核实", "情况属实，需要配合", "缺少车辆"))
    makers: dict[str, Callable[[], Any]] = {
        "target_unit": lambda: rng.choice(_units(city, incident)),
        "suggested_unit": lambda: rng.choice([*_units(city, incident), "unknown"]),
        "wanted_limit": lambda: clock.now() + timedelta(hours=rng.randint(20, 200)),
        "review_on": lambda: clock.today() + timedelta(days=rng.randint(1, 40)),
        "reply_until": lambda: rng.choice((None, clock.now() + timedelta(hours=8))),
        "suspension_kind": lambda: str(rng.choice(list(SuspensionKind))),
        "main": lambda: _other(rng, incident),
        "kind": lambda: str(rng.choice(list(WhistleKind))),
        "grounds": lambda: str(rng.choice(list(WhistleGround))),
        "lead_department": lambda: rng.choice(_departments(city)),
        "supporting_departments": lambda: rng.sample(_departments(city), rng.randint(0, 2)),
        "units": lambda: rng.sample(_departments(city), rng.randint(0, 2)),
        "department": lambda: _called(rng, incident),
        "response_limit": lambda: rng.choice(("30min", "4wh", "2h")),
        "decision": lambda: str(rng.choice(list(Ruling))),
        "mode": lambda: str(rng.choice(list(SessionMode))),
        "tasks": lambda: _tasks(rng, city),
        "task": lambda: _task(rng, incident),
        "channel": lambda: str(Channel.HOTLINE),
        "works": lambda: rng.choice(("", "true")),
        "about": lambda: str(rng.choice(list(AppealAbout))),
        "reason_codes": lambda: rng.choice(((), ("attitude",), ("too_slow",))),
        "photos": lambda: 1,
    }
    return makers[name]() if name in makers else "说明"


def _departments(city: SmallCity) -> list[int]:
    return [unit.pk for unit in city.departments.values()]


def _units(city: SmallCity, incident: Incident) -> list[int]:
    own = [pk for pk in (incident.community_id, incident.street_id) if pk is not None]
    return [*own, *own, city.city.pk, city.communities[1].pk, city.communities[2].pk, *_departments(city)]


def _other(rng: Random, incident: Incident) -> str:
    numbers = list(Incident.objects.order_by("pk").values_list("number", flat=True))
    return str(rng.choice(numbers)) if numbers else incident.number


def _called(rng: Random, incident: Incident) -> str:
    rows = WhistleResponse.objects.filter(whistle__incident=incident, whistle__ended_at=None)
    found = list(rows.order_by("pk").values_list("department_id", flat=True))
    return str(rng.choice(found)) if found else "1"


def _tasks(rng: Random, city: SmallCity) -> list[dict[str, Any]]:
    day = clock.today() + timedelta(days=rng.randint(0, 5))
    return [
        {"unit": rng.choice(_departments(city)), "text": "清运", "due_on": day}
        for _ in range(rng.randint(0, 2))
    ]


def _task(rng: Random, incident: Incident) -> str:
    found = list(SessionTask.objects.filter(incident=incident).order_by("pk").values_list("pk", flat=True))
    return str(rng.choice(found)) if found else "1"
