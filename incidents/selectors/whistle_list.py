"""The list of what may be whistled, and what each kind of whistle is called in this city."""

from collections.abc import Iterable

from core import clock
from incidents.choices import WHISTLE_KINDS
from incidents.models import Incident, WhistleItem, WhistleLimit
from incidents.rules.whistle_list import ListItem, fitting_items
from organizations.scopes import AnyUser, scope_of

WRITE_LIST = "incidents.change_whistleitem"


def items_for(incident: Incident) -> list[ListItem]:
    """Return the lines under which this incident may be whistled; one query."""
    category = incident.category
    rows = WhistleItem.objects.in_force(incident.street_id, clock.today())
    return fitting_items((row.as_item() for row in rows), category=category.code, group=category.group)


def may_write_line(user: AnyUser, street_id: int | None) -> bool:
    """Return whether the person writes the list of this street, None: of every street. Source: R-167."""
    scope = scope_of(user)
    return scope.holds_in_city(WRITE_LIST) or scope.holds(WRITE_LIST, [street_id])


def kind_names() -> dict[str, str]:
    """Return what each kind of whistle is called here, in the order of their weight; one query."""
    own = dict(WhistleLimit.objects.exclude(name="").values_list("kind", "name"))
    return {str(kind): own.get(str(kind)) or str(label) for kind, label in WHISTLE_KINDS}


def kind_choices(kinds: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Return the kinds to choose from, all of them or the given ones; one query."""
    wanted = None if kinds is None else set(kinds)
    return [(kind, name) for kind, name in kind_names().items() if wanted is None or kind in wanted]
