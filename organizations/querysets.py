"""Querysets of organisations and memberships, with who sees them."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from core import tree
from organizations.choices import OrganizationKind
from organizations.scopes import AnyUser, scope_of


class OrganizationQuerySet(models.QuerySet[Any]):
    """Organisations; lists are ordered by core.tree.in_tree_order."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return what the person sees: their subtree, what stands above it, and every department.

        Departments are visible to all staff, since anyone may have to name one. One query for the bounds.
        """
        scope = scope_of(user)
        if scope.whole_city or scope.administers:
            return self
        if not scope.posts:
            return self.none()
        own = self.model._default_manager.filter(pk__in=[post.organization_id for post in scope.posts])
        return self.filter(
            Q(pk__in=tree.subtree(own).values("pk"))
            | Q(pk__in=tree.above(own).values("pk"))
            | Q(kind=OrganizationKind.DEPARTMENT)
        )

    def open(self) -> Self:
        """Return organisations that take new work."""
        return self.filter(closed_on=None)


class MembershipQuerySet(models.QuerySet[Any]):
    """Memberships by date and by who sees them."""

    def valid_on(self, day: date) -> Self:
        """Return memberships that hold on the day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def visible_to(self, user: AnyUser) -> Self:
        """Return memberships at organisations within the person's own subtree, and their own."""
        scope = scope_of(user)
        if scope.whole_city or scope.administers:
            return self
        organizations = self.model._meta.get_field("organization").related_model._default_manager
        own = organizations.filter(pk__in=[post.organization_id for post in scope.posts])
        return self.filter(Q(user_id=scope.user_id) | Q(organization__in=tree.subtree(own).values("pk")))
