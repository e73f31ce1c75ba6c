"""In which capacity someone acts on one incident, and the facts the workflow table judges by.

A person's permissions count only where they hold them: a post at another street gives nothing here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core import clock
from core.actor import Actor, ActorKind
from incidents.approvers import applicant_posts, approver_posts, pending_application
from incidents.models import Application, Clock, Incident, WhistleItem, WhistleResponse
from incidents.posts import (
    DEPARTMENT_KINDS,
    GRID_ROLES,
    arbitrator_posts,
    called_posts,
    checker_posts,
    dispatcher_posts,
    is_reporter,
    owner_posts,
    tasked_posts,
)
from incidents.rules.states import IN_HAND, MOVABLE, WORK_OVER
from incidents.rules.vocabulary import (
    ClockKind,
    Level,
    Party,
    Pending,
    Procedure,
    Refused,
    State,
    WhistleKind,
)
from incidents.rules.whistle_list import ListItem, may_whistle
from incidents.rules.workflow import FILE, Facts
from incidents.selectors.procedures import procedure_numbers
from incidents.withholding import levels_withheld
from organizations.choices import Role
from organizations.scopes import AnyUser, Post, scope_of

# Source: R-54. The reporter may ask for more work on a closed incident within this time.
REOPEN_WITHIN = timedelta(days=15)
# The limits of the work itself, which more time moves.
WORK_CLOCKS = (ClockKind.RESOLVE, ClockKind.RECTIFY)
REVEAL = "incidents.reveal_reporter"

_GIVEN_NOTHING: tuple[object, ...] = (None, "", (), [])


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to one incident: their parties, permissions, and their departments' own answers.

    `responses` are all of the running whistle but those of released departments; `own_responses` those of the
    person's departments. `application` is the one that waits; `work_due_at` the limit of the work, read where
    its owner may ask for more. `whistle_list` is what the street may whistle, read only for its leader.
    """

    parties: frozenset[Party]
    permissions: frozenset[str]
    posts: tuple[Post, ...] = ()
    responses: tuple[WhistleResponse, ...] = ()
    own_responses: tuple[WhistleResponse, ...] = ()
    application: Application | None = None
    work_due_at: datetime | None = None
    whistle_list: tuple[ListItem, ...] = ()


def parties_of(user: AnyUser, incident: Incident) -> frozenset[Party]:
    """Return the capacities in which a signed-in person may act on the incident. Source: R-41."""
    return _staff_standing(user, incident).parties


def standing_of(actor: Actor, incident: Incident) -> Standing:
    """Return what the actor is to the incident; one query when a whistle is running. Source: R-41."""
    if actor.kind is ActorKind.SYSTEM:
        return _bare_standing(Party.SYSTEM, incident)
    if actor.kind is ActorKind.RESIDENT or actor.user is None:
        return _bare_standing(Party.REPORTER, incident)
    return _staff_standing(actor.user, incident)


def facts_for(
    actor: Actor, incident: Incident, given: Mapping[str, Any], *, standing: Standing | None = None
) -> Facts:
    """Return what a move is judged by; call it after the lock, inside the transaction.

    At most four queries: the running whistle's answers, for the system the verdict's clock, what a merged
    incident was merged into, and once it was extended how often it may be.
    """
    known = standing or standing_of(actor, incident)
    return Facts(
        parties=known.parties,
        permissions=known.permissions,
        given=frozenset(name for name, value in given.items() if value not in _GIVEN_NOTHING),
        owner_level=Level(incident.owner_level),
        can_rise=any(_RANK[level] > _RANK[Level(incident.owner_level)] for level in levels_of(incident)),
        whistled=incident.is_whistled,
        lead_reported_done=any(each.is_lead and each.done_at for each in known.responses),
        verdict_ran_out=Party.SYSTEM in known.parties and _verdict_ran_out(incident),
        reopen_in_time=_reopen_in_time(incident.closed_at),
        can_be_asked=incident.can_be_asked,
        can_be_rung=bool(incident.reporter_phone_sealed) or incident.reporter_id is not None,
        evidence_needed=incident.category.evidence_required,
        own_work=actor.user_id is not None and actor.user_id == incident.handled_by_id,
        archive_due=_archive_due(incident.closed_at),
        return_in_time=incident.return_until is not None and clock.now() <= incident.return_until,
        given_back=incident.state == State.RETURNED,
        arbitration_due=incident.arbitration_due,
        arbitrated=incident.was_arbitrated,
        pending=Pending(incident.pending_application) if incident.pending_application else None,
        approvals_left=known.application.steps_left if known.application else 0,
        before_limit=known.work_due_at is not None and clock.now() < known.work_due_at,
        extensions_left=_extensions_left(incident),
        supervised=incident.is_supervised,
        appeal_waits=incident.appeal_waits,
        may_whistle=_may_whistle(incident, given, known),
        can_upgrade=any(WhistleKind.EMERGENCY.outranks(_kind(each)) for each in known.responses),
        refusal=_refusal(given, known),
        has_children=incident.child_count > 0,
        work_goes_on=_work_goes_on(incident),
    )


def filing_standing(actor: Actor) -> Standing:
    """Return in which capacity the actor files: residents report, grid posts own, the others dispatch."""
    if actor.kind is ActorKind.SYSTEM:
        return Standing(frozenset({Party.SYSTEM}), frozenset())
    if actor.kind is ActorKind.RESIDENT or actor.user is None:
        return Standing(frozenset({Party.REPORTER}), frozenset())
    posts = tuple(post for post in scope_of(actor.user).posts if FILE in post.permissions)
    parties = {Party.OWNER if post.role in GRID_ROLES else Party.DISPATCHER for post in posts}
    return Standing(frozenset(parties), _permissions(posts), posts)


def levels_of(incident: Incident) -> frozenset[Level]:
    """Return the levels at which somebody could own the incident; no query when its units are loaded.

    Levels it is withheld from are none. Source: R-106, R-107.
    """
    levels = {Level.CITY}
    if incident.grid_id is not None:
        levels.add(Level.GRID)
    if incident.community_id is not None:
        levels.add(Level.COMMUNITY)
    if incident.street_id is not None:
        levels.add(Level.STREET)
    if incident.lead_department is not None and not incident.lead_department.is_closed:
        levels.add(Level.DEPARTMENT)
    return frozenset(levels) - levels_withheld(incident)


def usual_lead_id(incident: Incident) -> int | None:
    """Return the department that leads unless the street names another: the first unit, where it is one.

    No query when the units are loaded. Source: R-110.
    """
    first = incident.first_unit
    if first is not None and first.kind in DEPARTMENT_KINDS and not first.is_closed:
        return first.pk
    return incident.lead_department_id


def can_reveal(user: AnyUser, incident: Incident) -> bool:
    """Return whether the person may ask for the reporter's name and phone, at the incident's own units."""
    own = (incident.community_id, incident.street_id)
    scope = scope_of(user)
    return scope.holds(REVEAL, own) or scope.holds_in_city(REVEAL)


def acting_unit_id(standing: Standing, incident: Incident) -> int | None:
    """Return for which of their units somebody acts: their department, the owner, else their nearest post."""
    if standing.own_responses:
        return standing.own_responses[0].department_id
    ids = [post.organization_id for post in standing.posts]
    if incident.owner_organization_id in ids:
        return incident.owner_organization_id
    return ids[0] if ids else None


_RANK = {level: rank for rank, level in enumerate(Level)}


def _staff_standing(user: AnyUser, incident: Incident) -> Standing:
    scope = scope_of(user)
    owners = owner_posts(user, scope, incident)
    dispatchers = dispatcher_posts(scope, incident)
    street = [post for post in scope.posts if post.organization_id == incident.street_id is not None]
    leaders = [post for post in street if post.role == Role.STREET_LEADER]
    responses = _running_responses(incident)
    called, own = called_posts(scope, responses)
    checkers = checker_posts(user, scope, incident)
    application = pending_application(incident)
    approvers = approver_posts(scope, application)
    applicants = applicant_posts(scope, application)
    arbitrators = arbitrator_posts(scope)
    tasked = tasked_posts(scope, incident)
    parties: set[Party] = set()
    for party, posts in (
        (Party.OWNER, owners),
        (Party.DISPATCHER, dispatchers),
        (Party.STREET_STAFF, street),
        (Party.STREET_LEADER, leaders),
        (Party.WHISTLED_DEPARTMENT, called),
        (Party.TASK_UNIT, tasked),
        (Party.CHECKER, checkers),
        (Party.APPLICANT, applicants),
        (Party.APPROVER, approvers),
        (Party.ARBITRATOR, arbitrators),
    ):
        if posts:
            parties.add(party)
    if not owners and is_reporter(scope, incident):
        parties.add(Party.REPORTER)
    every = (
        owners,
        called,
        leaders,
        street,
        dispatchers,
        checkers,
        tasked,
        approvers,
        applicants,
        arbitrators,
    )
    held = tuple(dict.fromkeys(post for posts in every for post in posts))
    return Standing(
        frozenset(parties),
        _permissions(held),
        held,
        responses,
        own,
        application=application,
        work_due_at=_work_due_at(incident) if owners and incident.state in IN_HAND else None,
        whistle_list=_whistle_list(incident) if leaders else (),
    )


def _bare_standing(party: Party, incident: Incident) -> Standing:
    return Standing(
        frozenset({party}),
        frozenset(),
        responses=_running_responses(incident),
        application=pending_application(incident),
    )


def _work_due_at(incident: Incident) -> datetime | None:
    """Return the limit of the work while it runs; no query where the running clocks were read before."""
    clocks: list[Clock] | None = getattr(incident, "running_clocks", None)
    if clocks is None:
        clocks = list(Clock.objects.filter(incident_id=incident.pk, stopped_at=None, kind__in=WORK_CLOCKS))
    own = [each.due_at for each in clocks if each.kind in WORK_CLOCKS and each.whistle_response_id is None]
    return max(own, default=None)


def _running_responses(incident: Incident) -> tuple[WhistleResponse, ...]:
    if not incident.is_whistled:
        return ()
    rows = WhistleResponse.objects.filter(
        whistle__incident_id=incident.pk, whistle__ended_at=None, released_at=None
    )
    return tuple(rows.select_related("whistle", "department"))


def _whistle_list(incident: Incident) -> tuple[ListItem, ...]:
    at_street = incident.owner_level == Level.STREET and not incident.is_whistled
    if not at_street or incident.state not in MOVABLE:
        return ()
    rows = WhistleItem.objects.in_force(incident.street_id, clock.today())
    return tuple(row.as_item() for row in rows)


def _may_whistle(incident: Incident, given: Mapping[str, Any], known: Standing) -> bool:
    return may_whistle(
        known.whistle_list,
        category=incident.category.code,
        group=incident.category.group,
        kind=str(given.get("kind", "")),
        grounds=str(given.get("grounds", "")),
    )


def _kind(response: WhistleResponse) -> WhistleKind:
    return WhistleKind(response.whistle.kind)


def _refusal(given: Mapping[str, Any], known: Standing) -> Refused:
    """Return how far the refusal has gone that concerns the person; the effect looks at the row itself."""
    if known.own_responses:
        seen = [Refused(each.refusal) for each in known.own_responses]
        return Refused.NOT if Refused.NOT in seen else seen[0]
    named = str(given.get("department", ""))
    for each in known.responses:
        if named == str(each.department_id):
            return Refused(each.refusal)
    open_ones = {Refused(each.refusal) for each in known.responses}
    mine = Refused.STATED if Party.STREET_LEADER in known.parties else Refused.CONTESTED
    return mine if mine in open_ones else Refused.NOT


def _permissions(posts: Iterable[Post]) -> frozenset[str]:
    return frozenset().union(*(post.permissions for post in posts))


def _verdict_ran_out(incident: Incident) -> bool:
    return Clock.objects.filter(
        incident_id=incident.pk, kind=ClockKind.CALLBACK, stopped_at=None, due_at__lte=clock.now()
    ).exists()


def _work_goes_on(incident: Incident) -> bool:
    if incident.state != State.MERGED or incident.parent is None:
        return False
    return incident.parent.state not in WORK_OVER


def _extensions_left(incident: Incident) -> int:
    """Return how often more time may still be given; no query before the first time. Source: R-123."""
    if not incident.extension_count:
        return 1
    code = Procedure.EXTENSIONS_AT_MOST
    return procedure_numbers([code])[code] - incident.extension_count


def _reopen_in_time(closed_at: datetime | None) -> bool:
    return closed_at is not None and clock.now() <= closed_at + REOPEN_WITHIN


def _archive_due(closed_at: datetime | None) -> bool:
    return closed_at is not None and clock.now() > closed_at + REOPEN_WITHIN
