"""What staff choose from in forms: units that can take a case, departments, categories, their own grids."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from grids.models import Building, Grid
from incidents.models import Category, Incident
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.querysets import OrganizationQuerySet
from organizations.scopes import AnyUser

Grouped = list[tuple[Any, list[tuple[Any, str]]]]
_HABIT = timedelta(days=90)
FAVOURITES = 8
# A longer list is slower to read than a position is to find.
MOST_BUILDINGS = 200


def departments_to_choose() -> list[tuple[str, str]]:
    """Return every open department as (id, name); one query."""
    rows = Organization.objects.open().filter(kind=OrganizationKind.DEPARTMENT).order_by("code")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def own_units(incident: Incident) -> list[tuple[str, str]]:
    """Return the incident's own street and community as (id, name); no query when they are loaded."""
    units = (incident.street, incident.community)
    return [(str(unit.pk), unit.name) for unit in units if unit is not None and not unit.is_closed]


def units_to_choose(user: AnyUser) -> Grouped:
    """Return the open units a case can be handed to, grouped by kind; one query beyond the scope."""
    kinds = (OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.DEPARTMENT)
    return _by_kind(Organization.objects.visible_to(user), kinds)


def units_to_suggest() -> Grouped:
    """Return the open departments and streets somebody may name as the right owner; one query."""
    kinds = (OrganizationKind.DEPARTMENT, OrganizationKind.STREET)
    return _by_kind(Organization.objects.all(), kinds)


def accused_to_choose() -> Grouped:
    """Return the open units a report may be about, by kind; names of units are public. One query."""
    kinds = (OrganizationKind.DEPARTMENT, OrganizationKind.STREET, OrganizationKind.COMMUNITY)
    return _by_kind(Organization.objects.all(), kinds)


def _by_kind(units: OrganizationQuerySet, kinds: Iterable[OrganizationKind]) -> Grouped:
    rows = units.open().filter(kind__in=kinds).order_by("code")
    groups: dict[str, list[tuple[Any, str]]] = {kind: [] for kind in kinds}
    for pk, name, kind in rows.values_list("pk", "name", "kind"):
        groups[kind].append((str(pk), name))
    return [(OrganizationKind(kind).label, choices) for kind, choices in groups.items() if choices]


def named_unit(unit_id: int | None) -> str:
    """Return the name of a unit, empty for none; one query at most."""
    name = Organization.objects.filter(pk=unit_id).values_list("name", flat=True).first() if unit_id else None
    return name or ""


def areas_to_choose(user: AnyUser) -> list[tuple[str, str]]:
    """Return the streets and communities the person sees as (code, name); one query beyond the scope."""
    kinds = (OrganizationKind.STREET, OrganizationKind.COMMUNITY)
    rows = Organization.objects.visible_to(user).filter(kind__in=kinds).order_by("code")
    return list(rows.values_list("code", "name"))


def category_groups() -> Grouped:
    """Return every category in use as (code, name), by group; one query."""
    groups: dict[str, list[tuple[Any, str]]] = {}
    rows = Category.objects.filter(is_active=True).order_by("code")
    for group, code, name in rows.values_list("group", "code", "name"):
        groups.setdefault(group, []).append((code, name))
    return list(groups.items())


def categories_to_choose() -> list[Category]:
    """Return all categories in use, by code; one query."""
    return list(Category.objects.filter(is_active=True).order_by("code"))


def favourites_among(categories: Iterable[Category], user: AnyUser) -> list[Category]:
    """Return the categories this person uses most, topped up; one query."""
    since = clock.now() - _HABIT
    habits = dict(
        Incident.objects.filter(reporter_id=user.pk, reported_at__gte=since)
        .order_by()
        .values("category_id")
        .annotate(times=Count("pk"))
        .values_list("category_id", "times")
    )
    return sorted(categories, key=lambda one: (-habits.get(one.pk, 0), one.code))[:FAVOURITES]


def grids_to_choose(user: AnyUser) -> QuerySet[Grid]:
    """Return the open lowest grids the person sees, ordered by code."""
    seen: QuerySet[Grid] = (
        Grid.objects.visible_to(user).open().leaves().select_related("community").order_by("code")
    )
    return seen


def buildings_to_choose(user: AnyUser) -> Grouped:
    """Return the buildings the person sees as (id, name), by grid; none where there are too many.

    One query beyond the scope.
    """
    rows = Building.objects.visible_to(user).filter(grid__closed_on=None).order_by("grid__code", "code")
    found = list(rows.values_list("pk", "name", "grid__name")[: MOST_BUILDINGS + 1])
    if len(found) > MOST_BUILDINGS:
        return []
    groups: dict[str, list[tuple[Any, str]]] = {}
    for pk, name, grid in found:
        groups.setdefault(grid, []).append((pk, name))
    return list(groups.items())


def nothing_chosen() -> tuple[str, Any]:
    """Return the first, empty line of a list to choose from."""
    return "", _("Please choose")
