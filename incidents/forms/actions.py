"""The form of one step: exactly the fields the workflow table asks for, and the few it allows besides."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.choices import WHISTLE_GROUNDS, WHISTLE_KINDS
from incidents.forms import returning, whistles
from incidents.forms.callback import ReasonCodesField
from incidents.forms.fields import PhotosField
from incidents.models import Incident
from incidents.rules.vocabulary import Channel, Verb
from incidents.selectors.units import (
    departments_to_choose,
    nothing_chosen,
    units_to_choose,
)
from organizations.scopes import AnyUser

OPTIONAL: Mapping[Verb, tuple[str, ...]] = {
    Verb.FINISH: ("photos",),
    Verb.SELF_HANDLE: ("photos",),
    Verb.WHISTLE: ("supporting_departments", "responsible", "reason"),
    Verb.WHISTLE_REPORT_IN: ("note",),
    Verb.WHISTLE_REPORT_DONE: ("photos",),
    Verb.ASK_RESIDENT: ("note",),
    Verb.JUDGE_DISSATISFIED: ("reason_codes",),
    Verb.MERGE: ("note",),
    Verb.JUDGE_SATISFIED: ("note",),
    Verb.JUDGE_BASICALLY: ("note",),
    **returning.OPTIONAL,
    **whistles.OPTIONAL,
}

_LIMITS = [
    ("30min", _("30 minutes")),
    ("2h", _("2 hours")),
    ("4wh", _("4 working hours")),
    ("1wd", _("1 working day")),
    ("3wd", _("3 working days")),
    ("5wd", _("5 working days")),
]
# Read out again in the question before a whistle.
_SUMMED_UP = frozenset({"kind", "grounds", "lead_department", "response_limit"})
# How the resident was heard when staff record the verdict for them.
_HEARD_BY = [
    (Channel.LOCAL_HOTLINE, _("by telephone")),
    (Channel.VISIT, _("at their home")),
    (Channel.MEETING, _("on the community's meeting day")),
    (Channel.OFFICIAL_ACCOUNT, _("by message")),
]


class ActionForm(forms.Form):
    """Carries the version the person saw, so that a form made from an older row is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self,
        verb: Verb,
        required: Iterable[str],
        user: AnyUser,
        *args: Any,
        incident: Incident | None = None,
        **kwargs: Any,
    ) -> None:
        """Add the required fields in the table's order, then the optional ones, with the case's choices."""
        # Several forms share a page, so their controls need ids of their own.
        kwargs.setdefault("auto_id", f"id_{verb.value}_%s")
        super().__init__(*args, **kwargs)
        self.verb = verb
        needed = tuple(required)
        for name in (*needed, *(name for name in OPTIONAL.get(verb, ()) if name not in needed)):
            field = _BUILDERS[name](user)
            field.required = name in needed
            field.label = _LABELS.get((verb, name), field.label)
            if name in _SUMMED_UP:
                field.widget.attrs["data-summary"] = field.label
            self.fields[name] = field
        if incident is not None:
            whistles.narrow(self.fields, verb, incident, user)

    @property
    def asks(self) -> bool:
        """Return whether the person has anything to fill in."""
        return len(self.fields) > 1

    def given(self) -> dict[str, Any]:
        """Return what was filled in, ready for the service: ids as numbers, empty fields left out."""
        values = {
            name: self.cleaned_data.get(name) for name in self.fields if name not in ("version", "photos")
        }
        for name in ("target_unit", "lead_department", "suggested_unit", "department"):
            if str(values.get(name) or "").isdigit():
                values[name] = int(str(values[name]))
        for name in ("supporting_departments", "units"):
            if name in values:
                values[name] = [int(pk) for pk in values[name] or ()]
        return {name: value for name, value in values.items() if value not in (None, "", [], False)}

    def typed(self) -> list[tuple[str, str]]:
        """Return (label, text) of what the person wrote in words, to be kept when the step is refused."""
        written = []
        for name, field in self.fields.items():
            text = str(self.data.get(name, "")).strip()
            if text and isinstance(field.widget, forms.Textarea):
                written.append((str(field.label), text))
        return written


def _text(label: Any, most: int, hint: Any = "") -> Callable[[AnyUser], forms.Field]:
    def build(_user: AnyUser) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(label=label, max_length=most, widget=widget, help_text=hint)

    return build


def _choice(label: Any, choices: Iterable[Any], hint: Any = "") -> Callable[[AnyUser], forms.Field]:
    def build(_user: AnyUser) -> forms.Field:
        return forms.ChoiceField(label=label, choices=[nothing_chosen(), *choices], help_text=hint)

    return build


def _target_unit(user: AnyUser) -> forms.Field:
    return forms.ChoiceField(label=_("Hand over to"), choices=[nothing_chosen(), *units_to_choose(user)])


def _lead_department(_user: AnyUser) -> forms.Field:
    return forms.ChoiceField(label=_("Lead department"), choices=[nothing_chosen(), *departments_to_choose()])


def _supporting_departments(_user: AnyUser) -> forms.Field:
    return forms.MultipleChoiceField(
        label=_("Supporting departments"),
        choices=departments_to_choose(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "scroll-choices"}),
    )


def _main(_user: AnyUser) -> forms.Field:
    return forms.CharField(
        label=_("Number of the main incident"),
        max_length=16,
        help_text=_("It carries the work from now on; every reporter is asked when it is done."),
    )


def _reason_codes(_user: AnyUser) -> forms.Field:
    return ReasonCodesField(label=_("Reasons"))


def _department(_user: AnyUser) -> forms.Field:
    return forms.ChoiceField(label=_("Department"), choices=[nothing_chosen(), *departments_to_choose()])


def _photos(_user: AnyUser) -> forms.Field:
    return PhotosField(label=_("Photos of the result"))


_BUILDERS: Mapping[str, Callable[[AnyUser], forms.Field]] = {
    "note": _text(_("Note"), 1000),
    "text": _text(_("Comment"), 1000),
    "reason": _text(_("Reason"), 500),
    "cause": _text(_("Why it cannot be settled here"), 500),
    "difficulty": _text(_("What is needed from above"), 500),
    "standard": _text(
        _("Handling standard"),
        500,
        _("What must be true before the resident is asked; departments work to it."),
    ),
    "mode": _text(_("Way of working"), 100),
    "department": _department,
    "decision": _text(_("Decision"), 100),
    "kind": _choice(_("Kind of whistle"), WHISTLE_KINDS),
    "grounds": _choice(_("Grounds"), WHISTLE_GROUNDS),
    "response_limit": _choice(_("Departments answer within"), _LIMITS),
    "channel": _choice(_("How the resident was heard"), _HEARD_BY),
    "target_unit": _target_unit,
    "lead_department": _lead_department,
    "supporting_departments": _supporting_departments,
    "main": _main,
    "reason_codes": _reason_codes,
    "photos": _photos,
    **returning.BUILDERS,
    **whistles.BUILDERS,
}

_LABELS: Mapping[tuple[Verb, str], Any] = {
    (Verb.FINISH, "note"): _("What was done"),
    (Verb.SELF_HANDLE, "note"): _("What was done"),
    (Verb.WHISTLE_REPORT_DONE, "note"): _("What our department did"),
    (Verb.WHISTLE_REPORT_IN, "note"): _("Who is coming, and how you will work"),
    (Verb.MERGE, "note"): _("Why it is the same matter"),
    (Verb.UNMERGE, "reason"): _("Why it is another matter"),
    (Verb.REJECT, "reason"): _("Why it is not accepted"),
    (Verb.REASSIGN, "reason"): _("Why it belongs there"),
    (Verb.SUPERVISE, "reason"): _("What is demanded"),
    (Verb.JUDGE_DISSATISFIED, "reason"): _("What the resident is not satisfied with"),
    (Verb.REOPEN, "reason"): _("Why it is opened again"),
    (Verb.WHISTLE, "reason"): _("Why the departments are needed"),
    **returning.LABELS,
    **whistles.LABELS,
}
