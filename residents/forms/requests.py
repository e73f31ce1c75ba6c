"""Forms about requests of people to see, correct or delete what is kept about them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.base import day_field
from residents.models import RequestKind
from residents.services.requests import LONGEST_DETAILS

_ANSWERS = (("granted", _("grant it")), ("refused", _("do not grant it")))


class RequestForm(forms.Form):
    """What somebody asks for."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=RequestKind.choices)
    details = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea({"rows": 4}),
    )
    received_on = day_field(_("Received on"))


class DecisionForm(forms.Form):
    """The answer, with its grounds."""

    answer = forms.ChoiceField(label=_("Decision"), choices=_ANSWERS, widget=forms.RadioSelect)
    grounds = forms.CharField(label=_("Grounds"), max_length=200, widget=forms.Textarea({"rows": 3}))
