"""The fixed vocabularies of organisations: kinds of nodes, and roles people hold at them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganizationKind(models.TextChoices):
    """What a node of the organisation tree is; which nests in which is data (TierRule)."""

    CITY = "city", _("city")
    STREET = "street", _("street working committee")
    COMMUNITY = "community", _("community Party committee")
    DEPARTMENT = "department", _("department")
    UNIT = "unit", _("unit")


class Role(models.TextChoices):
    """What a person is at an organisation; each role is also a group holding its permissions."""

    CITY_GRID_OFFICE = "city_grid_office", _("city grid office")
    STREET_LEADER = "street_leader", _("street leader")
    STREET_STAFF = "street_staff", _("street staff")
    COMMUNITY_STAFF = "community_staff", _("community staff")
    GRID_WORKER = "grid_worker", _("grid worker")
    BUILDING_HEAD = "building_head", _("building head")
    DEPARTMENT_OFFICER = "department_officer", _("department officer")
    DEPARTMENT_LEADER = "department_leader", _("department leader")
    AUDITOR = "auditor", _("auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("security administrator")


# A role counts only at an organisation of these kinds: a "street leader" of a department leads no street.
ROLE_KINDS: dict[str, frozenset[str]] = {
    Role.CITY_GRID_OFFICE: frozenset({OrganizationKind.CITY}),
    Role.STREET_LEADER: frozenset({OrganizationKind.STREET}),
    Role.STREET_STAFF: frozenset({OrganizationKind.STREET}),
    Role.COMMUNITY_STAFF: frozenset({OrganizationKind.COMMUNITY}),
    Role.GRID_WORKER: frozenset({OrganizationKind.COMMUNITY}),
    Role.BUILDING_HEAD: frozenset({OrganizationKind.COMMUNITY}),
    Role.DEPARTMENT_OFFICER: frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.UNIT}),
    Role.DEPARTMENT_LEADER: frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.UNIT}),
    Role.AUDITOR: frozenset({OrganizationKind.CITY}),
    Role.SYSTEM_ADMINISTRATOR: frozenset({OrganizationKind.CITY}),
    Role.SECURITY_ADMINISTRATOR: frozenset({OrganizationKind.CITY}),
}

# Roles that see the whole area of their organisation; grid workers and building heads see only what they are
# assigned to (grids.GridAssignment), the system and security administrators no incident at all (三员分立).
AREA_ROLES: frozenset[str] = frozenset(
    {
        Role.CITY_GRID_OFFICE,
        Role.STREET_LEADER,
        Role.STREET_STAFF,
        Role.COMMUNITY_STAFF,
        Role.DEPARTMENT_OFFICER,
        Role.DEPARTMENT_LEADER,
        Role.AUDITOR,
    }
)

# Roles whose holders work in the administration pages; what they may do there is their group's permissions.
ADMIN_ROLES: frozenset[str] = frozenset(
    {
        Role.CITY_GRID_OFFICE,
        Role.STREET_LEADER,
        Role.STREET_STAFF,
        Role.COMMUNITY_STAFF,
        Role.AUDITOR,
        Role.SYSTEM_ADMINISTRATOR,
        Role.SECURITY_ADMINISTRATOR,
    }
)

# Three administrators, never one person twice (三员分立).
SEPARATED_ROLES: frozenset[str] = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR}
)

# Organisations whose code is a 12-digit division code.
DIVISION_KINDS: frozenset[str] = frozenset(
    {OrganizationKind.CITY, OrganizationKind.STREET, OrganizationKind.COMMUNITY}
)

# Everything a tier rule can name: the kinds of organisations, and what lies below a community.
LEVELS: list[tuple[str, Any]] = [
    *OrganizationKind.choices,
    ("grid1", _("tier-1 grid")),
    ("grid2", _("tier-2 grid")),
    ("grid3", _("tier-3 grid")),
    ("building", _("building")),
]
LEVEL_LABELS: dict[str, Any] = {"": _("root"), **dict(LEVELS)}
