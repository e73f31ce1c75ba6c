"""The fields of giving back, of more time, of setting aside, of checks and of supervision."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.choices import APPEAL_ABOUT, SUSPENSION_KINDS
from incidents.forms.builders import Builder, choice, day, moment, text
from incidents.rules.vocabulary import Verb
from incidents.selectors.units import units_to_suggest
from incidents.services.returns import UNKNOWN
from organizations.scopes import AnyUser

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
    (Verb.APPEAL, "reason"): _("Why it should not count"),
    (Verb.GRANT_APPEAL, "reason"): _("Grounds of the decision"),
    (Verb.REFUSE_APPEAL, "reason"): _("Grounds of the decision"),
    (Verb.URGE, "note"): _("What should be done faster"),
}


def _who_instead(_user: AnyUser) -> Iterable[Any]:
    return [(UNKNOWN, _("I do not know; I say below who might")), *units_to_suggest()]


BUILDERS: Mapping[str, Builder] = {
    "basis": text(
        _("Legal basis"),
        500,
        _("Which law, list of powers or division of duties says that it is not your unit's task."),
    ),
    "suggested_unit": choice(_("Who should handle it instead"), _who_instead),
    "suggestion": text(_("Who might know, in words"), 500),
    "wanted_limit": moment(_("New limit"), _("The first limit stays on record; statistics show both.")),
    "works": lambda _user: forms.BooleanField(label=_("Engineering works are needed")),
    "suspension_kind": choice(_("Why it cannot go on now"), SUSPENSION_KINDS),
    "review_on": day(_("Next review on"), _("On this day it is looked at again.")),
    "about": choice(
        _("What should be left out"),
        APPEAL_ABOUT,
        _("The city grid office decides; until then it counts."),
    ),
    "reply_until": moment(_("Answer asked for until")),
}
