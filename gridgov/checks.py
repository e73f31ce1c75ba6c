"""System checks that turn unsafe production settings into errors with ids."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from core.crypto import cipher_problem, newest_prefix

# The key of tests and image builds, which everybody can read.
_PUBLIC_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@register(Tags.security)
def production_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse settings in production that only a demo or a test may have."""
    if not settings.IS_PRODUCTION:
        return []
    problems = [
        (
            len(settings.SECRET_KEY) < 50 or settings.SECRET_KEY.startswith("insecure-"),
            "gridgov.E001",
            "SECRET_KEY is shorter than 50 characters, or the one everybody can read in the sources.",
        ),
        (settings.DEBUG, "gridgov.E002", "DEBUG must be off."),
        ("*" in settings.ALLOWED_HOSTS, "gridgov.E003", "ALLOWED_HOSTS must name the hosts."),
        (not settings.ALLOWED_HOSTS, "gridgov.E004", "ALLOWED_HOSTS is empty."),
        (bool(settings.CLOCK_OFFSET_FILE), "gridgov.E005", "The clock must not be movable."),
        (not _keys_are_secret(), "gridgov.E007", "FIELD_KEYS is malformed, or holds a key from the sources."),
        (
            len(settings.INDEX_KEY) < 32 or settings.INDEX_KEY.startswith("insecure-"),
            "gridgov.E008",
            "INDEX_KEY is shorter than 32 characters, or the one everybody can read in the sources.",
        ),
    ]
    return [Error(message, id=check_id) for wrong, check_id, message in problems if wrong]


def _keys_are_secret() -> bool:
    try:
        newest_prefix()
    except ValueError:
        return False
    return _PUBLIC_KEY not in settings.FIELD_KEYS


@register(Tags.security)
def cipher_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a cipher that is unknown, or that the installed OpenSSL lacks; there is no silent substitute."""
    try:
        problem = cipher_problem()
    except ValueError:
        return []  # malformed keys are gridgov.E007
    return [Error(problem, id="gridgov.E009")] if problem else []


@register(Tags.database)
def no_demo_accounts(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to run outside the demo while accounts with public passwords are active."""
    if settings.IS_DEMO or not databases:
        return []
    users = get_user_model()
    if users._meta.db_table not in connection.introspection.table_names():
        return []  # the first migration is about to run
    count = users._default_manager.filter(is_demo=True, is_active=True).count()
    if count == 0:
        return []
    return [
        Error(
            f"{count} demo accounts with public passwords are active.",
            hint="Deactivate them, or start with a fresh database.",
            id="gridgov.E006",
        )
    ]
