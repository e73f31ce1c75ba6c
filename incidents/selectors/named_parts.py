"""A named part of a list: the chip's word, and the condition behind its number."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Show:
    """One named part of the open incidents; `answers` means the department's own whistle limits apply."""

    key: str
    label: str | Promise
    condition: Q
    answers: bool = False
