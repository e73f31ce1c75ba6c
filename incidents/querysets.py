"""The one definition of who sees which incident, and the adjectives lists are built from."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from grids.scopes import grid_ids_for
from incidents.rules.workflow import OPEN_STATES
from incidents.shares import shared_incident_ids
from organizations.choices import AREA_ROLES, OrganizationKind, Role
from organizations.scopes import AnyUser, Post, Scope, scope_of

GRID_ROLES = frozenset({Role.GRID_WORKER, Role.BUILDING_HEAD})
_MAY_BE_NAMED = AREA_ROLES | {Role.GRID_WORKER}


class OfIncidentQuerySet(models.QuerySet[Any]):
    """Rows that belong to an incident: whoever sees the incident sees them, nobody else."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the rows of the incidents the person may see; one subquery."""
        incidents: Any = apps.get_model("incidents", "Incident").objects
        return self.filter(incident_id__in=incidents.visible_to(user).order_by().values("pk"))


# Kept on the query, which every further narrowing copies.
_PARTS = "gridgov_parts"


class IncidentQuerySet(models.QuerySet[Any]):
    """Incidents by visibility, state and time."""

    def with_parts(self, *names: str) -> Self:
        """Fetch the rows these foreign keys name, one query per table that is needed at all.

        Planning a join of seven tables takes PostgreSQL ten times longer than reading a page.
        """
        wanted = self.all()
        setattr(wanted.query, _PARTS, names)
        return wanted

    def visible_to(self, user: AnyUser) -> Self:
        """Return what the person may see: their area, their grids, their department's, their own reports.

        City: no area. Street and community: the repeated column alone, so that partial indexes serve.
        Departments: what they took part in. Exceptions given by name (guardian) come as a list of ids.
        What is withheld from the person is never among it. Source: R-106, R-107.
        """
        return self._seen_by(user, _participations())

    def open_to(self, user: AnyUser) -> Self:
        """Return what `visible_to(user).open()` would, by way of the departments' open participations."""
        return self._seen_by(user, _participations().filter(is_open=True)).open()

    def _seen_by(self, user: AnyUser, participations: models.QuerySet[Any]) -> Self:
        scope = scope_of(user)
        if scope.user_id is None:
            return self.none()
        wanted = _within(scope.posts, user, participations)
        if wanted is None:
            return self.filter(_not_withheld(scope, user))
        if scope.grid_membership_ids:
            wanted |= Q(reporter_id=scope.user_id)
        shared = shared_incident_ids(user)
        if shared:
            wanted |= Q(pk__in=shared)
        return self.filter(wanted & _not_withheld(scope, user))

    def open(self) -> Self:
        """Return incidents on which work is still owed; the condition of the partial indexes."""
        return self.filter(state__in=sorted(OPEN_STATES))

    def overdue(self, at: datetime) -> Self:
        """Return open incidents whose running limit has passed."""
        return self.open().filter(due_at__lt=at)

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        names = getattr(self.query, _PARTS, ())
        if fresh and names:
            _attach(self._result_cache or [], names)

    @staticmethod
    def units_seen(user: AnyUser) -> frozenset[int] | None:
        """Return organisations within whose incidents all lies that the person sees; None: no such bound.

        Only a hint for indexes: what is seen is decided by `visible_to` alone.
        """
        scope = scope_of(user)
        if scope.whole_city or scope.grid_membership_ids or shared_incident_ids(user):
            return None
        return scope.street_ids | scope.community_ids | scope.department_ids


def _attach(rows: Sequence[Any], names: Iterable[str]) -> None:
    rows = [row for row in rows if isinstance(row, models.Model)]
    by_model: dict[Any, list[Any]] = {}
    for name in names if rows else ():
        field = rows[0]._meta.get_field(name)
        by_model.setdefault(field.related_model, []).append(field)
    for model, fields in by_model.items():
        wanted = {getattr(row, field.attname) for field in fields for row in rows} - {None}
        found = model._default_manager.in_bulk(wanted) if wanted else {}
        for row in rows:
            for field in fields:
                pk = getattr(row, field.attname)
                if pk is not None:
                    field.set_cached_value(row, found[pk])


class WhistleItemQuerySet(models.QuerySet[Any]):
    """Lines of the whistle list by whom and when they hold for."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the lines for every street and those of the person's own streets, to the city all of them.

        Source: R-167.
        """
        scope = scope_of(user)
        if scope.user_id is None:
            return self.none()
        if scope.whole_city or scope.administers:
            return self.all()
        return self.filter(Q(street=None) | Q(street_id__in=scope.street_ids))

    def in_force(self, street_id: int | None, on: date) -> Self:
        """Return the lines that hold for a street on a day. Source: R-57."""
        return self.filter(
            Q(street_id=street_id) | Q(street=None),
            Q(valid_to=None) | Q(valid_to__gte=on),
            is_active=True,
            valid_from__lte=on,
        ).order_by("name", "pk")


def _within(posts: Iterable[Post], user: AnyUser, participations: models.QuerySet[Any]) -> Q | None:
    """Return the area that posts open; None stands for the whole city. Departments: by `participations`."""
    wanted = Q(pk__in=[])
    units = _units_by_kind(posts)
    if OrganizationKind.CITY in units:
        return None
    if OrganizationKind.STREET in units:
        wanted |= Q(street_id__in=units[OrganizationKind.STREET])
    if OrganizationKind.COMMUNITY in units:
        wanted |= Q(community_id__in=units[OrganizationKind.COMMUNITY])
    if OrganizationKind.DEPARTMENT in units:
        theirs = participations.filter(organization_id__in=units[OrganizationKind.DEPARTMENT])
        wanted |= Q(pk__in=theirs.values("incident_id"))
    if any(post.role in GRID_ROLES for post in posts):
        wanted |= Q(grid_id__in=grid_ids_for(user))
    return wanted


def _units_by_kind(posts: Iterable[Post]) -> dict[str, list[int]]:
    units: dict[str, list[int]] = {}
    for post in posts:
        if post.role in AREA_ROLES:
            is_unit = post.organization_kind == OrganizationKind.UNIT
            kind = OrganizationKind.DEPARTMENT if is_unit else post.organization_kind
            units.setdefault(kind, []).append(post.organization_id)
    return units


def _participations() -> models.QuerySet[Any]:
    participations: models.QuerySet[Any] = apps.get_model("incidents", "Participation").objects.all()
    return participations


def _not_withheld(scope: Scope, user: AnyUser) -> Q:
    """Return what is hidden neither as secret nor as a report about the person's own unit.

    Ordinary incidents are decided by two columns of the row; only for the few others the rest is asked.
    """
    ordinary = Q(is_secret=False, accused_organization=None)
    named = Q(is_secret=False)
    for role in sorted(scope.roles & _MAY_BE_NAMED):
        area = _within([post for post in scope.posts if post.role == role], user, _participations())
        naming = Q(category_id__in=_categories_naming(role))
        named |= naming if area is None else naming & area
    others = Q(accused_organization=None) | ~Q(accused_organization_id__in=scope.unit_line)
    return ordinary | (named & others)


def _categories_naming(role: str) -> Any:
    categories: Any = apps.get_model("incidents", "Category").objects
    return categories.filter(is_secret=True, secret_roles__contains=[role]).order_by().values("pk")


class FigureRowQuerySet(models.QuerySet[Any]):
    """Figures as they stood, by who answers for the unit."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the rows of the person's own units and of the communities of their streets; city: all."""
        scope = scope_of(user)
        if scope.whole_city:
            return self
        own = scope.street_ids | scope.community_ids | scope.department_ids
        return self.filter(Q(organization_id__in=own) | Q(organization__parent_id__in=scope.street_ids))


class SimulationQuerySet(models.QuerySet[Any]):
    """Simulations by who sees them."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the person's own runs: their figures count what that person sees, and nobody else may."""
        return self.filter(asked_by_id=user.pk) if user.pk is not None else self.none()


class SimulatedChangeQuerySet(models.QuerySet[Any]):
    """Simulated changes by who sees them."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return those of the person's own runs about incidents that the person sees today."""
        if user.pk is None:
            return self.none()
        incidents: Any = apps.get_model("incidents", "Incident").objects
        seen = self.filter(simulation__asked_by_id=user.pk)
        return seen.filter(incident_id__in=incidents.visible_to(user).values("pk"))


class ImportJobQuerySet(models.QuerySet[Any]):
    """Imports: everybody sees their own, the city's staff all of them."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the imports the person may look at."""
        scope = scope_of(user)
        if scope.user_id is None:
            return self.none()
        return self if scope.whole_city else self.filter(created_by_id=scope.user_id)
