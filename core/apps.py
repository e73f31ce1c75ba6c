"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Owns what every app stands on: clock, actor, errors, locks, trees, crypto, notifications."""

    name = "core"
    verbose_name = _("Foundations")
