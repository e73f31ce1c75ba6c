"""Querysets of grids and buildings, with who sees them."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import CharField, F, Q
from django.db.models.functions.text import ConcatPair

from core import tree
from core.pairs import TextPairs, pairs_of
from grids.scopes import grid_ids_for
from organizations.scopes import AnyUser, scope_of

# What a building is searched by; the index of its pairs stands on this.
BUILDING_WORDS = ConcatPair(F("address"), F("name"), output_field=CharField())


class GridQuerySet(models.QuerySet[Any]):
    """Grids; lists are ordered by core.tree.in_tree_order."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the grids of the person's streets and communities, or those assigned to them."""
        scope = scope_of(user)
        if scope.whole_city or scope.administers:
            return self
        wanted = Q(pk__in=grid_ids_for(user))
        if scope.community_ids:
            wanted |= Q(community_id__in=scope.community_ids)
        if scope.street_ids:
            wanted |= Q(community__parent_id__in=scope.street_ids)
        return self.filter(wanted)

    def open(self) -> Self:
        """Return grids that take new work."""
        return self.filter(closed_on=None)

    def leaves(self) -> Self:
        """Return grids without a grid below them: those a position belongs to."""
        return self.filter(children=None)

    def with_subtrees(self) -> models.QuerySet[Any]:
        """Return these grids and every grid below them."""
        return tree.subtree(self)


class SeenWithGridQuerySet(models.QuerySet[Any]):
    """What belongs to a grid by its field `grid` and is seen by whoever sees that grid."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return what belongs to the grids the person sees."""
        scope = scope_of(user)
        if scope.whole_city or scope.administers:
            return self
        grids = self.model._meta.get_field("grid").related_model._default_manager
        return self.filter(grid__in=grids.visible_to(user).values("pk"))


class BuildingQuerySet(SeenWithGridQuerySet):
    """Buildings, seen with their grid."""

    def named(self, word: str) -> Self:
        """Return buildings whose address or name holds the word; from two characters on by an index."""
        held = self.alias(words=BUILDING_WORDS).filter(words__contains=word)
        if len(word) < 2:
            return held
        return held.alias(pairs=TextPairs(BUILDING_WORDS)).filter(pairs__contains=pairs_of(word))


class QRCodeQuerySet(SeenWithGridQuerySet):
    """QR codes, seen with their grid."""

    def living(self, at: datetime) -> Self:
        """Return the codes that can be scanned."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class GridAssignmentQuerySet(SeenWithGridQuerySet):
    """Assignments by date and by who sees them."""

    def valid_on(self, day: date) -> Self:
        """Return assignments that hold on the day, their membership included."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            Q(membership__valid_to=None) | Q(membership__valid_to__gte=day),
            valid_from__lte=day,
            membership__valid_from__lte=day,
        )
