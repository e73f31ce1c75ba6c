"""Loading the reference data of organisations: tier templates, roles with their permissions, departments.

Every load adds what is missing and leaves what is there, so that local edits stay and a rerun is harmless.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from core import tree
from core.actor import Actor
from core.locks import LockName, lock_for_transaction
from organizations.choices import OrganizationKind, Role
from organizations.models import Organization, TierRule, TierTemplate
from organizations.services.organizations import organization_create

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
DEFAULT_TEMPLATE = "xiapu-four"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How many rows a load has added."""

    templates: int
    permissions: int
    departments: int


def load(*, actor: Actor, city: Organization | None = None) -> Loaded:
    """Load templates and roles, and the departments below the city where one is given or the only one."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        templates = load_tier_templates()
        permissions = load_roles()
        departments = sum(load_departments(actor=actor, city=root) for root in _cities(city))
    return Loaded(templates=templates, permissions=permissions, departments=departments)


def load_tier_templates() -> int:
    """Add the ready-made tier templates that are missing; returns how many."""
    content = _yaml("tier_templates.yaml")
    known = set(TierTemplate.objects.values_list("code", flat=True))
    missing = [row for row in content["templates"] if row["code"] not in known]
    for row in missing:
        template = TierTemplate.objects.create(code=row["code"], name=row["name"], source=row["source"])
        rules = [*content["common"], *row["rules"]]
        TierRule.objects.bulk_create(
            TierRule(
                template=template,
                parent_kind=parent,
                child_kind=child,
                name=name,
                head_title=head,
                order=order,
            )
            for order, (parent, child, name, head) in enumerate(rules)
        )
    return len(missing)


def load_roles() -> int:
    """Make the group of every role and add the permissions it lacks; returns how many were added.

    Permissions taken away by hand come back; those given by hand stay. Raises KeyError for a permission that
    does not exist, so that a misspelt one is not lost.
    """
    wanted: dict[str, list[str]] = _yaml("roles.yaml")
    ids = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    added = 0
    for role in Role.values:
        group, _created = Group.objects.get_or_create(name=role)
        held = set(group.permissions.values_list("pk", flat=True))
        lacking = {ids[permission] for permission in wanted.get(role, [])} - held
        group.permissions.add(*lacking)
        added += len(lacking)
    return added


def load_departments(*, actor: Actor, city: Organization) -> int:
    """Add the departments that the city lacks, recognised by code; returns how many.

    Codes are unique in the whole installation: a second city's departments carry its county code in front.
    """
    with (REFERENCE / "departments.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    taken = dict(
        Organization.objects.filter(kind=OrganizationKind.DEPARTMENT).values_list("code", "parent_id")
    )
    added = 0
    for row in rows:
        code = row["code"] if taken.get(row["code"], city.pk) == city.pk else f"{city.code[:6]}-{row['code']}"
        if code in taken:
            continue
        organization_create(
            actor=actor,
            code=code,
            name=row["name_zh"],
            kind=OrganizationKind.DEPARTMENT,
            parent_id=city.pk,
            duties=row["duties"],
        )
        added += 1
    return added


def _cities(city: Organization | None) -> list[Organization]:
    if city is not None:
        return [city]
    roots = list(tree.in_tree_order(Organization.objects.filter(parent=None, kind=OrganizationKind.CITY))[:2])
    return roots if len(roots) == 1 else []


def _yaml(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((REFERENCE / name).read_text(encoding="utf-8"))
    return content
