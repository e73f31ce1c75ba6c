"""The account of a person who works in the system; residents need none."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account; what they may do follows from their memberships, never from the account."""

    full_name = models.CharField(_("full name"), max_length=60, blank=True)
    phone = models.CharField(_("work phone"), max_length=20, blank=True)
    is_demo = models.BooleanField(
        _("demo account"), default=False, help_text=_("Its password is public; refused outside the demo.")
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("set_password", _("Can set other people's passwords"))]
        indexes = [models.Index(fields=["is_demo"], condition=models.Q(is_demo=True), name="user_demo")]

    def get_full_name(self) -> str:
        """Return the name as it is written in Chinese, in one piece."""
        return self.full_name

    def __str__(self) -> str:
        return self.full_name or self.username
