"""Forms of calendars and ladders: weekdays and levels are ticked, a year's days are pasted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from incidents.admin.fields import SeveralField
from incidents.admin.forms import RuleRowForm
from incidents.choices import LEVELS, WEEKDAYS


class UnitCalendarForm(RuleRowForm):
    """Weekdays are ticked."""

    weekdays = SeveralField(label=_("days of the week that are worked"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the seven days."""
        super().__init__(*args, **kwargs)
        field = self.fields.get("weekdays")
        if isinstance(field, SeveralField):
            field.offer([(str(day), label) for day, label in WEEKDAYS], ())

    def clean_weekdays(self) -> list[int]:
        """Return the days as numbers."""
        return [int(day) for day in self.cleaned_data["weekdays"]]


class LadderForm(RuleRowForm):
    """Levels are ticked; a ladder always climbs from the grid upwards."""

    rungs = SeveralField(label=_("levels it climbs"), required=True)
    told = SeveralField(label=_("levels told at every step"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the levels."""
        super().__init__(*args, **kwargs)
        self.offer("rungs", LEVELS)
        self.offer("told", LEVELS)


class LadderStepForm(RuleRowForm):
    """Further levels are ticked."""

    told = SeveralField(label=_("further levels told"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the levels."""
        super().__init__(*args, **kwargs)
        self.offer("told", LEVELS)


class ImportForm(forms.Form):
    """A year and its days, one row each."""

    year = forms.IntegerField(
        label=_("year"), min_value=2020, max_value=2100, widget=UnfoldAdminTextInputWidget
    )
    text = forms.CharField(
        label=_("days off and worked weekends"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 14}),
        help_text=_("One row for each day: date, 休 or 班, name. For example 2026-10-01,休,国庆节."),
        max_length=40_000,
    )
