"""Forms of the versions of the rules: shape only, the services judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from core.errors import DomainError


class VersionForm(forms.Form):
    """A form that also shows what a service has refused, at its field where the form has it."""

    def refuse(self, error: DomainError) -> None:
        """Add a service's refusal."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


class StartForm(VersionForm):
    """What the draft is going to change."""

    name = forms.CharField(
        label=_("What is going to change"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"maxlength": 80}),
    )


class SimulateForm(VersionForm):
    """How far back the draft is tried."""

    days = forms.IntegerField(label=_("Days back"), initial=30, widget=UnfoldAdminIntegerFieldWidget())


class ActivateForm(VersionForm):
    """Why the draft is put into force."""

    note = forms.CharField(
        label=_("Why these rules are put into force"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "maxlength": 500}),
    )
    unsimulated = forms.BooleanField(
        label=_("Put it into force without a simulation of its last change"),
        required=False,
        widget=UnfoldBooleanWidget(),
    )

    def __init__(self, *args: Any, simulated: bool, **kwargs: Any) -> None:
        """Ask about the simulation only where one is missing."""
        super().__init__(*args, **kwargs)
        if simulated:
            del self.fields["unsimulated"]
