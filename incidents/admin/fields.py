"""Form fields of the rule tables: several choices, words, and departments by name instead of by code."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminTextareaWidget,
)

from incidents.choices import LOCAL_BODIES
from incidents.models import Category
from organizations.choices import OrganizationKind
from organizations.models import Organization

Pairs = list[tuple[str, str | Promise]]
_BETWEEN_WORDS = re.compile(r"[\s,，、;；]+")
# Longer lists are searched, shorter ones ticked.
_TICKED_UP_TO = 20


class SeveralField(forms.MultipleChoiceField):
    """Several values of a fixed list; what a row already names stays choosable, so that it can be seen."""

    def __init__(self, **kwargs: Any) -> None:
        """Make the field optional: an empty list fits everything."""
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def offer(self, pairs: Iterable[tuple[str, str | Promise]], kept: Iterable[str]) -> None:
        """Offer the pairs, and the values already kept, in a widget that suits how many there are."""
        choices = with_kept(list(pairs), kept)
        ticked = len(choices) <= _TICKED_UP_TO
        widget = UnfoldAdminCheckboxSelectMultipleWidget() if ticked else UnfoldAdminSelect2MultipleWidget()
        widget.is_required = self.required
        self.widget = widget
        self.choices = choices


class OneField(forms.ChoiceField):
    """One value of a searched list, or none."""

    widget = UnfoldAdminSelect2Widget

    def offer(self, pairs: Iterable[tuple[str, str | Promise]], kept: Iterable[str]) -> None:
        """Offer nothing, the pairs, and the value already kept."""
        self.choices = [("", _("none")), *with_kept(list(pairs), kept)]


class WordsField(forms.CharField):
    """Words separated by spaces, commas or lines, as a list without repetitions."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Show a list as one line."""
        # Translators: what stands between words of a list that is edited as one text.
        return pgettext("words", ", ").join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the list of words."""
        text: str = super().to_python(value) or ""
        return list(dict.fromkeys(word for word in _BETWEEN_WORDS.split(text) if word))


def with_kept(pairs: Pairs, kept: Iterable[str]) -> Pairs:
    """Return the pairs and, marked, every kept value that they lack."""
    known = {value for value, _label in pairs}
    lost = [value for value in kept if value and value not in known]
    return [*pairs, *((value, _("%(value)s (no longer exists)") % {"value": value}) for value in lost)]


def department_pairs(kept: Iterable[str]) -> Pairs:
    """Return open departments and local bodies by code, and closed ones only where kept; one query."""
    wanted = set(kept)
    rows = Organization.objects.filter(kind=OrganizationKind.DEPARTMENT).order_by("code")
    pairs: Pairs = []
    for code, name, closed_on in rows.values_list("code", "name", "closed_on"):
        if closed_on is None:
            pairs.append((code, name))
        elif code in wanted:
            pairs.append((code, _("%(name)s (closed)") % {"name": name}))
    held = {code for code, _name in pairs}
    return [*pairs, *((code, label) for code, label in LOCAL_BODIES if code not in held)]


def category_pairs() -> Pairs:
    """Return every category by code; one query."""
    return [(row.code, f"{row.code} {row.name}") for row in Category.objects.order_by("code")]


def group_pairs() -> Pairs:
    """Return every category group; one query."""
    groups = Category.objects.order_by("group").values_list("group", flat=True).distinct()
    return [(group, group) for group in groups]


def area_pairs() -> Pairs:
    """Return every open street and community by code; one query."""
    kinds = (OrganizationKind.STREET, OrganizationKind.COMMUNITY)
    rows = Organization.objects.open().filter(kind__in=kinds).order_by("code")
    return list(rows.values_list("code", "name"))
