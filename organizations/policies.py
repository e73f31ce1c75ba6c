"""Who may change organisations, accounts and memberships: a permission held there or above."""

from django.utils.translation import gettext_lazy as _

from core import tree
from core.actor import Actor, ActorKind
from core.errors import Denied, Missing
from organizations.models import Organization
from organizations.scopes import scope_of


def require(actor: Actor, permission: str, organization: Organization | None) -> None:
    """Raise Denied unless the actor holds the permission at the organisation or above it.

    None stands for what belongs to no organisation: a new city root is the system's to make. One query for
    the organisations above.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.user is None or organization is None:
        raise _not_yours()
    above = tree.ancestors(organization).values_list("pk", flat=True)
    if not scope_of(actor.user).holds(permission, [organization.pk, *above]):
        raise _not_yours()


def require_city(actor: Actor, permission: str) -> None:
    """Raise Denied unless the actor holds the permission for the whole city."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.user is None or not scope_of(actor.user).holds_in_city(permission):
        raise _not_yours()


def find_organization(actor: Actor, organization_id: int) -> Organization:
    """Return the organisation as it is now; raises Missing where the actor does not see it."""
    organizations = Organization.objects.all()
    if actor.kind is not ActorKind.SYSTEM:
        organizations = organizations.visible_to(actor.user) if actor.user else organizations.none()
    found: Organization | None = organizations.filter(pk=organization_id).first()
    if found is None:
        raise Missing("organization_missing", _("There is no such organisation, or you cannot see it."))
    return found


def _not_yours() -> Denied:
    return Denied("not_permitted", _("Your role does not allow this here. Ask the system administrator."))
