"""What the workflow table asks about whistles, refusals and tasks of joint sessions; policies gather it."""

from collections.abc import Iterable, Mapping
from typing import Any

from core import clock
from incidents.models import Incident, SessionTask, WhistleItem, WhistleResponse
from incidents.rules.states import MOVABLE
from incidents.rules.vocabulary import Level, Refused, WhistleKind
from incidents.rules.whistle_list import ListItem, may_whistle
from incidents.rules.workflow import HANDLE
from organizations.choices import Role
from organizations.scopes import Post, Scope

_ON_FOOT = frozenset({Role.GRID_WORKER, Role.BUILDING_HEAD})


def running_responses(incident: Incident) -> tuple[WhistleResponse, ...]:
    """Return the answers to the running whistle without released ones; one query where there is a whistle."""
    if not incident.is_whistled:
        return ()
    rows = WhistleResponse.objects.filter(
        whistle__incident_id=incident.pk, whistle__ended_at=None, released_at=None
    )
    return tuple(rows.select_related("whistle", "department"))


def tasked_posts(scope: Scope, incident: Incident) -> list[Post]:
    """Return the posts of units that still owe a task of a joint session; one query where there are any."""
    if not incident.open_tasks:
        return []
    posts = [post for post in scope.posts if post.role not in _ON_FOOT and HANDLE in post.permissions]
    if not posts:
        return []
    open_tasks = SessionTask.objects.filter(incident_id=incident.pk, done_at=None)
    owing = set(open_tasks.values_list("unit_id", flat=True))
    return [post for post in posts if post.organization_id in owing]


def whistle_list(incident: Incident) -> tuple[ListItem, ...]:
    """Return what the street may whistle, read only where it could whistle now. Source: R-57."""
    at_street = incident.owner_level == Level.STREET and not incident.is_whistled
    if not at_street or incident.state not in MOVABLE:
        return ()
    rows = WhistleItem.objects.in_force(incident.street_id, clock.today())
    return tuple(row.as_item() for row in rows)


def may_whistle_for(incident: Incident, given: Mapping[str, Any], items: Iterable[ListItem]) -> bool:
    """Tell whether the list allows this whistle over this incident; no query. Source: R-57."""
    return may_whistle(
        items,
        category=incident.category.code,
        group=incident.category.group,
        kind=str(given.get("kind", "")),
        grounds=str(given.get("grounds", "")),
    )


def can_be_raised(responses: Iterable[WhistleResponse]) -> bool:
    """Tell whether the whistle of these answers can still call harder. Source: R-56."""
    return any(WhistleKind.EMERGENCY.outranks(WhistleKind(each.whistle.kind)) for each in responses)


def refusal_seen(
    given: Mapping[str, Any],
    *,
    own: tuple[WhistleResponse, ...],
    every: tuple[WhistleResponse, ...],
    decides_first: bool,
) -> Refused:
    """Return how far the refusal has gone that concerns the person; the effect looks at the row itself.

    For a called department its own; else that of the named department, or of any that waits for the person.
    Source: R-58.
    """
    if own:
        seen = [Refused(each.refusal) for each in own]
        return Refused.NOT if Refused.NOT in seen else seen[0]
    named = str(given.get("department", ""))
    for each in every:
        if named == str(each.department_id):
            return Refused(each.refusal)
    mine = Refused.STATED if decides_first else Refused.CONTESTED
    return mine if any(each.refusal == mine for each in every) else Refused.NOT
