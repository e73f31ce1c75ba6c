"""The form with which a file of another system is handed in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.choices import CHANNELS
from incidents.rules.channels import TRANSFER_CHANNELS
from incidents.services.intake import LONGEST_SYSTEM

_LABELS = dict(CHANNELS)


class ImportForm(forms.Form):
    """Which system, by which channel, and the file; what is in it is read by the service."""

    system = forms.CharField(
        label=_("Other system"),
        max_length=LONGEST_SYSTEM,
        help_text=_("Always the same name: together with its number it tells what was filed before."),
        widget=forms.TextInput(attrs={"list": "systems", "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(
        label=_("How they came in"), choices=[(channel, _LABELS[channel]) for channel in TRANSFER_CHANNELS]
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, up to 20,000 rows, titles in the first row."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
