"""Importing division files into the organisation tree: one transaction, one rebuild, nothing half-built."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import tree
from core.actor import Actor
from core.errors import Missing
from organizations import divisions
from organizations.choices import DIVISION_KINDS
from organizations.divisions import Rejection, Row
from organizations.models import Organization, TierTemplate
from organizations.policies import require_city
from organizations.services import moves
from organizations.services.organizations import ADD
from organizations.services.reference import DEFAULT_TEMPLATE, load_tier_templates
from organizations.services.tiers import allowed_nestings

logger = structlog.get_logger(__name__)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import has done, by count, and every refused row."""

    created: int
    renamed: int
    moved: int
    unchanged: int
    rejections: list[Rejection]


def divisions_import(
    *,
    actor: Actor,
    content: bytes,
    limit_to: str = "",
    template_code: str = DEFAULT_TEMPLATE,
    on_progress: Progress | None = None,
) -> Imported:
    """Bring the file's divisions into the tree; good rows are kept whatever the others are.

    Divisions that are there already are renamed and moved where the file says so; those the file does not
    name stay. A new root gets the template. Raises divisions.Unreadable for a file that is none, Missing for
    an unknown template.
    """
    require_city(actor, ADD)
    read = divisions.read(content)
    with transaction.atomic():
        tree.lock(Organization)
        load_tier_templates()
        template = TierTemplate.objects.filter(code=template_code).first()
        if template is None:
            raise Missing("tier_template_missing", _("There is no such tier template."))
        nodes = {node.code: node for node in Organization.objects.select_related("parent")}
        plan = divisions.arrange(
            read,
            known={code: _known(node) for code, node in nodes.items()},
            allowed=allowed_nestings(template.pk),
            limit_to=limit_to,
        )
        result = _apply(actor, plan, nodes, template, on_progress or _silent)
    logger.info(
        "divisions imported",
        created=result.created,
        renamed=result.renamed,
        moved=result.moved,
        rejected=len(result.rejections),
        actor_id=actor.user_id,
    )
    return result


def _known(node: Organization) -> divisions.Known:
    return divisions.Known(node.kind, node.parent.code if node.parent else "", node.is_closed)


def _apply(
    actor: Actor,
    plan: divisions.Plan,
    nodes: dict[str, Organization],
    template: TierTemplate,
    on_progress: Progress,
) -> Imported:
    new = [row for row in plan.rows if row.code not in nodes]
    known = [row for row in plan.rows if row.code in nodes]
    done = 0
    for kind in ("city", "street", "community"):
        for generation in _generations([row for row in new if row.kind == kind]):
            batch = [_new_node(row, nodes, template) for row in generation]
            tree.bulk_insert(batch)
            nodes.update({node.code: node for node in batch})
            done += len(batch)
            on_progress(done, len(plan.rows))
    renamed = [nodes[row.code] for row in known if nodes[row.code].name != row.name]
    moved = [row for row in known if _moves(row, nodes)]
    for row in known:
        nodes[row.code].name = row.name
    for row in moved:
        nodes[row.code].parent = nodes[row.parent_code]
    touched = {node.pk: node for node in [*renamed, *(nodes[row.code] for row in moved)]}
    Organization.objects.bulk_update(touched.values(), ["name", "parent"], batch_size=500)
    if new or moved:
        tree.rebuild(Organization)
    for row in moved:
        moves.follow(actor, Organization.objects.get(pk=nodes[row.code].pk))
    on_progress(len(plan.rows), len(plan.rows))
    return Imported(
        created=len(new),
        renamed=len(renamed),
        moved=len(moved),
        unchanged=len(known) - len(touched),
        rejections=plan.rejections,
    )


def _generations(rows: list[Row]) -> list[list[Row]]:
    """Split the rows into generations whose parents are saved before; a county may stand below a city."""
    codes = {row.code for row in rows}
    first = [row for row in rows if row.parent_code not in codes]
    later = [row for row in rows if row.parent_code in codes]
    generations = [first] if first else []
    while later:
        ready = {row.code for generation in generations for row in generation}
        following = [row for row in later if row.parent_code in ready]
        generations.append(following)
        later = [row for row in later if row.parent_code not in ready]
    return generations


def _new_node(row: Row, nodes: dict[str, Organization], template: TierTemplate) -> Organization:
    parent = nodes.get(row.parent_code)
    return Organization(
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent=parent,
        tier_template=None if parent else template,
    )


def _moves(row: Row, nodes: dict[str, Organization]) -> bool:
    node = nodes[row.code]
    return (
        bool(row.parent_code) and node.kind in DIVISION_KINDS and node.parent_id != nodes[row.parent_code].pk
    )


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""
