"""A period of days, as pages of figures ask for it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Invalid

USUAL_DAYS = 90
LONGEST_DAYS = 1096
_DAY = forms.DateInput({"type": "date", "class": "input"})


class PeriodForm(forms.Form):
    """First and last day; without them the last ninety days."""

    first = forms.DateField(label=_("From"), required=False, widget=_DAY)
    last = forms.DateField(label=_("Until"), required=False, widget=_DAY)

    def __init__(self, query: Any) -> None:
        """Show the period that is meant when none is given."""
        today = clock.today()
        given = {name: query.get(name, "") for name in ("first", "last")}
        usual = {"first": today - timedelta(days=USUAL_DAYS - 1), "last": today}
        super().__init__({name: given[name] or usual[name].isoformat() for name in usual})

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins or is longer than three years."""
        days: dict[str, Any] = super().clean() or {}
        first, last = days.get("first"), days.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first day."))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("last", _("A period may be at most three years."))
        return days

    def period(self) -> tuple[date, date]:
        """Return first and last day; raises Invalid naming the field."""
        for name, problems in self.errors.items():
            raise Invalid("period_invalid", str(problems[0]), field=name)
        return self.cleaned_data["first"], self.cleaned_data["last"]
