"""The form of the hotline desk: the phone first, then the matter; everything by keyboard."""

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.suggestions import chosen, combo_input
from incidents.forms.phones import check_phone
from incidents.rules.vocabulary import Channel
from incidents.selectors.suggest import PlaceIds, place_ids, suggest_categories, suggest_places
from incidents.services import Report
from incidents.services.intake import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_TEXT
from organizations.scopes import AnyUser, scope_of

_LINES = [(Channel.HOTLINE, _("hotline 12345")), (Channel.LOCAL_HOTLINE, _("our own telephone"))]


class DeskForm(forms.Form):
    """A call. With `same_as` the caller rings about a case there is, and the text is added to it."""

    use_required_attribute = False

    phone = forms.CharField(
        validators=[check_phone],
        label=_("Caller's phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "tel",
                "autocomplete": "off",
                "inputmode": "tel",
                "data-autofocus": True,
                "hx-post": reverse_lazy("desk-caller"),
                "hx-trigger": "input changed delay:250ms, load",
                "hx-target": "#caller",
                "hx-include": "#desk-form",
            }
        ),
    )
    name = forms.CharField(
        label=_("Caller's name"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    same_as = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    urge = forms.BooleanField(label=_("The caller presses for it: urge whoever has it"), required=False)
    description = forms.CharField(
        label=_("What happened"),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Please write down what the caller says.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    category = forms.CharField(max_length=8, required=False, widget=forms.HiddenInput)
    category_words = forms.CharField(
        label=_("Category"),
        max_length=60,
        error_messages={"required": _("Please choose what it is about from the list.")},
        help_text=_("A few characters, or the first letters of their sounds."),
        widget=combo_input("suggest-categories"),
    )
    place = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    place_words = forms.CharField(
        label=_("Place"),
        max_length=120,
        required=False,
        help_text=_("Street, community, grid, building, or the code on a posted QR sheet."),
        widget=combo_input("suggest-places"),
    )
    address = forms.CharField(
        label=_("Place in words"),
        max_length=LONGEST_ADDRESS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    people_count = forms.IntegerField(label=_("People concerned"), required=False, min_value=0)
    casualties = forms.BooleanField(label=_("Somebody is hurt"), required=False)
    in_danger = forms.BooleanField(label=_("Somebody is in danger"), required=False)
    channel = forms.ChoiceField(
        label=_("Telephone line"), choices=_LINES, widget=forms.RadioSelect, required=False
    )

    def __init__(self, user: AnyUser, *args: Any, **kwargs: Any) -> None:
        """Take the operator, whose area decides the places; the city's line is 12345."""
        super().__init__(*args, **kwargs)
        self.user = user
        # A call about a known case names no category.
        known = self.data.get("same_as") or self.data.get("category")
        self.fields["category_words"].required = not known
        self.fields["channel"].initial = (
            Channel.HOTLINE if scope_of(user).whole_city else Channel.LOCAL_HOTLINE
        )

    def clean(self) -> dict[str, Any]:
        """Find category and place by what was typed; a call about a known case needs neither."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("same_as"):
            return data
        data["category"] = chosen(self, "category", suggest_categories)
        data["place"] = chosen(self, "place", lambda words: suggest_places(self.user, words))
        if data["place"] and place_ids(self.user, data["place"]) is None:
            self.add_error("place_words", _("This place is not within your area any more."))
        return data

    def to_report(self, call_key: UUID) -> Report:
        """Return what the service files or previews; parts that could not be read are left out."""
        data = self.cleaned_data
        place = place_ids(self.user, data.get("place") or "") or PlaceIds()
        return Report(
            category_code=data.get("category") or "",
            description=data.get("description") or "",
            channel=Channel(data.get("channel") or self.fields["channel"].initial),
            address=data.get("address") or "",
            people_count=data.get("people_count"),
            casualties=int(bool(data.get("casualties"))),
            flags=frozenset({"danger"}) if data.get("in_danger") else frozenset(),
            reporter_name=data.get("name") or "",
            reporter_phone=data.get("phone") or "",
            client_key=call_key,
            for_caller=True,
            **place,
        )
