"""Forms about care: tags, their review and end, and the purpose of a look."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.base import StepForm
from residents.models import CareTagGroup, CareTagKind
from residents.policies import may
from residents.querysets import SENSITIVE
from residents.services.tags import BY_HAND, LONGEST

_DAY = {"type": "date", "class": "input"}


def _until_field() -> forms.DateField:
    return forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(_DAY, format="%Y-%m-%d"),
        help_text=_("Empty: as long as this kind of tag may hold."),
    )


class GiveTagForm(StepForm):
    """A tag for somebody; sensitive kinds only for who may see them."""

    kind = forms.TypedChoiceField(label=_("Tag"), coerce=int)
    purpose = forms.CharField(
        label=_("Purpose"),
        required=False,
        max_length=LONGEST,
        help_text=_("Empty: the purpose that is written down for this kind."),
    )
    note_text = forms.CharField(label=_("Note"), required=False, max_length=LONGEST)
    until = _until_field()

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Offer the kinds by list."""
        super().__init__(user, subject, *args, **kwargs)
        kinds = CareTagKind.objects.filter(is_offered=True)
        if not may(user, SENSITIVE, subject):
            kinds = kinds.filter(is_sensitive=False)
        groups: dict[str, list[tuple[int, str]]] = {}
        for kind in kinds:
            groups.setdefault(kind.group, []).append((kind.pk, kind.name))
        lists = [(CareTagGroup(group).label, rows) for group, rows in groups.items()]
        field: Any = self.fields["kind"]
        field.choices = [("", _("please choose")), *lists]


class ReviewTagForm(StepForm):
    """The tag still applies."""

    until = _until_field()


class EndTagForm(StepForm):
    """The tag ends."""

    reason = forms.ChoiceField(label=_("Why?"), choices=[(each.value, each.label) for each in BY_HAND])


class LookForm(forms.Form):
    """What a look at sensitive tags is for."""

    purpose = forms.CharField(
        label=_("What for?"),
        min_length=2,
        max_length=120,
        help_text=_("Your name, the time and this purpose are recorded."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
