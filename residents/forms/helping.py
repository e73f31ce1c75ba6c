"""Forms about helpers and units, and about being in touch."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.base import StepForm, day_field
from residents.models import ContactKind
from residents.selectors.helping import assignments_of
from residents.services.helping import BY_HAND, LONGEST, MOST_DAYS


class HelperForm(StepForm):
    """One helper and one unit; carries which assignment the person saw."""

    typed = ("helper", "unit")
    contact_days = forms.IntegerField(
        label=_("In touch every so many days"), min_value=1, max_value=MOST_DAYS, initial=30
    )
    replacing = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Begin with who helps now."""
        super().__init__(user, subject, *args, **kwargs)
        now = assignments_of([subject]).get(subject.pk)
        if now is not None:
            begun = {
                "replacing": now.pk,
                "contact_days": now.contact_days,
                "helper": now.helper_id,
                "helper_words": str(now.helper),
                "unit": now.unit_id,
                "unit_words": str(now.unit),
            }
            for name, value in begun.items():
                self.fields[name].initial = value


class EndHelpForm(StepForm):
    """Nobody helps any more."""

    reason = forms.ChoiceField(label=_("Why?"), choices=[(each.value, each.label) for each in BY_HAND])


class ContactForm(StepForm):
    """Somebody was in touch."""

    on = day_field(_("Day"))
    kind = forms.ChoiceField(label=_("How"), choices=ContactKind.choices)
    note_text = forms.CharField(
        label=_("What was said and done"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
    )
