"""Fields that are filled by typing a few letters: the words that were typed, and the value that was chosen.

With a script the choice is made from a list; without one the words themselves must name exactly one thing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

WORDS = "_words"
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to choose: the value that is sent, what is written into the field, what stands beside."""

    value: str
    label: str
    beside: str | Promise = ""


def chosen(form: forms.Form, name: str, search: Callable[[str], Sequence[Suggestion]]) -> str:
    """Return the value chosen for a pair of fields, empty where nothing was typed; adds the error itself."""
    value: str = form.cleaned_data.get(name) or ""
    words: str = form.cleaned_data.get(f"{name}{WORDS}") or ""
    if value or not words:
        return value
    found = search(words)
    exact = [each for each in found if each.label == words] or found
    if len(exact) == 1:
        return exact[0].value
    if exact:
        message = _("Several fit: %(names)s. Please choose one from the list.")
        names = pgettext("list", ", ").join(each.label for each in exact[:_NAMED])
        form.add_error(f"{name}{WORDS}", forms.ValidationError(message, params={"names": names}))
    else:
        message = _("There is no “%(words)s” to choose. Please choose from the list.")
        form.add_error(f"{name}{WORDS}", forms.ValidationError(message, params={"words": words}))
    return ""


def combo_input(url_name: str) -> forms.TextInput:
    """Return the input in which the words are typed; the script asks the named address for what fits."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-combo": url_name})
