"""How messages to the security administrator read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.notifications import register

Params = Mapping[str, Any]


def _many(params: Params) -> str:
    sentence = _("%(who)s looked at the data of %(count)s people or cases on %(day)s. Please ask what for.")
    return sentence % params


def _denied(params: Params) -> str:
    sentence = _("%(who)s tried %(count)s times on %(day)s to see personal data that is not theirs to see.")
    return sentence % params


def _night(params: Params) -> str:
    sentence = _("%(who)s looked at the data of %(count)s people or cases in the night hours of %(day)s.")
    return sentence % params


def _broken(params: Params) -> str:
    if not params["sequence"]:
        return _("The log of looks at personal data is not guarded or has been cut. Please have it examined.")
    sentence = _("The log of looks at personal data was tampered with at row %(sequence)s. Have it examined.")
    return sentence % params


register("looks_many", _many)
register("looks_denied", _denied)
register("looks_night", _night)
register("access_log_broken", _broken)
