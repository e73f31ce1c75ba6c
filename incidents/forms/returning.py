"""The fields of giving back, of more time, of setting aside, of checks and of supervision."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.choices import SUSPENSION_KINDS
from incidents.rules.vocabulary import Verb
from incidents.selectors.units import nothing_chosen, units_to_suggest
from incidents.services.returns import UNKNOWN
from organizations.scopes import AnyUser

_LOCAL = "%Y-%m-%dT%H:%M"
_WRITTEN = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")

OPTIONAL: Mapping[Verb, tuple[str, ...]] = {
    Verb.DISPATCH: ("target_unit",),
    Verb.RETURN: ("suggestion",),
    Verb.REQUEST_EXTENSION: ("works",),
    Verb.GRANT_EXTENSION: ("note",),
    Verb.GRANT_SUSPENSION: ("note",),
    Verb.ENDORSE: ("note",),
    Verb.WITHDRAW: ("note",),
    Verb.SUPERVISE: ("reply_until",),
    Verb.CONFIRM_CHECK: ("photos",),
    Verb.FAIL_CHECK: ("photos",),
}

LABELS: Mapping[tuple[Verb, str], Any] = {
    (Verb.RETURN, "reason"): _("Why it is not ours"),
    (Verb.DISPATCH, "reason"): _("Why it belongs there"),
    (Verb.ARBITRATE, "reason"): _("Grounds of the decision"),
    (Verb.REQUEST_EXTENSION, "reason"): _("Why the time is not enough"),
    (Verb.REQUEST_SUSPENSION, "reason"): _("Why it has to wait"),
    (Verb.REFUSE_EXTENSION, "reason"): _("Why it is refused"),
    (Verb.REFUSE_SUSPENSION, "reason"): _("Why it is refused"),
    (Verb.REVIEW_SUSPENSION, "note"): _("What the review found"),
    (Verb.RESUME, "note"): _("Why it goes on now"),
    (Verb.CONFIRM_CHECK, "note"): _("What you saw"),
    (Verb.FAIL_CHECK, "reason"): _("What is not done"),
    (Verb.CONFIRM_CHECK, "photos"): _("Photos of what you saw"),
    (Verb.FAIL_CHECK, "photos"): _("Photos of what you saw"),
    (Verb.SUPERVISE, "reason"): _("What is demanded"),
    (Verb.REPLY_SUPERVISION, "note"): _("Answer to the demand"),
    (Verb.LIFT_SUPERVISION, "reason"): _("Why it need not be watched any more"),
    (Verb.URGE, "note"): _("What should be done faster"),
}


def _words(label: Any, hint: Any = "") -> Callable[[AnyUser], forms.Field]:
    def build(_user: AnyUser) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(label=label, max_length=500, widget=widget, help_text=hint)

    return build


def _moment(label: Any, hint: Any = "") -> Callable[[AnyUser], forms.Field]:
    def build(_user: AnyUser) -> forms.Field:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL)
        formats = [_LOCAL, *_WRITTEN]
        return forms.DateTimeField(label=label, widget=widget, input_formats=formats, help_text=hint)

    return build


def _review_on(_user: AnyUser) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    hint = _("On this day it is looked at again.")
    return forms.DateField(label=_("Next review on"), widget=widget, help_text=hint)


def _works(_user: AnyUser) -> forms.Field:
    return forms.BooleanField(label=_("Engineering works are needed"))


def _suspension_kind(_user: AnyUser) -> forms.Field:
    choices = [nothing_chosen(), *SUSPENSION_KINDS]
    return forms.ChoiceField(label=_("Why it cannot go on now"), choices=choices)


def _suggested_unit(_user: AnyUser) -> forms.Field:
    unknown = (UNKNOWN, _("I do not know; I say below who might"))
    choices = [nothing_chosen(), unknown, *units_to_suggest()]
    return forms.ChoiceField(label=_("Who should handle it instead"), choices=choices)


BUILDERS: Mapping[str, Callable[[AnyUser], forms.Field]] = {
    "basis": _words(
        _("Legal basis"),
        _("Which law, list of powers or division of duties says that it is not your unit's task."),
    ),
    "suggested_unit": _suggested_unit,
    "suggestion": _words(_("Who might know, in words")),
    "wanted_limit": _moment(_("New limit"), _("The first limit stays on record; statistics show both.")),
    "works": _works,
    "suspension_kind": _suspension_kind,
    "review_on": _review_on,
    "reply_until": _moment(_("Answer asked for until")),
}
