"""The one definition of who sees which person, household or dwelling. Source: R-200."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from core import clock
from core.crypto import mark
from core.lookups import any_of
from grids.scopes import grid_ids_for
from organizations.choices import Role
from organizations.scopes import AnyUser, scope_of
from residents.choices import LifeState, NeedState

SENSITIVE = "residents.view_sensitive_tag"
TAG_KIND_FIELD = "person_tag.kind"


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that stand somewhere in the city (models.places.Placed)."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return what stands in the person's streets, communities, grids or buildings; departments: nothing.

        City: no area. Street and community: one column. No query beyond what the scope and the grids cost.
        """
        if scope_of(user).whole_city:
            return self
        return self.filter(self.where_seen(user))

    def where_seen(self, user: AnyUser) -> Q:
        """Return the condition of the places of somebody who does not see the whole city."""
        scope = scope_of(user)
        wanted = Q(pk__in=[])
        if scope.street_ids:
            wanted |= Q(street_id__in=scope.street_ids)
        if scope.community_ids:
            wanted |= Q(community_id__in=scope.community_ids)
        if scope.grid_membership_ids:
            wanted |= Q(grid_id__in=grid_ids_for(user))
        if Role.BUILDING_HEAD in scope.roles:
            wanted |= Q(building_id__in=_headed(scope.grid_membership_ids))
        return wanted


class OwnWorkQuerySet(models.QuerySet[Any]):
    """Imports and exports: everybody sees their own, the city's staff all of them."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return those the person may look at."""
        scope = scope_of(user)
        if scope.user_id is None:
            return self.none()
        return self if scope.whole_city else self.filter(created_by_id=scope.user_id)


class HouseholdQuerySet(PlacedQuerySet):
    """Households by place and state."""

    def open(self) -> Self:
        """Return households that exist now."""
        return self.filter(closed_on=None)


class PersonQuerySet(PlacedQuerySet):
    """People by place and state."""

    def where_seen(self, user: AnyUser) -> Q:
        """Return the condition of places, and of people the user or a unit of theirs helps (R-246)."""
        scope = scope_of(user)
        seen = super().where_seen(user)
        if not scope.posts:
            return seen
        assignments: Any = apps.get_model("residents", "CareAssignment").objects
        helped = assignments.open().of(user).order_by()
        return seen | any_of(helped.values("person_id"))

    def present(self) -> Self:
        """Return people who count as population: living here, with a file of their own."""
        return self.filter(state=LifeState.LIVING)


class OfPersonQuerySet(models.QuerySet[Any]):
    """Rows that belong to a person by `person`: whoever sees the person sees them."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the rows of the people the person may see; one subquery."""
        people: Any = apps.get_model("residents", "Person").objects
        return self.filter(person_id__in=people.visible_to(user).order_by().values("pk"))


class OfHouseholdQuerySet(models.QuerySet[Any]):
    """Rows that belong to a household by `household`: whoever sees the household sees them."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the rows of the households the person may see; one subquery."""
        households: Any = apps.get_model("residents", "Household").objects
        return self.filter(household_id__in=households.visible_to(user).order_by().values("pk"))


class NeedQuerySet(OfHouseholdQuerySet):
    """Needs, seen with their household."""

    def to_feed_back(self) -> Self:
        """Return needs whose answer the family has not been told yet."""
        return self.filter(state=NeedState.ANSWERED)


class OfNeedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a need by `need`: whoever sees its household sees them."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the rows of the needs the person may see; one subquery."""
        needs: Any = apps.get_model("residents", "Need").objects
        return self.filter(need_id__in=needs.visible_to(user).order_by().values("pk"))


class ResidentEventQuerySet(models.QuerySet[Any]):
    """History, seen with the person where it has one, else with the household."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the events of people and households the person may see; two subqueries."""
        people: Any = apps.get_model("residents", "Person").objects.visible_to(user)
        households: Any = apps.get_model("residents", "Household").objects.visible_to(user)
        return self.filter(
            Q(person_id__in=people.order_by().values("pk"))
            | Q(person=None, household_id__in=households.order_by().values("pk"))
        )


class CareAssignmentQuerySet(OfPersonQuerySet):
    """Who helps whom; seen with the person."""

    def open(self) -> Self:
        """Return those that hold now."""
        return self.filter(valid_to=None)

    def of(self, user: AnyUser) -> Self:
        """Return those in which the user, or a department or unit they hold a post in, is named."""
        scope = scope_of(user)
        return self.filter(Q(helper_id=scope.user_id) | Q(unit_id__in=scope.department_ids))


class PersonTagQuerySet(OfPersonQuerySet):
    """Care tags, the sensitive ones only for who may see them where the person lives. Source: R-242."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the tags of the people the person may see; sensitive ones by permission at the place.

        Two subqueries, and one query for which kinds are sensitive.
        """
        seen = super().visible_to(user)
        units = {post for post in scope_of(user).posts if SENSITIVE in post.permissions}
        if any(post.organization_kind == "city" for post in units):
            return seen
        ids = {post.organization_id for post in units}
        here = Q(person__community_id__in=ids) | Q(person__street_id__in=ids)
        return seen.filter(~self.sensitive_condition() | here)

    def open(self) -> Self:
        """Return tags that hold now."""
        return self.filter(ended_on=None)

    def ordinary(self) -> Self:
        """Return tags that may be shown without a purpose; one query more."""
        return self.exclude(self.sensitive_condition())

    def sensitive(self) -> Self:
        """Return tags that are shown for a purpose only; one query more."""
        return self.filter(self.sensitive_condition())

    def review_due(self, day: date) -> Self:
        """Return tags that hold and are to be reviewed by the day."""
        return self.filter(ended_on=None, review_on__lte=day)

    @staticmethod
    def sensitive_condition() -> Q:
        """Return the condition of sensitive tags: the keyed marks of the kinds that are so now; one query."""
        kinds: Any = apps.get_model("residents", "CareTagKind").objects
        codes = kinds.filter(is_sensitive=True).order_by().values_list("code", flat=True)
        return Q(kind_mark__in=[mark(code, purpose=TAG_KIND_FIELD) for code in codes])


class MismatchQuerySet(PlacedQuerySet):
    """Mismatches, seen where they stand."""

    def waiting(self) -> Self:
        """Return those that somebody must look at."""
        return self.filter(state="open")


class MergeQuerySet(models.QuerySet[Any]):
    """Mergings, seen by whoever sees the file that was kept."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the mergings of the people the person may see; one subquery."""
        people: Any = apps.get_model("residents", "Person").objects
        return self.filter(kept_id__in=people.visible_to(user).order_by().values("pk"))


def _headed(membership_ids: frozenset[int]) -> Any:
    # By name, because the models of grids import their querysets the same way.
    assignments: Any = apps.get_model("grids", "GridAssignment").objects
    held = assignments.valid_on(clock.today()).filter(membership_id__in=membership_ids)
    return held.exclude(building=None).order_by().values("building_id")
