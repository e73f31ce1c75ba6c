"""Permissions from dated memberships: what a role's group holds counts only while the membership is valid."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from organizations.scopes import scope_of


class MembershipBackend(BaseBackend):
    """Answers has_perm from the scope, so that no group list has to be kept in step with dates."""

    def get_group_permissions(
        self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None
    ) -> set[str]:
        """Return the permissions of every role the person holds today; none for a single object."""
        return set() if obj is not None else set(scope_of(user_obj).permissions)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        """Return whether any permission held today belongs to the app; the admin's index asks this."""
        return any(permission.startswith(f"{app_label}.") for permission in scope_of(user_obj).permissions)
