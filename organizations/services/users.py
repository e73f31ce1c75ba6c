"""Accounts of people who work in the system."""

import structlog
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Denied, Invalid, Missing
from core.validation import check_fields
from organizations.models import User
from organizations.policies import require_city

logger = structlog.get_logger(__name__)
ADD = "organizations.add_user"
CHANGE = "organizations.change_user"
RESET = "organizations.set_password"


def user_create(
    *,
    actor: Actor,
    username: str,
    full_name: str,
    phone: str = "",
    password: str | None = None,
    is_demo: bool = False,
) -> User:
    """Open an account; without a password nobody can sign in to it yet.

    A password is given only by those who may set one: who opens accounts could else sign in as anybody who
    later gets a role. Raises Invalid for a name already used or a password against the rules, Denied for a
    demo account outside the demo: its password is public. Source: R-111.
    """
    require_city(actor, ADD)
    if password is not None:
        require_city(actor, RESET)
    if is_demo and settings.IS_PRODUCTION:
        raise Denied("demo_account_refused", _("Demo accounts exist only in the demo."))
    user = User(
        username=User.normalize_username(username.strip()),
        full_name=full_name.strip(),
        phone=phone.strip(),
        is_demo=is_demo,
    )
    _set_password(user, password)
    with transaction.atomic():
        check_fields(user)
        user.save()
    logger.info("user created", user_id=user.pk, actor_id=actor.user_id)
    return user


def user_update(
    *,
    actor: Actor,
    user_id: int,
    full_name: str | None = None,
    phone: str | None = None,
    is_active: bool | None = None,
) -> User:
    """Change what is given of an account; one that is not active cannot sign in. Raises Missing, Denied."""
    require_city(actor, CHANGE)
    with transaction.atomic():
        user = _lock(user_id)
        if full_name is not None:
            user.full_name = full_name.strip()
        if phone is not None:
            user.phone = phone.strip()
        if is_active is not None:
            _refuse_locking_oneself_out(actor, user, is_active=is_active)
            user.is_active = is_active
        check_fields(user)
        user.save()
    logger.info("user changed", user_id=user.pk, actor_id=actor.user_id)
    return user


def user_set_password(*, actor: Actor, user_id: int, password: str) -> User:
    """Give an account a new password, which ends its sessions; raises Invalid for one against the rules.

    Needs a permission of its own, which only the security administrator holds. Source: R-111.
    """
    require_city(actor, RESET)
    with transaction.atomic():
        user = _lock(user_id)
        _set_password(user, password)
        user.save(update_fields=["password"])
    logger.info("password set", user_id=user.pk, actor_id=actor.user_id)
    return user


def _lock(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise Missing("user_missing", _("There is no such account."))
    return user


def _refuse_locking_oneself_out(actor: Actor, user: User, *, is_active: bool) -> None:
    if actor.user_id == user.pk and not is_active:
        raise Denied("own_account", _("Nobody closes their own account. Ask another administrator."))


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Invalid("password_weak", " ".join(error.messages), field="password") from error
    user.set_password(password)
