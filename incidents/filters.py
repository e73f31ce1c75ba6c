"""How lists of incidents are narrowed by what stands in the address: state, colour, kind of case, words.

A plain form: what it cannot read is left out, so that an old link still opens a list.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from incidents.choices import COLOURS, LEVELS, STATES
from incidents.querysets import IncidentQuerySet
from incidents.rules.workflow import CLOSED_STATES
from incidents.selectors.units import areas_to_choose, category_groups

SEARCH_MAX = 60
_CLOSED = Q(state__in=sorted(CLOSED_STATES))


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
        for name in ("state", "colour", "level"):
            self._choose(name, getattr(self.fields[name], "choices", ()))
        self._choose("category", category_groups())
        self._choose("place", areas_to_choose(user))

    def apply(self, incidents: IncidentQuerySet) -> IncidentQuerySet:
        """Return the rows that fit everything readable in the address."""
        self.is_valid()
        wanted = self.cleaned_data
        condition = Q()
        for name, column in (("state", "state"), ("colour", "colour"), ("level", "owner_level")):
            if wanted.get(name):
                condition &= Q(**{column: wanted[name]})
        if wanted.get("category"):
            condition &= Q(category__code=wanted["category"])
        if wanted.get("place"):
            condition &= Q(street__code=wanted["place"]) | Q(community__code=wanted["place"])
        if wanted.get("overdue"):
            condition &= Q(due_at__lt=clock.now()) & ~_CLOSED
        if wanted.get("day"):
            condition &= Q(**{f"{'closed' if wanted.get('closed') else 'reported'}_at__date": wanted["day"]})
        return incidents.filter(condition & self._openness(wanted) & _words(wanted.get("q", "")))

    @property
    def narrows(self) -> bool:
        """Return whether anything at all is asked for."""
        self.is_valid()
        return any(self.cleaned_data.values())

    def _openness(self, wanted: Mapping[str, Any]) -> Q:
        # A search or a chosen state looks everywhere; otherwise only open work is of interest.
        if wanted.get("closed"):
            return _CLOSED
        everywhere = wanted.get("q") or wanted.get("state") or wanted.get("day")
        return Q() if everywhere else ~_CLOSED

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("all")), *choices]


def _words(text: str) -> Q:
    words = text.strip()
    if not words:
        return Q()
    return (
        Q(number__startswith=words)
        | Q(external_number=words)
        | Q(description__icontains=words)
        | Q(address__icontains=words)
    )
