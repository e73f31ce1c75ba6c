"""Who acts in a story: the people who, by the rules, may take the step an incident is waiting for."""

from collections.abc import Callable, Mapping
from typing import Any

from core.actor import RESIDENT, Actor
from grids.models import Grid
from incidents.approvers import pending_application
from incidents.models import Incident, WhistleResponse
from incidents.recipients import OWNER_ROLES, grid_workers
from incidents.rules.vocabulary import Channel, Level, Verb
from organizations.choices import Role
from organizations.models import Membership, Organization, User

RESIDENT_CHANNELS = frozenset({Channel.RESIDENT_QR, Channel.RESIDENT_WEB, Channel.RESIDENT_APP})
_ANSWERS = frozenset(
    {Verb.WHISTLE_SIGN, Verb.WHISTLE_REPORT_IN, Verb.WHISTLE_REPORT_DONE, Verb.WHISTLE_REFUSE}
)
_LEADERS = frozenset(
    {
        Verb.WHISTLE,
        Verb.WHISTLE_UPGRADE,
        Verb.WHISTLE_RELEASE,
        Verb.WHISTLE_UPHOLD,
        Verb.SUPERVISE,
        Verb.LIFT_SUPERVISION,
        Verb.REVIEW_SUSPENSION,
    }
)
_DECISIONS = frozenset(
    {
        Verb.ENDORSE,
        Verb.GRANT_EXTENSION,
        Verb.REFUSE_EXTENSION,
        Verb.GRANT_SUSPENSION,
        Verb.REFUSE_SUSPENSION,
    }
)
_APPROVERS = (Role.STREET_LEADER, Role.DEPARTMENT_LEADER, Role.COMMUNITY_STAFF, Role.CITY_GRID_OFFICE)
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

    def city_office(self, _incident: Incident | None = None) -> Actor:
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
        if verb in _VERDICTS | {Verb.URGE, Verb.REOPEN} and incident.channel in RESIDENT_CHANNELS:
            return RESIDENT
        if verb in _LEADERS and incident.street_id is not None:
            return self.holder(incident.street_id, Role.STREET_LEADER)
        who = _WHO.get(verb)
        return who(self, incident) if who is not None else self.owner_of(incident)

    def clerk(self, channel: Channel, community: Organization) -> Actor:
        """Return who writes down what came in: the street's desk, the community at its meeting, the city."""
        if channel is Channel.LOCAL_HOTLINE and community.parent_id is not None:
            return self.holder(community.parent_id, Role.STREET_STAFF)
        if channel is Channel.TRANSFER:
            return self.city_office()
        return self.holder(community.pk, Role.COMMUNITY_STAFF)

    def checker(self, incident: Incident) -> Actor:
        """Return somebody who did not do the work and may check it: the community, else the city."""
        own = Level(incident.owner_level) is Level.COMMUNITY
        if incident.community_id is None or own or incident.is_withheld:
            return self.city_office()
        return self.holder(incident.community_id, Role.COMMUNITY_STAFF)

    def dispatcher(self, incident: Incident) -> Actor:
        """Return somebody who may accept the incident and send it on."""
        if Level(incident.owner_level) is Level.GRID and incident.community_id is not None:
            return self.holder(incident.community_id, Role.COMMUNITY_STAFF)
        return self.above(incident)

    def approver(self, incident: Incident) -> Actor | None:
        """Return who decides the application that waits; None where none does."""
        application = pending_application(incident)
        step = application.current_step if application is not None else None
        return None if step is None else self.holder(step.organization_id, *_APPROVERS)

    def above(self, incident: Incident) -> Actor:
        """Return somebody of the street, or of the city for what departments own."""
        above_street = Level(incident.owner_level) in (Level.DEPARTMENT, Level.CITY)
        if incident.street_id is None or above_street:
            return self.city_office()
        return self.holder(incident.street_id, Role.STREET_STAFF)

    def task_unit(self, incident: Incident) -> Actor:
        """Return somebody of the lead department, which has been given a task."""
        if incident.lead_department_id is None:
            return self.owner_of(incident)
        return self.holder(incident.lead_department_id, Role.DEPARTMENT_OFFICER)

    def _department(self, incident: Incident, *, lead: bool) -> Actor | None:
        response: Any = WhistleResponse.objects.filter(
            whistle__incident_id=incident.pk, whistle__ended_at=None, is_lead=lead, released_at=None
        ).first()
        if response is None:
            return None
        return self.holder(response.department_id, Role.DEPARTMENT_OFFICER)

    def _actor(self, user_id: int) -> Actor:
        if user_id not in self._users:
            self._users[user_id] = User.objects.get(pk=user_id)
        return Actor.of(self._users[user_id])


_WHO: Mapping[Verb, Callable[[Cast, Incident], Actor | None]] = {
    **dict.fromkeys(_DECISIONS, Cast.approver),
    **dict.fromkeys(
        (Verb.ARBITRATE, Verb.WHISTLE_ARBITRATE, Verb.GRANT_APPEAL, Verb.REFUSE_APPEAL), Cast.city_office
    ),
    **dict.fromkeys((Verb.CONFIRM_CHECK, Verb.FAIL_CHECK), Cast.checker),
    **dict.fromkeys((Verb.ACCEPT, Verb.REGISTER, Verb.DISPATCH), Cast.dispatcher),
    **dict.fromkeys(
        (*_VERDICTS, Verb.REOPEN, Verb.ASK_RESIDENT, Verb.REASSIGN, Verb.HOLD_SESSION, Verb.URGE), Cast.above
    ),
    Verb.FINISH_TASK: Cast.task_unit,
}
