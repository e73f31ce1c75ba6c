"""The one definition of who sees which incident, and the adjectives lists are built from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from grids.scopes import grid_ids_for
from incidents.rules.workflow import OPEN_STATES
from incidents.shares import shared_incident_ids
from organizations.scopes import AnyUser, scope_of

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

        City: no predicate. Street and community: the repeated column alone, so that partial indexes serve.
        Departments: what they took part in. Exceptions given by name (guardian) come as a list of ids.
        """
        return self._seen_by(user, self._participations())

    def open_to(self, user: AnyUser) -> Self:
        """Return what `visible_to(user).open()` would, by way of the departments' open participations."""
        return self._seen_by(user, self._participations().filter(is_open=True)).open()

    def _seen_by(self, user: AnyUser, participations: models.QuerySet[Any]) -> Self:
        scope = scope_of(user)
        if scope.whole_city:
            return self
        if scope.user_id is None:
            return self.none()
        wanted = Q(pk__in=[])
        if scope.street_ids:
            wanted |= Q(street_id__in=scope.street_ids)
        if scope.community_ids:
            wanted |= Q(community_id__in=scope.community_ids)
        if scope.department_ids:
            theirs = participations.filter(organization_id__in=scope.department_ids)
            wanted |= Q(pk__in=theirs.values("incident_id"))
        if scope.grid_membership_ids:
            wanted |= Q(grid_id__in=grid_ids_for(user)) | Q(reporter_id=scope.user_id)
        shared = shared_incident_ids(user)
        if shared:
            wanted |= Q(pk__in=shared)
        return self.filter(wanted)

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

    @staticmethod
    def _participations() -> models.QuerySet[Any]:
        participations: models.QuerySet[Any] = apps.get_model("incidents", "Participation").objects.all()
        return participations


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
