"""How lists of incidents are narrowed by what stands in the address: state, colour, kind of case, words.

A plain form: what it cannot read is left out, so that an old link still opens a list.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from incidents.choices import COLOURS, LEVELS, STATES
from incidents.querysets import IncidentQuerySet
from incidents.rules.workflow import CLOSED_STATES, OPEN_STATES
from incidents.selectors.search import Search, search
from incidents.selectors.units import areas_to_choose, category_groups
from organizations.choices import OrganizationKind
from organizations.models import Organization

SEARCH_MAX = 60
# Counting further than anybody reads would cost more than the page itself.
COUNT_UP_TO = 1_000
# Nobody reads a hundred finds: they type another word.
FINDS_COUNTED = 100
_CLOSED = Q(state__in=sorted(CLOSED_STATES))
# Spelt as the condition of the partial indexes, which the negation of the closed states would not reach.
_OPEN = Q(state__in=sorted(OPEN_STATES))


class Total(NamedTuple):
    """How many incidents a list holds; where `is_capped`, there are more."""

    number: int
    is_capped: bool


class IncidentFilter(forms.Form):
    """Narrows a queryset that has already been limited to what the person sees."""

    q = forms.CharField(label=_("Number, place or words"), max_length=SEARCH_MAX, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    colour = forms.ChoiceField(label=_("Colour"), choices=COLOURS, required=False)
    level = forms.ChoiceField(label=_("Handled at"), choices=LEVELS, required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    place = forms.ChoiceField(label=_("Street or community"), required=False)
    closed = forms.BooleanField(label=_("Closed"), required=False)
    overdue = forms.BooleanField(label=_("Overdue"), required=False)
    day = forms.DateField(label=_("Reported or closed on"), required=False)

    def __init__(self, data: Mapping[str, Any], user: Any) -> None:
        """Offer the categories in use and the areas the person sees."""
        super().__init__(data, auto_id="filter_%s")
        self._user = user
        for name in ("state", "colour", "level"):
            self._choose(name, getattr(self.fields[name], "choices", ()))
        self._choose("category", category_groups())
        self._choose("place", areas_to_choose(user))

    def apply(self, incidents: IncidentQuerySet) -> IncidentQuerySet:
        """Return the rows that fit everything readable in the address."""
        return incidents.filter(self._narrowing & self._search.rows)

    def total(self, incidents: IncidentQuerySet) -> Total:
        """Count the rows that fit; open work exactly, finds up to 100, else up to 1,000. Source: R-134."""
        rows = incidents.filter(self._narrowing & self._search.counted).order_by()
        if self.only_open:
            return Total(rows.count(), is_capped=False)
        most = FINDS_COUNTED if self.cleaned_data.get("q") else COUNT_UP_TO
        number = rows[: most + 1].count()
        return Total(min(number, most), number > most)

    @property
    def newest_first(self) -> bool:
        """Return whether the list may only be read from its newest row: searched, or beyond open work."""
        return not self.only_open

    @property
    def only_open(self) -> bool:
        """Return whether nothing but open work is asked for, and no words are searched."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("q") or wanted.get("day") or wanted.get("closed"):
            return False
        return not wanted.get("state") or wanted["state"] in OPEN_STATES

    @property
    def narrows(self) -> bool:
        """Return whether anything at all is asked for."""
        self.is_valid()
        return any(self.cleaned_data.values())

    @cached_property
    def _search(self) -> Search:
        self.is_valid()
        return search(self.cleaned_data.get("q", ""), self._user)

    @cached_property
    def _narrowing(self) -> Q:
        self.is_valid()
        wanted = self.cleaned_data
        condition = self._openness(wanted)
        for name, column in (("state", "state"), ("colour", "colour"), ("level", "owner_level")):
            if wanted.get(name):
                condition &= Q(**{column: wanted[name]})
        if wanted.get("category"):
            condition &= Q(category__code=wanted["category"])
        if wanted.get("place"):
            condition &= _within(wanted["place"])
        if wanted.get("overdue"):
            condition &= Q(due_at__lt=clock.now()) & _OPEN
        if wanted.get("day"):
            condition &= _on("closed_at" if wanted.get("closed") else "reported_at", wanted["day"])
        return condition

    def _openness(self, wanted: Mapping[str, Any]) -> Q:
        # A search or a chosen state looks everywhere; otherwise only open work is of interest.
        if wanted.get("closed"):
            return _CLOSED
        everywhere = wanted.get("q") or wanted.get("state") or wanted.get("day")
        return Q() if everywhere else _OPEN

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("all")), *choices]


def _within(code: str) -> Q:
    """Return the condition of a place on the one column that says it; one query."""
    rows = Organization.objects.filter(code=code).values_list("pk", "kind")
    for pk, kind in rows:
        return Q(street_id=pk) if kind == OrganizationKind.STREET else Q(community_id=pk)
    return Q(pk__in=[])


def _on(column: str, day: date) -> Q:
    """Return the condition of a local day as a range, which an index can serve."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return Q(**{f"{column}__gte": begins, f"{column}__lt": ends})
