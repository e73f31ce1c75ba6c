"""Batch entry from a gathering: its name and day once, then one short row per matter."""

import csv
import io
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.suggestions import chosen, combo_input
from incidents.forms.phones import check_phone
from incidents.rules.vocabulary import Channel
from incidents.selectors.suggest import PlaceIds, place_ids, suggest_categories, suggest_places
from incidents.services import Report
from incidents.services.intake import LONGEST_NAME, LONGEST_TEXT
from organizations.scopes import AnyUser

FIRST_ROWS = 5
MORE_ROWS = 5
MOST_ROWS = 60
# The order of columns in a spreadsheet that is pasted.
PASTED = ("description", "category_words", "place_words", "raised_by", "phone", "settled_note")
_TYPED = (*PASTED, "category", "place")
_KINDS = [(Channel.MEETING, _("community meeting day")), (Channel.TALK, _("resident talk day"))]
_LONGEST_PASTE = 100_000


class GatheringForm(forms.Form):
    """Which gathering it was; noted on every matter raised there."""

    name = forms.CharField(
        label=_("Name of the meeting"),
        max_length=80,
        error_messages={"required": _("Please say which meeting it was.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    held_on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=_KINDS, initial=Channel.MEETING)

    def clean_held_on(self) -> Any:
        """Refuse a day that has not come yet."""
        day = self.cleaned_data["held_on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    @property
    def origin_note(self) -> str:
        """Return what is noted on each matter."""
        return f"{self.cleaned_data['held_on']:%Y-%m-%d} {self.cleaned_data['name']}"


class MatterForm(forms.Form):
    """One matter; a row with nothing in it is no matter. `key` files it once however often it is sent."""

    use_required_attribute = False
    is_blank = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    description = forms.CharField(
        label=_("What was raised"),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Please say what was raised.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
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
    raised_by = forms.CharField(
        label=_("Raised by"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        validators=[check_phone],
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    settled_note = forms.CharField(
        label=_("Settled on the spot: how"),
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: AnyUser, **kwargs: Any) -> None:
        """Take the person whose area decides the places."""
        super().__init__(*args, **kwargs)
        self.user = user
        if self.is_bound:
            typed = {name: str(self.data.get(self.add_prefix(name)) or "").strip() for name in _TYPED}
            self.is_blank = not any(typed.values())
            self.fields["description"].required = not self.is_blank
            self.fields["category_words"].required = not self.is_blank and not typed["category"]

    def clean(self) -> dict[str, Any]:
        """Find category and place by their words, unless the whole row is empty."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_blank:
            return data
        data["category"] = chosen(self, "category", suggest_categories)
        data["place"] = chosen(self, "place", lambda words: suggest_places(self.user, words))
        if data["place"] and place_ids(self.user, data["place"]) is None:
            self.add_error("place_words", _("This place is not within your area any more."))
        return data

    def to_report(self, gathering: GatheringForm) -> Report:
        """Return what the service files; somebody named is the reporter and gets a lookup code."""
        data = self.cleaned_data
        return Report(
            category_code=data["category"],
            description=data["description"],
            channel=Channel(gathering.cleaned_data["kind"]),
            reporter_name=data["raised_by"],
            reporter_phone=data["phone"],
            settled_note=data["settled_note"],
            client_key=data["key"],
            for_caller=bool(data["raised_by"] or data["phone"]),
            origin_note=gathering.origin_note,
            **(place_ids(self.user, data["place"]) or PlaceIds()),
        )


MatterFormSet = forms.formset_factory(
    MatterForm, extra=0, max_num=MOST_ROWS, validate_max=True, absolute_max=MOST_ROWS
)


def matters_of(user: AnyUser, rows: list[dict[str, Any]]) -> "BaseFormSet[MatterForm]":
    """Return unbound rows, each with a key of its own."""
    initial = [{"key": uuid4(), **row} for row in rows[:MOST_ROWS]]
    formset: BaseFormSet[MatterForm] = MatterFormSet(initial=initial, form_kwargs={"user": user})
    return formset


def pasted_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of cells copied from a spreadsheet; a first row that holds titles is left out."""
    lines = csv.reader(io.StringIO(text[:_LONGEST_PASTE]), delimiter="\t")
    rows = [
        {name: cell.strip() for name, cell in zip(PASTED, line, strict=False)}
        for line in lines
        if any(cell.strip() for cell in line)
    ]
    titles = {str(MatterForm.base_fields[name].label) for name in PASTED}
    return rows[1:] if rows and titles & set(rows[0].values()) else rows
