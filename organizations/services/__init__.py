"""Every change to organisations, accounts and memberships."""

from organizations.services.memberships import membership_end, membership_grant, membership_update
from organizations.services.organizations import (
    organization_close,
    organization_create,
    organization_move,
    organization_update,
)
from organizations.services.users import user_create, user_set_password, user_update

__all__ = [
    "membership_end",
    "membership_grant",
    "membership_update",
    "organization_close",
    "organization_create",
    "organization_move",
    "organization_update",
    "user_create",
    "user_set_password",
    "user_update",
]
