"""Who is told at each unit of a batch, and until when it can wait: four queries at most for all together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from core import clock
from grids.models import Grid, GridAssignment
from incidents.recipients import OWNER_ROLES
from incidents.services.duty import on_duty
from incidents.services.rulebook import Rulebook
from incidents.services.sweep.plan import Unit
from organizations.choices import ROLE_KINDS, Role
from organizations.models import Membership

_TOLD = frozenset(role for roles in OWNER_ROLES.values() for role in roles) - {Role.GRID_WORKER}
_LEADERS = frozenset({Role.STREET_LEADER, Role.DEPARTMENT_LEADER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """User ids by unit, and until when units whose people rest now are told nothing that can wait."""

    people: Mapping[Unit, list[int]]
    held: Mapping[Unit, datetime] = field(default_factory=dict)


def people_of(units: Iterable[Unit], moment: datetime, book: Rulebook) -> Told:
    """Return who is told: the workers of grids, and those who hold an office at organisations or are on duty.

    Source: R-86, R-87.
    """
    wanted = set(units)
    today = clock.today()
    grids = {unit.pk for unit in wanted if unit.is_grid}
    organizations = {unit.pk for unit in wanted if not unit.is_grid}
    people: dict[Unit, list[int]] = {}
    resting = {pk for pk in organizations if not book.calendar_of(pk).is_working_time(moment)}
    duty = on_duty(resting, moment)
    for pk, in_office in _officers(organizations - set(duty), today).items():
        leaders = [user_id for role, user_id in in_office if role in _LEADERS] if pk in resting else []
        everybody = [user_id for _role, user_id in in_office]
        people[Unit(is_grid=False, pk=pk)] = list(dict.fromkeys(leaders or everybody))
    people |= {Unit(is_grid=False, pk=pk): on for pk, on in duty.items()}
    held = _held({pk: Unit(is_grid=False, pk=pk) for pk in resting - set(duty)}, moment, book)
    if grids:
        communities = _workers(grids, today, people)
        for grid, community in communities.items():
            held |= _held({community: Unit(is_grid=True, pk=grid)}, moment, book)
    return Told(people=people, held=held)


def _held(units: Mapping[int, Unit], moment: datetime, book: Rulebook) -> dict[Unit, datetime]:
    """Return until when each unit's people are left in peace, by the quiet hours of its organisation."""
    found = {}
    for organization_id, unit in units.items():
        quiet = book.quiet_of(organization_id)
        until = None if quiet is None else quiet.end_after(moment)
        if until is not None:
            found[unit] = until
    return found


def _officers(organization_ids: set[int], today: date) -> dict[int, list[tuple[str, int]]]:
    in_office = Q(pk__in=[])
    for role in sorted(_TOLD):
        in_office |= Q(role=role, organization__kind__in=sorted(ROLE_KINDS[role]))
    rows = (
        Membership.objects.valid_on(today)
        .filter(in_office, organization_id__in=organization_ids, user__is_active=True)
        .values_list("organization_id", "role", "user_id")
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for unit, role, user_id in rows:
        found.setdefault(unit, []).append((role, user_id))
    return found


def _workers(grid_ids: set[int], today: date, people: dict[Unit, list[int]]) -> dict[int, int]:
    """Add the workers of grids, also of those above them, two tiers at most; return each grid's community."""
    communities: dict[int, int] = {}
    above: dict[int, set[int]] = {}
    rows = Grid.objects.filter(pk__in=grid_ids).values_list(
        "pk", "community_id", "parent_id", "parent__parent_id"
    )
    for pk, community, *line in rows:
        communities[pk] = community
        above[pk] = {pk, *(one for one in line if one is not None)}
    held = (
        GridAssignment.objects.valid_on(today)
        .filter(
            grid_id__in=set().union(*above.values()),
            building=None,
            membership__role=Role.GRID_WORKER,
            membership__user__is_active=True,
        )
        .values_list("grid_id", "membership__user_id")
    )
    workers: dict[int, set[int]] = {}
    for grid_id, user_id in held:
        workers.setdefault(grid_id, set()).add(user_id)
    for pk, line in above.items():
        people[Unit(is_grid=True, pk=pk)] = [user_id for one in line for user_id in workers.get(one, ())]
    return communities
