"""Makers of the fields that the forms of steps are put together from."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from incidents.selectors.units import nothing_chosen
from organizations.scopes import AnyUser

Builder = Callable[[AnyUser], forms.Field]
Choices = Iterable[Any] | Callable[[AnyUser], Iterable[Any]]

# Browsers give and take the first of a local time, people and programs write the others.
_LOCAL = "%Y-%m-%dT%H:%M"
_MOMENTS = (_LOCAL, f"{_LOCAL}:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


def text(label: Any, most: int, hint: Any = "") -> Builder:
    """Return the maker of a field of several lines."""
    return lambda _user: forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 3}), help_text=hint
    )


def line(label: Any, most: int, hint: Any = "") -> Builder:
    """Return the maker of a field of one line."""
    return lambda _user: forms.CharField(label=label, max_length=most, help_text=hint)


def choice(label: Any, choices: Choices, hint: Any = "") -> Builder:
    """Return the maker of a list that starts with nothing chosen; the choices may depend on the person."""

    def build(user: AnyUser) -> forms.Field:
        offered = choices(user) if callable(choices) else choices
        return forms.ChoiceField(label=label, choices=[nothing_chosen(), *offered], help_text=hint)

    return build


def several(label: Any, choices: Choices) -> Builder:
    """Return the maker of a long list to tick from."""

    def build(user: AnyUser) -> forms.Field:
        offered = choices(user) if callable(choices) else choices
        widget = forms.CheckboxSelectMultiple(attrs={"class": "scroll-choices"})
        return forms.MultipleChoiceField(label=label, choices=[*offered], widget=widget)

    return build


def moment(label: Any, hint: Any = "") -> Builder:
    """Return the maker of a field for a day and a time of day."""

    def build(_user: AnyUser) -> forms.Field:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL)
        return forms.DateTimeField(label=label, widget=widget, input_formats=_MOMENTS, help_text=hint)

    return build


def day(label: Any, hint: Any = "") -> Builder:
    """Return the maker of a field for a day."""

    def build(_user: AnyUser) -> forms.Field:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(label=label, widget=widget, help_text=hint)

    return build
