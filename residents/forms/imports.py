"""The forms with which a table of people is handed in and its columns are named."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.models import User
from residents.choices import Source
from residents.importing.headings import titles
from residents.importing.places import PERMISSION
from residents.models import PeopleImport
from residents.rules.import_rows import NEEDED
from residents.selectors.areas import communities_with


class TableForm(forms.Form):
    """Which file, where its rows belong, where its facts come from."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX up to 200,000 rows, or CSV up to 200 MB. Columns in any order."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
    )
    community = forms.TypedChoiceField(
        label=_("Community"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("For rows that name none."),
    )
    source = forms.ChoiceField(
        label=_("Source"),
        choices=Source.choices,
        initial=Source.SHARED,
        help_text=_("A better source is not overwritten by a worse one unless it is a year older."),
    )
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The day the table tells of; today if left empty."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Offer the communities of the person's area; one alone is chosen."""
        super().__init__(*args, **kwargs)
        offered = list(communities_with(user, PERMISSION).order_by("code").values_list("pk", "name"))
        field: Any = self.fields["community"]
        field.choices = [("", _("Every row names its own")), *offered]
        if len(offered) == 1:
            field.initial = offered[0][0]


class ColumnsForm(forms.Form):
    """For every field the column it stands in."""

    def __init__(self, job: PeopleImport, *args: Any, **kwargs: Any) -> None:
        """Make a list of the table's titles for each field."""
        super().__init__(*args, **kwargs)
        columns = [
            (place, heading or _("Column %(number)s") % {"number": place + 1})
            for place, heading in enumerate(job.headings)
        ]
        for name, listed in titles().items():
            self.fields[name] = forms.TypedChoiceField(
                label=listed[0],
                coerce=int,
                empty_value=None,
                required=name in NEEDED,
                choices=[("", _("not in this table")), *columns],
                initial=job.mapping.get(name, ""),
                error_messages={"required": _("Please choose the column.")},
            )

    def mapping(self) -> Mapping[str, int]:
        """Return field → place of the columns that were chosen; of a valid form."""
        return {name: place for name, place in self.cleaned_data.items() if place is not None}
