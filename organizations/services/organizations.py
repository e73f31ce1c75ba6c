"""Writing the organisation tree: create, change, move, close. Every write holds the tree's lock."""

from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, tree
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.validation import check_fields
from organizations.choices import DIVISION_KINDS
from organizations.models import Organization, TierTemplate
from organizations.policies import find_organization, require
from organizations.services import moves
from organizations.services.tiers import check_nesting, template_of

logger = structlog.get_logger(__name__)
ADD = "organizations.add_organization"
CHANGE = "organizations.change_organization"


def organization_create(
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: str,
    parent_id: int | None = None,
    tier_template: TierTemplate | None = None,
    duties: str = "",
    phone: str = "",
) -> Organization:
    """Add an organisation below the parent; without a parent it is a city's root and needs a template.

    Raises Invalid for a kind that may not stand there and for a code already used; Missing, Denied.
    """
    with transaction.atomic():
        tree.lock(Organization)
        parent = None if parent_id is None else find_organization(actor, parent_id)
        require(actor, ADD, parent)
        _check_open(parent)
        template = tier_template if parent is None else template_of(parent)
        check_nesting(template, parent_kind=parent.kind if parent else "", child_kind=kind)
        organization = Organization(
            code=code.strip(),
            name=name.strip(),
            kind=kind,
            parent=parent,
            tier_template=tier_template if parent is None else None,
            duties=duties.strip(),
            phone=phone.strip(),
        )
        _check(organization)
        tree.insert(organization, parent=parent)
    logger.info("organization created", organization_id=organization.pk, actor_id=actor.user_id)
    return organization


def organization_update(
    *,
    actor: Actor,
    organization_id: int,
    code: str | None = None,
    name: str | None = None,
    duties: str | None = None,
    phone: str | None = None,
    tier_template: TierTemplate | None = None,
) -> Organization:
    """Change what is given and leave the rest; the kind stays, the place is organization_move's.

    A template is for the root only; Invalid where what stands below would break its rules.
    """
    with transaction.atomic():
        tree.lock(Organization)
        organization = find_organization(actor, organization_id)
        require(actor, CHANGE, organization)
        given = {"code": code, "name": name, "duties": duties, "phone": phone}
        for field, value in given.items():
            if value is not None:
                setattr(organization, field, value.strip())
        if tier_template is not None:
            _check_template(organization, tier_template)
            organization.tier_template = tier_template
        _check(organization)
        organization.save()
    logger.info("organization changed", organization_id=organization.pk, actor_id=actor.user_id)
    return organization


def organization_move(
    *,
    actor: Actor,
    organization_id: int,
    parent_id: int | None,
    beside_id: int | None = None,
    side: tree.Side = "right",
) -> Organization:
    """Put an organisation with everything below it under another parent, last or beside a sibling.

    What upper apps repeat of the tree follows in the same transaction. Raises Invalid for a cycle, a closed
    parent or a kind that may not stand there; Missing, Denied.
    """
    with transaction.atomic():
        tree.lock(Organization)
        organization = find_organization(actor, organization_id)
        parent = None if parent_id is None else find_organization(actor, parent_id)
        require(actor, CHANGE, organization)
        changes_parent = organization.parent_id != parent_id
        if changes_parent:
            require(actor, CHANGE, parent)
            _check_place(organization, parent)
        moved = _place(actor, organization, parent, beside_id, side)
        if changes_parent:
            moves.follow(actor, moved)
    logger.info("organization moved", organization_id=moved.pk, parent_id=parent_id, actor_id=actor.user_id)
    return moved


def organization_close(*, actor: Actor, organization_id: int, on: date | None = None) -> Organization:
    """Let an organisation take no new work from the day on, today by default.

    Raises Conflict where it is closed already, Invalid while something below it is open.
    """
    with transaction.atomic():
        tree.lock(Organization)
        organization = find_organization(actor, organization_id)
        require(actor, CHANGE, organization)
        if organization.is_closed:
            raise Conflict("organization_closed", _("This organisation is closed already."))
        if Organization.objects.open().filter(parent=organization).exists():
            raise Invalid(
                "organization_has_open_children", _("Close or move the organisations below this one first.")
            )
        moves.ask_objections(organization)
        organization.closed_on = on or clock.today()
        organization.save()
        moves.tell_closed(actor, organization)
    logger.info("organization closed", organization_id=organization.pk, actor_id=actor.user_id)
    return organization


def _place(
    actor: Actor,
    organization: Organization,
    parent: Organization | None,
    beside_id: int | None,
    side: tree.Side,
) -> Organization:
    if beside_id is None:
        return tree.move(organization, parent=parent)
    sibling = find_organization(actor, beside_id)
    if sibling.parent_id != (parent.pk if parent else None) or sibling.pk == organization.pk:
        raise Conflict("tree_changed", _("The tree has changed meanwhile. Reload the page and try again."))
    return tree.move_beside(organization, sibling=sibling, side=side)


def _check_place(organization: Organization, parent: Organization | None) -> None:
    if parent is not None and tree.is_within(parent, organization):
        raise Invalid("moves_into_itself", _("An organisation cannot stand below itself."), field="parent")
    _check_open(parent)
    template = organization.tier_template if parent is None else template_of(parent)
    check_nesting(template, parent_kind=parent.kind if parent else "", child_kind=organization.kind)


def _check_open(parent: Organization | None) -> None:
    if parent is not None and parent.is_closed:
        raise Invalid(
            "parent_closed", _("“%(name)s” is closed."), field="parent", params={"name": parent.name}
        )


def _check(organization: Organization) -> None:
    check_fields(organization)
    if organization.kind in DIVISION_KINDS and not (
        len(organization.code) == 12 and organization.code.isascii() and organization.code.isdigit()
    ):
        raise Invalid(
            "division_code_malformed",
            _("The code of a city, street or community is its division code of 12 digits."),
            field="code",
        )


def _check_template(organization: Organization, template: TierTemplate) -> None:
    if organization.parent_id is not None:
        raise Invalid(
            "template_below_root", _("A tier template belongs to the root only."), field="tier_template"
        )
    below = tree.subtree(Organization.objects.filter(pk=organization.pk)).exclude(parent=None)
    for parent_kind, child_kind in sorted(set(below.values_list("parent__kind", "kind"))):
        check_nesting(template, parent_kind=parent_kind, child_kind=child_kind)
