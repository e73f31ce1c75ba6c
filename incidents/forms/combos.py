"""Fields that are filled by typing a few letters: the words that were typed, and the value that was chosen.

With a script the choice is made from a list; without one the words themselves must name exactly one thing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from incidents.selectors.suggest import PlaceIds, Suggestion, place_ids, suggest_categories, suggest_places
from incidents.services.intake import NO_PHONE, is_phone
from organizations.scopes import AnyUser

WORDS = "_words"
_NAMED = 4


def _combo_input(url_name: str) -> forms.TextInput:
    """Return the input in which the words are typed; the script asks the named address for what fits."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-combo": url_name})


class MatterFields(forms.Form):
    """What a matter is about and where, each typed in a few letters; `user` decides the places."""

    user: AnyUser

    category = forms.CharField(max_length=8, required=False, widget=forms.HiddenInput)
    category_words = forms.CharField(
        label=_("Category"),
        max_length=60,
        error_messages={"required": _("Please choose what it is about from the list.")},
        widget=_combo_input("suggest-categories"),
    )
    place = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    place_words = forms.CharField(
        label=_("Place"), max_length=120, required=False, widget=_combo_input("suggest-places")
    )

    def find_matter(self, data: dict[str, Any]) -> None:
        """Put the category and the place found by what was typed into the data; errors go to their fields."""
        data["category"] = _chosen(self, "category", suggest_categories)
        data["place"] = _chosen(self, "place", lambda words: suggest_places(self.user, words))
        if data["place"] and place_ids(self.user, data["place"]) is None:
            self.add_error("place_words", _("This place is not within your area any more."))

    @property
    def place_found(self) -> PlaceIds:
        """Return the ids of the place that was chosen, none without one."""
        return place_ids(self.user, self.cleaned_data.get("place") or "") or PlaceIds()


def _chosen(form: forms.Form, name: str, search: Callable[[str], Sequence[Suggestion]]) -> str:
    """Return the value chosen for a pair of fields, empty where nothing was typed; adds the error itself."""
    value: str = form.cleaned_data.get(name) or ""
    words: str = form.cleaned_data.get(f"{name}{WORDS}") or ""
    if value or not words:
        return value
    found = search(words)
    exact = [each for each in found if each.label == words] or found
    if len(exact) == 1:
        return exact[0].value
    if exact:
        message = _("Several fit: %(names)s. Please choose one from the list.")
        names = pgettext("list", ", ").join(each.label for each in exact[:_NAMED])
        form.add_error(f"{name}{WORDS}", forms.ValidationError(message, params={"names": names}))
    else:
        message = _("There is no “%(words)s” to choose. Please choose from the list.")
        form.add_error(f"{name}{WORDS}", forms.ValidationError(message, params={"words": words}))
    return ""


def check_phone(text: str) -> None:
    """Raise ValidationError for a text that is no phone number, in the words of the service."""
    if text and not is_phone(text):
        raise forms.ValidationError(NO_PHONE, code="phone_invalid")
