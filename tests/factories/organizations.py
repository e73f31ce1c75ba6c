"""A city made through the real services, so that no test stands on rows the services would refuse."""

from datetime import date
from itertools import count
from typing import Any

from core.actor import SYSTEM
from grids.services import grid_assign
from organizations.choices import OrganizationKind, Role
from organizations.models import Organization, TierTemplate, User
from organizations.services import membership_grant, organization_create, user_create
from organizations.services.reference import DEFAULT_TEMPLATE, load_roles, load_tier_templates

LONG_AGO = date(2020, 1, 1)
_serial = count(1)


def make_city(name: str = "测试市", code: str | None = None) -> Organization:
    """Make a city's root; loads tier templates and roles where they are missing."""
    load_tier_templates()
    load_roles()
    return organization_create(
        actor=SYSTEM,
        code=code or f"{next(_serial):06d}000000",
        name=name,
        kind=OrganizationKind.CITY,
        tier_template=TierTemplate.objects.get(code=DEFAULT_TEMPLATE),
    )


def make_street(city: Organization, name: str = "", code: str | None = None) -> Organization:
    """Make a street below the city."""
    number = next(_serial)
    return _make(city, OrganizationKind.STREET, name or f"第{number}街道", code or f"9{number:08d}000")


def make_community(street: Organization, name: str = "", code: str | None = None) -> Organization:
    """Make a community below the street."""
    number = next(_serial)
    return _make(street, OrganizationKind.COMMUNITY, name or f"第{number}社区", code or f"8{number:011d}")


def make_department(city: Organization, code: str | None = None, name: str = "") -> Organization:
    """Make a department below the city."""
    number = next(_serial)
    return _make(city, OrganizationKind.DEPARTMENT, name or f"第{number}局", code or f"T{number}")


def make_unit(parent: Organization, code: str | None = None, name: str = "") -> Organization:
    """Make a unit below a department, street or community."""
    number = next(_serial)
    return _make(parent, OrganizationKind.UNIT, name or f"第{number}单位", code or f"U{number}")


def make_user(
    role: str | None = None,
    organization: Organization | None = None,
    grid: Any = None,
    *,
    building: Any = None,
    username: str = "",
    full_name: str = "",
    password: str | None = None,
    valid_from: date = LONG_AGO,
    valid_to: date | None = None,
) -> User:
    """Make a person, with a membership where a role is given, and the grid or building they look after."""
    number = next(_serial)
    user = user_create(
        actor=SYSTEM,
        username=username or f"user{number}",
        full_name=full_name or f"员工{number}",
        phone=f"138{number:08d}",
        password=password,
    )
    if role is None or organization is None:
        return user
    membership = membership_grant(
        actor=SYSTEM,
        user=user,
        organization=organization,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    place = grid or (building.grid if building else None)
    if place is not None and role in {Role.GRID_WORKER, Role.BUILDING_HEAD}:
        grid_assign(actor=SYSTEM, membership=membership, grid=place, building=building, valid_from=valid_from)
    user.refresh_from_db()
    return user


def _make(parent: Organization, kind: str, name: str, code: str) -> Organization:
    return organization_create(actor=SYSTEM, code=code, name=name, kind=kind, parent_id=parent.pk)
