"""What somebody may mean by the letters of an address typed so far: dwellings, households, buildings."""

from functools import reduce
from operator import and_

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from core.pinyin import plain
from core.suggestions import Suggestion
from grids.models import Building
from organizations.scopes import AnyUser
from residents.choices import Kinship
from residents.models import Dwelling, Person

MOST = 10
LONGEST = 120


def suggest_dwellings(user: AnyUser, words: str) -> list[Suggestion]:
    """Return dwellings the person sees whose address has all the words; one query beyond the scope."""
    return [
        Suggestion(str(dwelling.pk), _address(dwelling), _beside(dwelling))
        for dwelling in _dwellings(user, words)[:MOST]
    ]


def suggest_households(user: AnyUser, words: str) -> list[Suggestion]:
    """Return open households the person sees whose address has all the words, by their heads; two queries."""
    dwellings = _dwellings(user, words).filter(households__closed_on=None, households__isnull=False)
    rows = list(dwellings.annotate(household_id=F("households__pk"))[:MOST])
    heads = dict(
        Person.objects.present()
        .filter(household_id__in=[row.household_id for row in rows], kinship=Kinship.HEAD)
        .values_list("household_id", "name")
    )
    return [
        Suggestion(
            str(row.household_id),
            f"{_address(row)} · {heads.get(row.household_id, '—')}",
            _beside(row),
        )
        for row in rows
    ]


def suggest_buildings(user: AnyUser, words: str) -> list[Suggestion]:
    """Return buildings the person sees whose name or address has all the words; one query more."""
    sought = plain(words)[:LONGEST].split()
    if not sought:
        return []
    fits = reduce(and_, (Q(name__icontains=each) | Q(address__icontains=each) for each in sought))
    buildings = Building.objects.visible_to(user).filter(fits).order_by("name", "pk")
    return [Suggestion(str(each.pk), each.name, each.address) for each in buildings[:MOST]]


def _dwellings(user: AnyUser, words: str) -> "QuerySet[Dwelling]":
    sought = plain(words).split("·")[0][:LONGEST].split()
    dwellings: QuerySet[Dwelling] = Dwelling.objects.visible_to(user).filter(closed_on=None)
    if not sought:
        return dwellings.none()
    unit = Case(When(unit="", then=Value("")), default=Concat("unit", Value("-")))
    # The scope's own filter comes first; what is left are the dwellings of one community or grid.
    named = dwellings.annotate(address=Concat("building__name", Value(" "), unit, "room"))
    for each in sought:
        named = named.filter(Q(address__icontains=each) | Q(building__address__icontains=each))
    # What was typed as a whole comes before addresses that only have its parts.
    whole = Case(When(address__icontains=" ".join(sought), then=Value(0)), default=Value(1))
    return named.select_related("building").order_by(whole, "building__name", "unit", "room", "pk")


def _address(dwelling: Dwelling) -> str:
    return f"{dwelling.building} {dwelling}"


def _beside(dwelling: Dwelling) -> str:
    return dwelling.building.address if dwelling.building is not None else ""
