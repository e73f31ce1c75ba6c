"""Granting and ending dated memberships, with the separation of the three administrators."""

from datetime import date, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Denied, Invalid, Missing
from core.validation import check_fields
from organizations.choices import ADMIN_ROLES, ROLE_KINDS, SEPARATED_ROLES, Role
from organizations.models import Membership, Organization, User
from organizations.policies import find_organization, require
from organizations.scopes import forget_scope

logger = structlog.get_logger(__name__)
ADD = "organizations.add_membership"
CHANGE = "organizations.change_membership"


def membership_grant(
    *,
    actor: Actor,
    user: User,
    organization: Organization,
    role: str,
    title: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Give a person a role at an organisation from a day on, today by default, until an inclusive last day.

    Locks the person's row, so that two grants cannot slip past the separation of the three administrators.
    Raises Invalid for a role that does not belong to the organisation's kind, Conflict for an overlap.
    """
    with transaction.atomic():
        holder = _lock_user(user.pk)
        place = find_organization(actor, organization.pk)
        require(actor, ADD, place)
        _refuse_oneself(actor, holder)
        membership = Membership(
            user=holder,
            organization=place,
            role=role,
            title=title.strip(),
            valid_from=valid_from or clock.today(),
            valid_to=valid_to,
        )
        _check(membership)
        membership.save()
        _let_into_admin(holder, role)
    forget_scope(user)
    logger.info("membership granted", membership_id=membership.pk, role=role, actor_id=actor.user_id)
    return membership


def membership_update(
    *, actor: Actor, membership_id: int, title: str, valid_from: date, valid_to: date | None
) -> Membership:
    """Change a membership's title and days; person, organisation and role stay."""
    with transaction.atomic():
        membership = _find(actor, membership_id)
        membership.title, membership.valid_from, membership.valid_to = title.strip(), valid_from, valid_to
        _check(membership)
        membership.save()
    forget_scope(membership.user)
    logger.info("membership changed", membership_id=membership.pk, actor_id=actor.user_id)
    return membership


def membership_end(*, actor: Actor, membership_id: int, last_day: date | None = None) -> Membership:
    """End a membership after its last day, yesterday by default, so that it holds no longer from today.

    One that would end before it began is removed, since it never held. Raises Conflict where it has ended.
    """
    with transaction.atomic():
        membership = _find(actor, membership_id)
        end = last_day or clock.today() - timedelta(days=1)
        if membership.valid_to is not None and membership.valid_to <= end:
            raise Conflict("membership_ended", _("This membership has ended already."))
        if end < membership.valid_from:
            Membership.objects.filter(pk=membership.pk).delete()
        else:
            membership.valid_to = end
            membership.save()
    forget_scope(membership.user)
    logger.info("membership ended", membership_id=membership_id, actor_id=actor.user_id)
    return membership


def _find(actor: Actor, membership_id: int) -> Membership:
    found = Membership.objects.filter(pk=membership_id).values_list("user_id", flat=True).first()
    if found is None:
        raise Missing("membership_missing", _("There is no such membership, or you cannot see it."))
    holder = _lock_user(found)
    membership: Membership = Membership.objects.select_related("organization").get(pk=membership_id)
    find_organization(actor, membership.organization_id)
    require(actor, CHANGE, membership.organization)
    _refuse_oneself(actor, holder)
    return membership


def _lock_user(user_id: int) -> User:
    return User.objects.select_for_update().get(pk=user_id)


def _refuse_oneself(actor: Actor, holder: User) -> None:
    if actor.user_id == holder.pk:
        raise Denied("own_membership", _("Nobody changes their own roles. Ask another administrator."))


def _check(membership: Membership) -> None:
    organization = membership.organization
    check_fields(membership)
    if organization.kind not in ROLE_KINDS[membership.role]:
        raise Invalid(
            "role_not_for_kind",
            _("The role “%(role)s” does not exist at a %(kind)s."),
            field="role",
            params={"role": membership.get_role_display(), "kind": organization.get_kind_display()},
        )
    if organization.is_closed and membership.valid_to is None:
        raise Invalid("organization_is_closed", _("This organisation is closed."), field="organization")
    _check_separation(membership)
    _check_overlap(membership)


def _check_separation(membership: Membership) -> None:
    if membership.role not in SEPARATED_ROLES:
        return
    others = _meeting(membership).filter(role__in=SEPARATED_ROLES - {membership.role})
    other = others.first()
    if other is not None:
        raise Invalid(
            "administrators_separate",
            _("The three administrators must be three people. This person is %(role)s already."),
            field="role",
            params={"role": Role(other.role).label},
        )


def _check_overlap(membership: Membership) -> None:
    same = _meeting(membership).filter(organization=membership.organization, role=membership.role)
    if same.exists():
        raise Conflict("membership_overlaps", _("This person already holds this role here."), field="role")


def _meeting(membership: Membership) -> QuerySet[Membership]:
    """Return the person's other memberships that share a day with this one."""
    others = Membership.objects.filter(user_id=membership.user_id).exclude(pk=membership.pk)
    if membership.valid_to is not None:
        others = others.filter(valid_from__lte=membership.valid_to)
    return others.filter(Q(valid_to=None) | Q(valid_to__gte=membership.valid_from))


def _let_into_admin(user: User, role: str) -> None:
    # The flag only opens the door; inside, dated memberships decide, so it need not be taken back on a day.
    if role in ADMIN_ROLES and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
