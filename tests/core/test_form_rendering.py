"""Controls drawn without templates say what Django's templates would."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from core.form_rendering import QuickRenderer

CHOICES = [("", "—"), (1, "a & b"), ("组", [("x'", '<i>"x"</i>'), (None, _("red"))]), (2.5, 7)]
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.Select({"class": "wide", "required": True, "hidden": False}, choices=CHOICES), 1),
    (forms.Select(choices=CHOICES), "x'"),
    (forms.SelectMultiple(choices=CHOICES), [1, 2.5]),
    (forms.NullBooleanSelect(), True),
    (forms.TextInput({"maxlength": 20, "data-x": '"<'}), "a\"<b>&'"),
    (forms.TextInput(), None),
    (forms.NumberInput({"min": 0}), 1234567),
    (forms.HiddenInput(), 0),
    (forms.DateInput({"type": "date"}), "2026-11-21"),
    (forms.EmailInput(), "a@b.cn"),
    (forms.CheckboxInput({"class": "c"}), True),
    (forms.CheckboxInput(), False),
    (forms.Textarea({"rows": 3}), "一\n<二>"),
    (forms.Textarea(), None),
    (forms.RadioSelect(choices=CHOICES[:2]), 1),
    (forms.ClearableFileInput(), None),
]


def same(widget: forms.Widget, value: Any) -> bool:
    """Tell whether both renderers give the same tree of elements, attributes and words."""
    ours, theirs = (
        parse_html(str(widget.render("name", value, {"id": "it"}, renderer)))
        for renderer in (QuickRenderer(), DjangoTemplates())
    )
    return bool(ours == theirs)


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_draws_what_djangos_templates_draw(widget: forms.Widget, value: Any) -> None:
    assert same(widget, value)


@given(value=st.text(), name=st.text(), label=st.text())
def test_escapes_whatever_stands_in_it(value: str, name: str, label: str) -> None:
    drawn = str(forms.Select(choices=[(value, label)]).render(name, value, {"title": name}, QuickRenderer()))
    told = str(forms.Select(choices=[(value, label)]).render(name, value, {"title": name}, DjangoTemplates()))
    assert "".join(drawn.split()) == "".join(told.split())
    typed = forms.TextInput({"title": label})
    assert typed.render(name, value, {}, QuickRenderer()) == typed.render(name, value, {}, DjangoTemplates())
