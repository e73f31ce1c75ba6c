"""The questions staff ask of their list — what waits for me, what is late — as named conditions.

The home page, the board and the queue use the same ones, so that a number and the list behind it agree.
"""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from grids.scopes import grid_ids_for
from incidents.models import Incident, SessionTask, WhistleResponse
from incidents.rules.vocabulary import Level, Refused, State
from incidents.rules.workflow import ANSWER, CHECK, HANDLE, VERIFY
from incidents.selectors.deciding import deciding_shows
from incidents.selectors.named_parts import Show
from organizations.choices import OrganizationKind, Role
from organizations.scopes import AnyUser, Scope, scope_of

_WORKING = (State.SIGNED, State.HANDLING, State.RECTIFYING)


def shows_for(user: AnyUser) -> list[Show]:
    """Return the parts that concern this person, the most pressing first; `now` joins what waits."""
    scope = scope_of(user)
    waiting = [
        *deciding_shows(user),
        *_own_work(user, scope),
        *_whistle_work(scope),
        *_tasks(scope),
        *_verifying(scope),
    ]
    now = Q(pk__in=[])
    for show in waiting:
        if show.key not in ("to_verify", "to_check"):
            now |= show.condition
    answers = any(show.answers for show in waiting)
    return [Show("now", _("Needs me now"), now, answers=answers), *waiting, *_watching(scope)]


def show_called(user: AnyUser, key: str) -> Show:
    """Return the part with this key, or the first one."""
    shows = shows_for(user)
    return next((show for show in shows if show.key == key), shows[0])


def count_shows(incidents: QuerySet[Incident], shows: Iterable[Show]) -> dict[str, int]:
    """Return how many incidents each part holds, all in one query."""
    counts = {show.key: Count("pk", filter=show.condition) for show in shows}
    return dict(incidents.order_by().aggregate(**counts)) if counts else {}


def owned_by(user: AnyUser) -> Q:
    """Return what the person owes work on: in their grids, or at the organisations where they handle."""
    scope = scope_of(user)
    posts = frozenset(post.organization_id for post in scope.posts if HANDLE in post.permissions)
    above_grid = Q(owner_organization_id__in=posts) & ~Q(owner_level=Level.GRID)
    return above_grid | Q(owner_level=Level.GRID, grid_id__in=grid_ids_for(user))


def _own_work(user: AnyUser, scope: Scope) -> list[Show]:
    if HANDLE not in scope.permissions:
        return []
    mine = owned_by(user)
    return [
        Show("to_accept", _("To be accepted"), mine & Q(state=State.REPORTED)),
        Show("to_sign", _("To be signed for"), mine & Q(state=State.DISPATCHED)),
        Show("working", _("In hand"), mine & Q(state__in=_WORKING, is_whistled=False)),
    ]


def _whistle_work(scope: Scope) -> list[Show]:
    parts = []
    if ANSWER in scope.permissions and scope.department_ids:
        pending = WhistleResponse.objects.filter(
            department_id__in=scope.department_ids, done_at=None, released_at=None, whistle__ended_at=None
        )
        condition = Q(pk__in=pending.values("whistle__incident_id"))
        parts.append(Show("answer", _("Whistles to answer"), condition, answers=True))
    if scope.street_ids:
        done = WhistleResponse.objects.filter(
            whistle__incident=OuterRef("pk"), whistle__ended_at=None, is_lead=True, done_at__isnull=False
        )
        condition = Q(Exists(done), street_id__in=scope.street_ids) & ~Q(state=State.CALLBACK)
        parts.append(Show("to_ask", _("Ask the resident"), condition))
        if Role.STREET_LEADER in scope.roles:
            condition = _refused(Refused.STATED) & Q(street_id__in=scope.street_ids)
            parts.append(Show("refused", _("Refusals to decide"), condition))
    if Role.CITY_GRID_OFFICE in scope.roles:
        parts.append(Show("contested", _("Refusals to arbitrate"), _refused(Refused.CONTESTED)))
    return parts


def _refused(how_far: Refused) -> Q:
    rows = WhistleResponse.objects.filter(refusal=how_far, whistle__ended_at=None)
    return Q(is_whistled=True, pk__in=rows.values("whistle__incident_id"))


def _tasks(scope: Scope) -> list[Show]:
    """Open tasks of joint sessions; whoever sees the incident anyway is not asked twice."""
    units = frozenset(
        post.organization_id
        for post in scope.posts
        if HANDLE in post.permissions and post.role != Role.GRID_WORKER
    )
    if not units:
        return []
    owed = SessionTask.objects.filter(unit_id__in=units, done_at=None)
    return [
        Show("tasks", _("Tasks of joint sessions"), Q(open_tasks__gt=0, pk__in=owed.values("incident_id")))
    ]


def _verifying(scope: Scope) -> list[Show]:
    parts = []
    if CHECK in scope.permissions:
        parts.append(Show("to_check", _("To be checked"), _to_check(scope)))
    if VERIFY in scope.permissions:
        parts.append(Show("to_verify", _("Waiting for the verdict"), Q(state=State.CALLBACK)))
    return parts


def _to_check(scope: Scope) -> Q:
    """Return what others reported as done: nobody checks their own work or that of their own unit."""
    own = frozenset(post.organization_id for post in scope.posts)
    of_others = Q(owner_level=Level.GRID) | ~Q(owner_organization_id__in=own)
    return Q(state=State.VERIFYING) & of_others & ~Q(handled_by_id=scope.user_id)


def _watching(scope: Scope) -> list[Show]:
    parts = [Show("overdue", _("Overdue"), Q(due_at__lt=clock.now()))]
    if any(post.organization_kind in _AREAS for post in scope.posts) and not scope.grid_membership_ids:
        parts.append(Show("whistled", _("Under whistle"), Q(is_whistled=True)))
        parts.append(Show("supervised", _("Supervised"), Q(is_supervised=True)))
        parts.append(Show("suspended", _("Set aside"), Q(state=State.SUSPENDED)))
    if scope.grid_membership_ids:
        parts.append(Show("reported", _("My reports"), Q(reporter_id=scope.user_id)))
    if scope.department_ids:
        parts.append(Show("related", _("All that concern us"), Q()))
    return parts


_AREAS = (OrganizationKind.CITY, OrganizationKind.STREET, OrganizationKind.COMMUNITY)
