"""What the forms of all steps share: the version that was seen, days, and places that are typed."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from core.suggestions import WORDS, Suggestion, chosen, combo_input
from organizations.scopes import AnyUser
from residents.choices import Kinship
from residents.models import Person
from residents.selectors.choosing import suggest_buildings, suggest_dwellings, suggest_households
from residents.selectors.helping import suggest_helpers, suggest_units

Search = Callable[[AnyUser, str], Sequence[Suggestion]]
# Name of a typed field → what it searches, and the address the list comes from.
_SEARCHES: dict[str, tuple[Search, Any, Any]] = {
    "household": (
        suggest_households,
        reverse_lazy("residents:suggest-households"),
        _("Household (building and room)"),
    ),
    "dwelling": (
        suggest_dwellings,
        reverse_lazy("residents:suggest-dwellings"),
        _("Dwelling (building and room)"),
    ),
    "helper": (suggest_helpers, reverse_lazy("residents:suggest-helpers"), _("Helper (name)")),
    "unit": (suggest_units, reverse_lazy("residents:suggest-units"), _("Unit that helps (name)")),
    "building": (suggest_buildings, reverse_lazy("residents:suggest-buildings"), _("Building")),
}


class StepForm(forms.Form):
    """Carries the version the person saw. `typed` names places chosen by typing, a star for optional ones.

    The place itself is a hidden field beside the words; `combos` are the pairs for the template, shown
    before the other fields unless `combos_last`.
    """

    typed: ClassVar[tuple[str, ...]] = ()
    combos_last: ClassVar[bool] = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    def __init__(self, user: AnyUser, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Add the typed places in front, and begin with the version of what is changed."""
        super().__init__(*args, **kwargs)
        self.user, self.subject = user, subject
        self.fields["version"].initial = getattr(subject, "version", None)
        for name in (each.rstrip("*") for each in self.typed):
            _search, url, label = _SEARCHES[name]
            required = f"{name}*" not in self.typed
            self.fields[name] = forms.IntegerField(widget=forms.HiddenInput, required=False)
            self.fields[f"{name}{WORDS}"] = forms.CharField(
                label=label, required=required, max_length=120, widget=combo_input(str(url))
            )
        self.order_fields([f"{name.rstrip('*')}{WORDS}" for name in self.typed])

    @property
    def combos(self) -> list[tuple[Any, Any, str]]:
        """Return hidden field, words and address of every typed place."""
        names = [each.rstrip("*") for each in self.typed]
        return [(self[name], self[f"{name}{WORDS}"], str(_SEARCHES[name][1])) for name in names]

    @property
    def plain(self) -> list[Any]:
        """Return the other fields, in order."""
        taken = {part for each in self.typed for part in (each.rstrip("*"), f"{each.rstrip('*')}{WORDS}")}
        return [field for field in self if field.name not in taken]

    def clean(self) -> dict[str, Any]:
        """Find the places that were typed but not chosen from the list."""
        cleaned: dict[str, Any] = super().clean() or {}
        for each in self.typed:
            name = each.rstrip("*")
            value = chosen(self, name, partial(_SEARCHES[name][0], self.user))
            cleaned[name] = int(value) if value else None
            if value == "" and f"{name}*" not in self.typed and f"{name}{WORDS}" not in self.errors:
                self.add_error(f"{name}{WORDS}", _("Please choose from the list."))
        return cleaned


def day_field(label: Any) -> forms.DateField:
    """Return a day that is today unless another is given."""
    return forms.DateField(
        label=label,
        initial=clock.today,
        widget=forms.DateInput({"type": "date", "class": "input"}, format="%Y-%m-%d"),
    )


def kinship_field(*, initial: str = "", with_head: bool = True) -> forms.ChoiceField:
    """Return the relation to the head."""
    choices = [pair for pair in Kinship.choices if with_head or pair[0] != Kinship.HEAD]
    return forms.ChoiceField(
        label=_("Relation to the head"), choices=[("", _("please choose")), *choices], initial=initial
    )


def one_of(people: Sequence[Person], label: Any, *, required: bool, empty: Any) -> forms.TypedChoiceField:
    """Return a choice of one of these people."""
    return forms.TypedChoiceField(
        label=label,
        required=required,
        coerce=int,
        empty_value=None,
        choices=[("", empty), *((person.pk, person.name) for person in people)],
    )
