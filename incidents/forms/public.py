"""What a resident fills in: few fields, none of them harder than it must be."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.text import clean_text
from incidents.forms.callback import ReasonCodesField
from incidents.forms.fields import accused_field
from incidents.services.intake import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_TEXT

_PHONE = re.compile(r"\+?[0-9](?:-?[0-9]){6,15}", re.ASCII)


class PlainTextField(forms.CharField):
    """Text as people type it, emoji included; control characters go, and too much is said with numbers."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        """Take the greatest length; it is checked by the service's own rule, with the service's own words."""
        self.longest = longest
        super().__init__(**options)
        self.widget.attrs["maxlength"] = longest

    def to_python(self, value: Any) -> str:
        """Return the cleaned text."""
        try:
            return clean_text(super().to_python(value) or "", field="text", longest=self.longest)
        except Invalid as error:
            raise ValidationError(error.message, code=error.code) from error


class DetailsForm(forms.Form):
    """What happened, and where exactly; a photo may stand for the words."""

    # The browser does not know yet whether a photo comes along.
    use_required_attribute = False

    description = PlainTextField(
        label=_("What happened?"),
        longest=LONGEST_TEXT,
        error_messages={"required": _("Please write a sentence about what happened, or add a photo.")},
        help_text=_("A sentence is enough, for example: the lamp at the gate has been out for three days."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    address = PlainTextField(
        label=_("Where exactly?"),
        longest=LONGEST_ADDRESS,
        required=False,
        help_text=_("For example: beside the east gate, building 3."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    casualties = forms.BooleanField(label=_("Somebody is hurt"), required=False)
    in_danger = forms.BooleanField(label=_("Somebody is in danger"), required=False)

    def __init__(self, *args: Any, has_photos: bool, asks_accused: bool = False, **options: Any) -> None:
        """Take whether the report has a photo already, and whether it may be about a unit."""
        super().__init__(*args, **options)
        self.fields["description"].required = not has_photos
        if asks_accused:
            self.fields["accused"] = accused_field()


class ContactForm(forms.Form):
    """How to reach the resident; all of it may be left empty, or refused altogether."""

    anonymous = forms.BooleanField(
        label=_("Report anonymously"),
        required=False,
        help_text=_("Then we store no name, phone or network address; you get a lookup code, nothing else."),
    )
    keeps_position = forms.BooleanField(
        label=_("Keep the exact position: I stood where the matter is"),
        required=False,
        help_text=_("Otherwise we keep only the grid."),
    )
    name = PlainTextField(
        label=_("What may we call you?"),
        longest=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PlainTextField(
        label=_("Phone"),
        longest=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, has_position: bool, **options: Any) -> None:
        """Take whether the telephone's position is known; without it there is none to keep."""
        super().__init__(*args, **options)
        if not has_position:
            del self.fields["keeps_position"]

    def clean_phone(self) -> str:
        """Read full-width digits and spaces as the plain digits they stand for."""
        if self.cleaned_data["anonymous"]:
            return ""
        phone = unicodedata.normalize("NFKC", self.cleaned_data["phone"]).replace(" ", "")
        if phone and not _PHONE.fullmatch(phone):
            raise ValidationError(
                _("This does not look like a phone number. Write it in digits, or leave it empty.")
            )
        return phone


class PositionForm(forms.Form):
    """Where the phone says it is; degrees as the browser gives them."""

    lng = forms.CharField(required=False, max_length=24)
    lat = forms.CharField(required=False, max_length=24)

    def clean(self) -> dict[str, Any]:
        """Add `position` as (longitude, latitude), rounded to what the database keeps."""
        data = super().clean() or {}
        longitude, latitude = _degrees(data.get("lng"), 180), _degrees(data.get("lat"), 90)
        if longitude is None or latitude is None:
            raise ValidationError(_("Your position could not be read. Please choose the place below."))
        return {**data, "position": (longitude, latitude)}


class LookupForm(forms.Form):
    """The number and the code a resident was given."""

    number = PlainTextField(
        label=_("Report number"),
        longest=40,
        error_messages={"required": _("Please enter the number you were given after reporting.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = PlainTextField(
        label=_("Lookup code"),
        longest=40,
        error_messages={"required": _("Please enter the lookup code you were given after reporting.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_number(self) -> str:
        """Read full-width and lower-case letters as they were meant."""
        return unicodedata.normalize("NFKC", self.cleaned_data["number"]).upper().replace(" ", "")

    def clean_code(self) -> str:
        """Read full-width letters as they were meant."""
        return unicodedata.normalize("NFKC", self.cleaned_data["code"])


class ReasonForm(forms.Form):
    """Why a resident is not satisfied, or asks for more work."""

    reason = PlainTextField(
        label=_("What is still not right?"),
        longest=LONGEST_TEXT,
        help_text=_("A sentence is enough. The people who handle it will read it."),
        error_messages={"required": _("Please say in a sentence what is still not right.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason_codes = ReasonCodesField(label=_("You may also tick what it is about"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def _degrees(text: str | None, most: int) -> Decimal | None:
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > most:
        return None
    return value.quantize(Decimal("0.0000001"))
