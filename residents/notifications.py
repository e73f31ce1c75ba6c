"""How each kind of message of this app reads; registered when the app is ready."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.notifications import register


def _reviews_due(params: Mapping[str, Any]) -> str:
    return _("%(count)s care tags of your community are due for review.") % params


register("care_reviews_due", _reviews_due)


def _import_done(params: Mapping[str, Any]) -> str:
    return _("The import of %(file)s is finished: %(rows)s rows, %(refused)s of them refused.") % params


def _import_broken(params: Mapping[str, Any]) -> str:
    return _("The import of %(file)s was stopped: its rows cannot be read. Hand the file in again.") % params


register("people_import_broken", _import_broken)
register("people_import_done", _import_done)
