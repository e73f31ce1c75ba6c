"""The form with which a list of people is asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.models import User
from organizations.scopes import scope_of
from residents.choices import PopulationType
from residents.selectors.areas import communities_with
from residents.services.exports import EXPORT, EXPORT_NUMBERS


class ExportForm(forms.Form):
    """Who belongs on the list, what for, and in which form."""

    community = forms.TypedChoiceField(label=_("Community"), required=False, coerce=int, empty_value=None)
    population_type = forms.ChoiceField(
        label=_("Population type"), required=False, choices=[("", _("all")), *PopulationType.choices]
    )
    purpose = forms.CharField(
        label=_("What do you need it for?"),
        min_length=4,
        max_length=200,
        help_text=_("Stands with your name in every row and in the log of looks at personal data."),
    )
    file_format = forms.ChoiceField(
        label=_("Format"), choices=[("xlsx", _("Spreadsheet (XLSX)")), ("csv", _("CSV"))]
    )
    with_numbers = forms.BooleanField(
        label=_("Whole document and phone numbers"),
        required=False,
        help_text=_("Only where the purpose cannot do without. Masked otherwise."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Offer the communities of the person's area, and whole numbers to whoever may have them."""
        super().__init__(*args, **kwargs)
        offered = communities_with(user, EXPORT).order_by("code").values_list("pk", "name")
        field: Any = self.fields["community"]
        field.choices = [("", _("all of my area")), *offered]
        if EXPORT_NUMBERS not in scope_of(user).permissions:
            del self.fields["with_numbers"]
