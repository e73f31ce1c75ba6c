"""The question asked before a person's numbers are shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.services.reveal import DOCUMENT, PHONE, RevealPurpose

_FIELDS = ((PHONE, _("Phone")), (DOCUMENT, _("Document number")))


class NumbersForm(forms.Form):
    """Takes which numbers, and what for; all of it is written down with the look."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("Which numbers?"), choices=_FIELDS, widget=forms.CheckboxSelectMultiple, initial=[PHONE]
    )
    purpose = forms.ChoiceField(label=_("What for?"), choices=RevealPurpose.choices)
    words = forms.CharField(
        label=_("Which case?"),
        min_length=2,
        max_length=120,
        help_text=_("Your name, the time and this purpose are recorded."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
