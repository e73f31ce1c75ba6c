"""What the telephone desk fills in after a call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.choices import CALL_OUTCOMES, VERDICTS
from incidents.rules.vocabulary import CallOutcome, Verdict
from incidents.selectors.callbacks import reason_names, verdict_reasons

_WITHOUT_VERDICT = [pair for pair in CALL_OUTCOMES if pair[0] != CallOutcome.REACHED]


class AttemptForm(forms.Form):
    """A call that brought no verdict."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=_WITHOUT_VERDICT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what came of the call.")},
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class ReasonCodesField(forms.MultipleChoiceField):
    """Reasons of dissatisfaction to tick, as the list stands when the form is shown."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        """Offer the reasons in use."""
        super().__init__(choices=lambda: [(each.code, each.name) for each in verdict_reasons()], **options)


class VerdictForm(forms.Form):
    """What the reporter said; why, where they are not satisfied."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what the reporter said.")},
    )
    reason_codes = ReasonCodesField(label=_("What the resident is not satisfied with"), required=False)
    reason = forms.CharField(
        label=_("In their words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where they are not satisfied: whoever rectifies it reads this."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask why, where the reporter is not satisfied; ticked reasons may stand for words."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("verdict") != Verdict.DISSATISFIED:
            data["reason_codes"] = []
            return data
        if not data.get("reason"):
            data["reason"] = "、".join(reason_names(data.get("reason_codes", ())))
        if not data["reason"]:
            self.add_error("reason", _("Please tick a reason or write down what they said."))
        return data


class LinkVerdictForm(VerdictForm):
    """The same for the reporter themselves, in the words of their page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Ask the reporter, not about the reporter."""
        super().__init__(*args, **options)
        del self.fields["version"]
        self.fields["verdict"].label = _("Are you satisfied with the result?")
        self.fields["verdict"].error_messages["required"] = _("Please choose one of the three.")
        self.fields["reason_codes"].label = _("What is still not right?")
        self.fields["reason"].label = _("In your words")
        self.fields["reason"].help_text = _("A sentence is enough. The people who handle it will read it.")
