"""The password rule of 等保三级 that Django does not ship."""

import re

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"), re.compile(r"[^A-Za-z\d]"))


class ThreeClassesValidator:
    """Asks for three of: small letters, capitals, digits, other characters."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError where fewer than three classes occur."""
        if sum(bool(pattern.search(password)) for pattern in _CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Use at least three of: small letters, capital letters, digits, other characters.")
