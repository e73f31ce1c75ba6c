"""Inserting organisations into the tree, beside the bare statements of a nested set."""

from itertools import count

from django.db import connection, transaction

from core import tree
from organizations.choices import OrganizationKind
from organizations.models import Organization
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, seconds_of

INSERTS = 200
_PARENT = "SELECT rght, tree_id, level FROM organizations_organization WHERE id = %s"
_SHIFT = (
    "UPDATE organizations_organization SET lft = CASE WHEN lft >= %(at)s THEN lft + 2 ELSE lft END,"
    " rght = rght + 2 WHERE tree_id = %(tree)s AND rght >= %(at)s"
)
_INSERT = (
    "INSERT INTO organizations_organization (code, name, kind, parent_id, duties, phone, created_at,"
    " updated_at, lft, rght, tree_id, level)"
    " VALUES (%s, %s, 'community', %s, '', '', now(), now(), %s, %s, %s, %s)"
    " RETURNING id"
)


def measure(template: str) -> list[Measured]:
    """Insert below streets in turn, each in a transaction of its own."""
    rates = []
    for insert in (_ours, _bare):
        with copy_of(template):
            streets = list(Organization.objects.filter(kind=OrganizationKind.STREET))
            serial = count(1)

            def work(insert=insert, streets=streets, serial=serial) -> None:
                for _ in range(INSERTS):
                    number = next(serial)
                    insert(streets[number % len(streets)], number)

            rates.append(round(INSERTS / seconds_of(work), 1))
            nodes = Organization.objects.count()
            if tree.find_damage(Organization):
                raise RuntimeError("the tree was damaged")
    detail = f"into {nodes - INSERTS} nodes, below {len(streets)} streets in turn, one commit each"
    return [Measured(name="tree_insert", unit="inserts/s", ours=rates[0], limit=rates[1], detail=detail)]


def _ours(street: Organization, number: int) -> None:
    node = Organization(code=f"N{number}", name=f"新社区{number}", kind=OrganizationKind.COMMUNITY)
    node.parent = street
    tree.insert(node, parent=street)


def _bare(street: Organization, number: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1, 1)")
        cursor.execute(_PARENT, [street.pk])
        at, tree_id, level = cursor.fetchone()
        cursor.execute(_SHIFT, {"at": at, "tree": tree_id})
        new = (f"N{number}", f"新社区{number}", street.pk, at, at + 1, tree_id, level + 1)
        cursor.execute(_INSERT, new)
