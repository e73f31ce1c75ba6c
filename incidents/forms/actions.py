"""The form of one step: exactly the fields the workflow table asks for, and the few it allows besides."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.choices import WHISTLE_GROUNDS, WHISTLE_KINDS
from incidents.forms import returning, whistles
from incidents.forms.builders import Builder, choice, line, several, text
from incidents.forms.callback import ReasonCodesField
from incidents.forms.fields import PhotosField
from incidents.models import Incident
from incidents.rules.vocabulary import Channel, Verb
from incidents.selectors.units import departments_to_choose, units_to_choose
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
            words = str(self.data.get(name, "")).strip()
            if words and isinstance(field.widget, forms.Textarea):
                written.append((str(field.label), words))
        return written


def _departments(_user: AnyUser) -> list[tuple[str, str]]:
    return departments_to_choose()


_BUILDERS: Mapping[str, Builder] = {
    "note": text(_("Note"), 1000),
    "text": text(_("Comment"), 1000),
    "reason": text(_("Reason"), 500),
    "cause": text(_("Why it cannot be settled here"), 500),
    "difficulty": text(_("What is needed from above"), 500),
    "standard": text(
        _("Handling standard"),
        500,
        _("What must be true before the resident is asked; departments work to it."),
    ),
    "kind": choice(_("Kind of whistle"), WHISTLE_KINDS),
    "grounds": choice(_("Grounds"), WHISTLE_GROUNDS),
    "response_limit": choice(_("Departments answer within"), _LIMITS),
    "channel": choice(_("How the resident was heard"), _HEARD_BY),
    "target_unit": choice(_("Hand over to"), units_to_choose),
    "lead_department": choice(_("Lead department"), _departments),
    "supporting_departments": several(_("Supporting departments"), _departments),
    "main": line(
        _("Number of the main incident"),
        16,
        _("It carries the work from now on; every reporter is asked when it is done."),
    ),
    "reason_codes": lambda _user: ReasonCodesField(label=_("Reasons")),
    "photos": lambda _user: PhotosField(label=_("Photos of the result")),
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
