"""The one owner of every nested-set tree: the only module that names mptt's columns.

`parent_id` is the truth; the bounds are an index over it that `rebuild` makes anew with one statement.
Every write takes the tree's advisory lock first, because concurrent writers corrupt a nested set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from django.db import connection, transaction
from django.db.models import Index, OuterRef, Q, QuerySet
from mptt.models import MPTTModel

from core.locks import LockName, lock_for_transaction

Node = TypeVar("Node", bound=MPTTModel)
Side = Literal["left", "right"]
_LAST_TREE = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Damage:
    """One node whose bounds disagree with its parent, and in what way."""

    node_id: int
    problem: str


def bounds_index(name: str) -> Index:
    """Return the index that subtree queries use, for a tree model's Meta."""
    return Index(fields=["tree_id", "lft"], name=name)


def lock(model: type[MPTTModel]) -> None:
    """Hold the tree of this model until the transaction ends."""
    lock_for_transaction(LockName.TREE, _lock_key(model))


def insert(node: Node, *, parent: Node | None) -> Node:
    """Save a new node below the parent under the lock; the parent is read anew."""
    model = type(node)
    with transaction.atomic():
        lock(model)
        fresh = _fresh(model, parent)
        node.insert_at(fresh, position="last-child", save=True)
    return node


def move(node: Node, *, parent: Node | None) -> Node:
    """Move a node and its subtree below the parent under the lock; both are read anew.

    Raises mptt.exceptions.InvalidMove where the parent lies below the node.
    """
    return _move(node, parent, "last-child")


def move_beside(node: Node, *, sibling: Node, side: Side) -> Node:
    """Move a node and its subtree next to the sibling under the lock; both are read anew.

    Raises mptt.exceptions.InvalidMove where the sibling lies below the node.
    """
    return _move(node, sibling, side)


def reparent(node: Node, *, parent: Node | None, **columns: Any) -> Node:
    """Put a node last below the parent and set columns of it in the same statement, then rebuild.

    For rows whose own constraints tie a column to the parent, which the steps of `move` would break. The
    caller must have made sure that the parent does not lie below the node.
    """
    model = type(node)
    with transaction.atomic():
        lock(model)
        rows: Any = model._default_manager
        rows.filter(pk=node.pk).update(parent=parent, tree_id=_LAST_TREE, **columns)
        rebuild(model)
        changed: Node = rows.get(pk=node.pk)
    return changed


def bulk_insert(nodes: Sequence[Node]) -> None:
    """Save new nodes of one model, whose parents are saved already, without bounds.

    They follow their siblings in the order given. The caller must call `rebuild` in the same transaction:
    until then the tree is not sound.
    """
    if not nodes:
        return
    model = type(nodes[0])
    lock(model)
    for node in nodes:
        # The largest number sorts them behind every sibling when the bounds are made.
        node.tree_id, node.lft, node.rght, node.level = _LAST_TREE, 0, 0, 0
    manager: Any = model._default_manager
    manager.bulk_create(nodes, batch_size=1000)


def is_within(node: Node, branch: Node) -> bool:
    """Return whether the node is the branch's head or lies below it, by the bounds of the two instances."""
    inside: bool = node.tree_id == branch.tree_id and branch.lft <= node.lft and node.rght <= branch.rght
    return inside


def subtree(nodes: QuerySet[Node]) -> QuerySet[Node]:
    """Return the nodes and everything below them, in one query of its own."""
    wanted = Q(pk__in=[])
    for tree_id, left, right in nodes.values_list("tree_id", "lft", "rght"):
        wanted |= Q(tree_id=tree_id, lft__gte=left, rght__lte=right)
    return cast("QuerySet[Node]", nodes.model._default_manager.filter(wanted))


def above(nodes: QuerySet[Node]) -> QuerySet[Node]:
    """Return every node above any of the nodes, in one query of its own for the bounds."""
    wanted = Q(pk__in=[])
    for tree_id, left, right in nodes.values_list("tree_id", "lft", "rght"):
        wanted |= Q(tree_id=tree_id, lft__lt=left, rght__gt=right)
    return cast("QuerySet[Node]", nodes.model._default_manager.filter(wanted))


def ancestors(node: Node) -> QuerySet[Node]:
    """Return the nodes above this one, root first."""
    manager: Any = type(node)._default_manager
    found = manager.filter(tree_id=node.tree_id, lft__lt=node.lft, rght__gt=node.rght).order_by("lft")
    return cast("QuerySet[Node]", found)


def covering(node: MPTTModel | None, *, prefix: str) -> Q:
    """Return that the related node under `prefix` is this one or above; None: the outer query's row."""
    bounds = {name: getattr(node, name) if node else OuterRef(name) for name in ("tree_id", "lft", "rght")}
    return Q(
        **{
            f"{prefix}__tree_id": bounds["tree_id"],
            f"{prefix}__lft__lte": bounds["lft"],
            f"{prefix}__rght__gte": bounds["rght"],
        }
    )


def in_tree_order(nodes: QuerySet[Node]) -> QuerySet[Node]:
    """Return the nodes ordered as the tree is read: parents before children, siblings in order."""
    return nodes.order_by("tree_id", "lft")


def rebuild(model: type[MPTTModel]) -> None:
    """Make every bound anew from `parent_id` with one statement, under the lock.

    Siblings keep their order. Nodes in a parent cycle are not reachable from a root and are left as they
    were; `find_damage` names them.
    """
    with transaction.atomic():
        lock(model)
        with connection.cursor() as cursor:
            cursor.execute(_REBUILD.format(table=connection.ops.quote_name(model._meta.db_table)))


def find_damage(model: type[MPTTModel]) -> list[Damage]:
    """Return every node whose bounds do not follow from its parent; empty for a sound tree."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_DAMAGE.format(table=table))
        return [Damage(node_id, problem) for node_id, problem in cursor.fetchall()]


def _move(node: Node, target: Node | None, position: Literal["last-child", "left", "right"]) -> Node:
    model = type(node)
    with transaction.atomic():
        lock(model)
        fresh = _fresh(model, node)
        fresh.move_to(_fresh(model, target), position=position)
        fresh.refresh_from_db()
    moved: Node = fresh
    return moved


def _fresh(model: type[Node], node: Node | None) -> Any:
    return None if node is None else model._default_manager.get(pk=node.pk)


def _lock_key(model: type[MPTTModel]) -> int:
    # A stable small number per table: advisory locks take integers, and hash() differs between processes.
    return int.from_bytes(model._meta.db_table.encode()[:3], "big")


# A walk by path gives each node its place in pre-order and, with an endless last step, in post-order. Before
# a node opens, pre−1 others have opened and pre−1−depth of them closed; before it closes, post−1 have closed
# and post−1+depth+1 opened: hence the two bounds, without counting descendants.
_REBUILD = """
WITH RECURSIVE ranked AS (
    SELECT id, parent_id, row_number() OVER (PARTITION BY parent_id ORDER BY tree_id, lft, id) AS rank
    FROM {table}
), walk AS (
    SELECT id, rank AS tree_id, 0 AS depth, ARRAY[rank] AS path
    FROM ranked WHERE parent_id IS NULL
    UNION ALL
    SELECT r.id, w.tree_id, w.depth + 1, w.path || r.rank
    FROM ranked r JOIN walk w ON r.parent_id = w.id
), placed AS (
    SELECT id, tree_id, depth,
           2 * row_number() OVER (PARTITION BY tree_id ORDER BY path) - depth - 1 AS lft,
           2 * row_number() OVER (PARTITION BY tree_id ORDER BY path || 9223372036854775807) + depth AS rght
    FROM walk
)
UPDATE {table} AS t
SET tree_id = p.tree_id, level = p.depth, lft = p.lft, rght = p.rght
FROM placed p WHERE p.id = t.id
  AND (t.tree_id, t.level, t.lft, t.rght) IS DISTINCT FROM (p.tree_id, p.depth, p.lft, p.rght)
"""

_DAMAGE = """
SELECT n.id, 'bounds out of order' FROM {table} n WHERE n.lft >= n.rght
UNION ALL
SELECT n.id, 'outside its parent' FROM {table} n JOIN {table} p ON p.id = n.parent_id
WHERE n.tree_id <> p.tree_id OR n.lft <= p.lft OR n.rght >= p.rght OR n.level <> p.level + 1
UNION ALL
SELECT n.id, 'root with a level' FROM {table} n WHERE n.parent_id IS NULL AND n.level <> 0
UNION ALL
SELECT min(n.id), 'two roots in one tree' FROM {table} n WHERE n.parent_id IS NULL
GROUP BY n.tree_id HAVING count(*) > 1
UNION ALL
SELECT min(id), 'bound used twice'
FROM (SELECT id, tree_id, lft AS bound FROM {table} UNION ALL SELECT id, tree_id, rght FROM {table}) b
GROUP BY tree_id, bound HAVING count(*) > 1
UNION ALL
SELECT min(id), 'gap in the bounds'
FROM (SELECT id, tree_id, lft, rght FROM {table}) g
GROUP BY tree_id HAVING min(lft) <> 1 OR max(rght) <> 2 * count(*)
UNION ALL
SELECT n.id, 'parent does not exist or cycle'
FROM {table} n WHERE n.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {table} p WHERE p.id = n.parent_id)
"""
