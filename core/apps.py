"""The core app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

from core.middleware import begin_session


class CoreConfig(AppConfig):
    """Owns what every app stands on: clock, actor, errors, locks, trees, crypto, notifications."""

    name = "core"
    verbose_name = _("Foundations")

    def ready(self) -> None:
        """Note the beginning of sessions, from which their idle time is counted."""
        user_logged_in.connect(begin_session, dispatch_uid="core.begin_session")
