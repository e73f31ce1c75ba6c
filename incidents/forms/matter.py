"""What a matter is about and where, for the forms of desk and meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.suggestions import chosen, combo_input
from incidents.selectors.suggest import PlaceIds, place_ids, suggest_categories, suggest_places
from organizations.scopes import AnyUser


class MatterFields(forms.Form):
    """What a matter is about and where, each typed in a few letters; `user` decides the places."""

    user: AnyUser

    category = forms.CharField(max_length=8, required=False, widget=forms.HiddenInput)
    category_words = forms.CharField(
        label=_("Category"),
        max_length=60,
        error_messages={"required": _("Please choose what it is about from the list.")},
        widget=combo_input("suggest-categories"),
    )
    place = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    place_words = forms.CharField(
        label=_("Place"), max_length=120, required=False, widget=combo_input("suggest-places")
    )

    def find_matter(self, data: dict[str, Any]) -> None:
        """Put the category and the place found by what was typed into the data; errors go to their fields."""
        data["category"] = chosen(self, "category", suggest_categories)
        data["place"] = chosen(self, "place", lambda words: suggest_places(self.user, words))
        if data["place"] and place_ids(self.user, data["place"]) is None:
            self.add_error("place_words", _("This place is not within your area any more."))

    @property
    def place_found(self) -> PlaceIds:
        """Return the ids of the place that was chosen, none without one."""
        return place_ids(self.user, self.cleaned_data.get("place") or "") or PlaceIds()
