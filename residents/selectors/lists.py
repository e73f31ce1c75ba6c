"""Lists of households, mismatches and people who live apart from their register, as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from grids.models import Grid
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser
from residents.choices import Kinship
from residents.models import Household, Mismatch, Person

PAGE_SIZE = 25
COUNT_AT_MOST = 1000
LONG_AGO = timedelta(days=90)
_PLACES = ("dwelling", "building", "grid", "community")


@dataclass(frozen=True, slots=True)
class Show:
    """A named part of a list, with the order it is paged by."""

    key: str
    label: str | Promise
    condition: Q
    order: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household with who heads it and how many live there."""

    household: Household
    head: str
    people: int


def household_shows(today: date) -> list[Show]:
    """Return the parts of the list of households."""
    return [
        Show("all", _("All"), Q()),
        Show("never", _("Never visited"), Q(last_visited_on=None)),
        Show(
            "long_ago",
            _("Not for 90 days"),
            Q(last_visited_on__lt=today - LONG_AGO),
            ("last_visited_on", "id"),
        ),
        Show("unregistered", _("Not registered at the door"), Q(registered_on=None)),
    ]


def households_for(user: AnyUser) -> "QuerySet[Household]":
    """Return the open households the person sees."""
    found: QuerySet[Household] = Household.objects.visible_to(user).open()
    return found.select_related(*_PLACES)


def household_rows(households: Sequence[Household]) -> list[HouseholdRow]:
    """Return the households of a page with their people counted; one query."""
    people: dict[int, list[tuple[str, str]]] = {household.pk: [] for household in households}
    living = Person.objects.present().filter(household_id__in=people)
    for household_id, name, kinship in living.values_list("household_id", "name", "kinship"):
        people[household_id].append((name, kinship))
    return [
        HouseholdRow(
            household,
            next((name for name, kinship in people[household.pk] if kinship == Kinship.HEAD), ""),
            len(people[household.pk]),
        )
        for household in households
    ]


def mismatches_for(user: AnyUser) -> "QuerySet[Mismatch]":
    """Return the mismatches the person sees, confirmed ones included."""
    found: QuerySet[Mismatch] = Mismatch.objects.visible_to(user).exclude(state="gone")
    return found.select_related(
        "dwelling",
        "household__dwelling",
        "household__building",
        "household__community",
        "building",
        "grid",
        "community",
        "confirmed_by",
    ).prefetch_related(
        Prefetch("dwelling__households", queryset=Household.objects.open(), to_attr="open_households")
    )


def mismatches_of(household: Household) -> "QuerySet[Mismatch]":
    """Return the mismatches of a household and its dwelling that wait or were confirmed."""
    of_it = Q(household=household)
    if household.dwelling_id is not None:
        of_it |= Q(dwelling=household.dwelling_id)
    found: QuerySet[Mismatch] = Mismatch.objects.exclude(state="gone").filter(of_it)
    return found.select_related("confirmed_by").order_by("id")


def mismatch_part(user: AnyUser, household: Household) -> dict[str, Any]:
    """Return the mismatches of a household for its file; one query."""
    return {"mismatches": list(mismatches_of(household)), "today": clock.today()}


def people_apart_for(user: AnyUser) -> "QuerySet[Person]":
    """Return people the person sees whom the register keeps in another household than they live in."""
    apart: QuerySet[Person] = Person.objects.visible_to(user).present()
    return apart.filter(registered_household__isnull=False).exclude(
        household__isnull=False, registered_household=F("household")
    )


def capped_count(rows: "QuerySet[Any]") -> tuple[int, bool]:
    """Return how many there are, at most COUNT_AT_MOST, and whether there are more; cheap at any size."""
    found = rows.order_by().values("pk")[: COUNT_AT_MOST + 1].count()
    return min(found, COUNT_AT_MOST), found > COUNT_AT_MOST


def kind_counts(user: AnyUser) -> dict[str, int]:
    """Return how many mismatches of each kind wait for the person; one query over the open ones."""
    waiting = Mismatch.objects.visible_to(user).waiting().order_by()
    return dict(waiting.values_list("kind").annotate(number=Count("pk")))


def communities_to_filter(user: AnyUser, street_ids: frozenset[int], whole_city: bool) -> list[Any]:
    """Return the communities a list may be narrowed to: those of one's streets, or of the city; one query."""
    rows = Organization.objects.open().filter(kind=OrganizationKind.COMMUNITY).order_by("code", "pk")
    if whole_city:
        return list(rows)
    return list(rows.filter(parent_id__in=street_ids)) if street_ids else []


def communities_by_id(ids: Iterable[int]) -> list[Organization]:
    """Return these communities in the order of their codes; one query."""
    return list(Organization.objects.filter(pk__in=list(ids)).order_by("code", "pk"))


def grids_to_filter(user: AnyUser) -> "QuerySet[Grid]":
    """Return the grids a list may be narrowed to."""
    found: QuerySet[Grid] = Grid.objects.visible_to(user).open().leaves().order_by("code", "pk")
    return found
