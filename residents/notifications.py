"""How messages about people in care read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.notifications import register


def _reviews_due(params: Mapping[str, Any]) -> str:
    return _("%(count)s care tags of your community are due for review.") % params


register("care_reviews_due", _reviews_due)
