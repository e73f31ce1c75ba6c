"""Opening many accounts and granting many posts at once: set-based, under the same rules as one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid
from organizations.choices import ADMIN_ROLES, ROLE_KINDS, Role
from organizations.models import Membership, Organization, User
from organizations.policies import require_city
from organizations.services.memberships import ADD as ADD_MEMBERSHIP
from organizations.services.users import ADD as ADD_USER

logger = structlog.get_logger(__name__)
BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDraft:
    """An account to be opened; nobody can sign in to it until it is given a password."""

    username: str
    full_name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft:
    """A role to be granted from a day on."""

    user: User
    organization: Organization
    role: str
    title: str = ""
    valid_from: date


def users_create(*, actor: Actor, drafts: Iterable[AccountDraft]) -> list[User]:
    """Open the accounts in the order given; a name already used raises IntegrityError and opens none."""
    require_city(actor, ADD_USER)
    users = [
        User(
            username=User.normalize_username(draft.username),
            full_name=draft.full_name,
            phone=draft.phone,
        )
        for draft in drafts
    ]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users, batch_size=BATCH)
    logger.info("users created", count=len(users), actor_id=actor.user_id)
    return users


def memberships_grant(*, actor: Actor, drafts: Sequence[PostDraft]) -> list[Membership]:
    """Grant the posts in the order given, all or none.

    For roles of daily work only: those that open the administration pages are granted one by one, where
    the separation of the three administrators is checked. Raises Invalid.
    """
    require_city(actor, ADD_MEMBERSHIP)
    for role, organization in {(draft.role, draft.organization) for draft in drafts}:
        _check(role, organization)
    memberships = [
        Membership(
            user=draft.user,
            organization=draft.organization,
            role=draft.role,
            title=draft.title,
            valid_from=draft.valid_from,
        )
        for draft in drafts
    ]
    with transaction.atomic():
        Membership.objects.bulk_create(memberships, batch_size=BATCH)
    logger.info("memberships granted", count=len(memberships), actor_id=actor.user_id)
    return memberships


def _check(role: str, organization: Organization) -> None:
    if role in ADMIN_ROLES:
        raise Invalid(
            "role_one_by_one",
            _("The role “%(role)s” is granted one by one."),
            field="role",
            params={"role": Role(role).label},
        )
    if organization.kind not in ROLE_KINDS[role]:
        raise Invalid(
            "role_not_for_kind",
            _("The role “%(role)s” does not exist at a %(kind)s."),
            field="role",
            params={"role": Role(role).label, "kind": organization.get_kind_display()},
        )
    if organization.is_closed:
        raise Invalid("organization_is_closed", _("This organisation is closed."), field="organization")
