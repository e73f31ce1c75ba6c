"""The question asked before a reporter's name and phone are shown."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RevealForm(forms.Form):
    """Takes the purpose, which is written down with the look."""

    purpose = forms.CharField(
        label=_("What do you need it for?"),
        max_length=200,
        min_length=2,
        help_text=_("Your name, the time and this purpose are recorded."),
    )
