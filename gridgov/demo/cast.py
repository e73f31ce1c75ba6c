"""Who acts in a story: the people who, by the rules, may take the step an incident is waiting for."""

from typing import Any

from core.actor import RESIDENT, Actor
from grids.models import Grid
from incidents.models import Incident, WhistleResponse
from incidents.recipients import OWNER_ROLES, grid_workers
from incidents.rules.vocabulary import Channel, Level, Verb
from organizations.choices import Role
from organizations.models import Membership, User

RESIDENT_CHANNELS = frozenset({Channel.RESIDENT_QR, Channel.RESIDENT_WEB, Channel.RESIDENT_APP})
_ANSWERS = frozenset({Verb.WHISTLE_SIGN, Verb.WHISTLE_REPORT_IN, Verb.WHISTLE_REPORT_DONE})
_VERDICTS = frozenset({Verb.JUDGE_SATISFIED, Verb.JUDGE_BASICALLY, Verb.JUDGE_DISSATISFIED})


class Cast:
    """Finds people and remembers them; accounts of the guide come first, so that visitors have work."""

    def __init__(self) -> None:
        """Begin without knowing anybody."""
        self._users: dict[int, User] = {}
        self._found: dict[tuple[str, int], int] = {}
        self._workers: dict[int, int] = {}

    def worker_of(self, grid: Grid) -> Actor:
        """Return the worker who looks after the grid."""
        if grid.pk not in self._workers:
            assignment = (
                grid_workers(grid).order_by("-membership__user__is_demo", "-grid__tier", "pk").first()
            )
            if assignment is None:
                raise LookupError(f"grid {grid.code} has no worker")
            self._workers[grid.pk] = assignment.membership.user_id
        return self._actor(self._workers[grid.pk])

    def holder(self, organization_id: int, *roles: str) -> Actor:
        """Return somebody who holds one of the roles at the organisation."""
        key = (",".join(roles), organization_id)
        if key not in self._found:
            held = Membership.objects.filter(organization_id=organization_id, role__in=roles)
            membership = held.order_by("-user__is_demo", "pk").first()
            if membership is None:
                raise LookupError(f"nobody is {key[0]} at organisation {organization_id}")
            self._found[key] = membership.user_id
        return self._actor(self._found[key])

    def city_office(self) -> Actor:
        """Return somebody of the city grid office."""
        membership = Membership.objects.filter(role=Role.CITY_GRID_OFFICE).order_by("-user__is_demo", "pk")[0]
        return self._actor(membership.user_id)

    def owner_of(self, incident: Incident) -> Actor:
        """Return somebody of the unit that owns the incident."""
        level = Level(incident.owner_level)
        if level is Level.GRID and incident.grid is not None:
            return self.worker_of(incident.grid)
        # Leaders decide, staff handle: the last of a level's roles is the one that works.
        return self.holder(incident.owner_organization_id, OWNER_ROLES[level][-1])

    def performer(self, incident: Incident, verb: Verb, *, answering: str = "") -> Actor | None:
        """Return who takes the step; None where no such department (`answering`: lead, supporter) exists."""
        if verb in _ANSWERS:
            return self._department(incident, lead=answering != "supporter")
        if verb in _VERDICTS and incident.channel in RESIDENT_CHANNELS:
            return RESIDENT
        if verb is Verb.WHISTLE and incident.street_id is not None:
            return self.holder(incident.street_id, Role.STREET_LEADER)
        if verb in _VERDICTS | {Verb.ASK_RESIDENT, Verb.REASSIGN}:
            return self._above(incident)
        return self.owner_of(incident)

    def _above(self, incident: Incident) -> Actor:
        above_street = Level(incident.owner_level) in (Level.DEPARTMENT, Level.CITY)
        if incident.street_id is None or above_street:
            return self.city_office()
        return self.holder(incident.street_id, Role.STREET_STAFF)

    def _department(self, incident: Incident, *, lead: bool) -> Actor | None:
        response: Any = WhistleResponse.objects.filter(
            whistle__incident_id=incident.pk, whistle__ended_at=None, is_lead=lead
        ).first()
        if response is None:
            return None
        return self.holder(response.department_id, Role.DEPARTMENT_OFFICER)

    def _actor(self, user_id: int) -> Actor:
        if user_id not in self._users:
            self._users[user_id] = User.objects.get(pk=user_id)
        return Actor.of(self._users[user_id])
