"""Cleaning text that people send; knows no database."""

import re

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

# Control characters, and the marks that reverse or isolate the direction of text; tab and newline stay.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def clean_text(text: str, *, field: str, longest: int) -> str:
    """Return the text without control characters; Invalid("text_too_long") beyond the limit."""
    if len(text) > longest:
        raise Invalid(
            "text_too_long",
            _("This text has %(length)s characters; at most %(longest)s are allowed. Please shorten it."),
            field=field,
            params={"length": len(text), "longest": longest},
        )
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
