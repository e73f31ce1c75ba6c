"""Simulations as their pages show them: figures that were counted once, and the incidents behind each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.choices import COLOURS, LEVELS
from incidents.models import RuleSet, SimulatedChange, Simulation
from organizations.scopes import AnyUser

_KINDS = ("colour", "level", "lead", "acceptance")
_LABELS: dict[str, dict[str, Any]] = {"colour": dict(COLOURS), "level": dict(LEVELS)}
_TITLES = {
    "colour": _("another colour"),
    "level": _("another level"),
    "lead": _("another lead department"),
    "acceptance": _("acceptance by a dispatcher"),
}
_LATEST = 10


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which differences are listed: all, those of one kind, or those from one value to another."""

    kind: str = ""
    before: str = ""
    after: str = ""
    is_move: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """How many incidents would have gone from one value to another, and the address of their list."""

    before: str
    after: str
    count: int
    query: str


def simulations_of(user: AnyUser, draft: RuleSet) -> QuerySet[Simulation]:
    """Return the person's latest runs of a draft, the newest first."""
    seen: QuerySet[Simulation] = Simulation.objects.visible_to(user)
    return seen.filter(draft=draft).order_by("-id")[:_LATEST]


def chosen_of(parameters: Mapping[str, str]) -> Chosen:
    """Read from an address which differences are wanted; what makes no sense lists all."""
    kind = parameters.get("kind", "")
    if kind not in _KINDS:
        return Chosen()
    is_move = kind != "acceptance" and "from" in parameters and "to" in parameters
    return Chosen(kind, parameters.get("from", ""), parameters.get("to", ""), is_move)


def changes_of(user: AnyUser, run: Simulation, chosen: Chosen) -> QuerySet[SimulatedChange]:
    """Return the differences that are wanted, of incidents the person sees; not evaluated."""
    seen: QuerySet[SimulatedChange] = SimulatedChange.objects.visible_to(user)
    rows = seen.filter(simulation=run).select_related("incident__category")
    if chosen.kind:
        rows = rows.filter(**{f"{chosen.kind}_changes": True})
    if chosen.is_move:
        rows = rows.filter(**{f"from_{chosen.kind}": chosen.before, f"to_{chosen.kind}": chosen.after})
    return rows


def words_of(chosen: Chosen) -> str:
    """Return what is listed, in words; empty for all differences."""
    if not chosen.kind:
        return ""
    title = str(_TITLES[chosen.kind])
    if not chosen.is_move:
        return title
    labels = _LABELS.get(chosen.kind, {})
    ends = [str(labels.get(value, value)) or "—" for value in (chosen.before, chosen.after)]
    return f"{title} · {' → '.join(ends)}"


def moves_of(run: Simulation) -> list[tuple[str, list[Move]]]:
    """Return from where to where incidents would have gone, kind by kind, in words; no query."""
    found = []
    for kind in ("colour", "level", "lead"):
        labels = _LABELS.get(kind, {})
        moves = [
            Move(
                before=str(labels.get(row["before"], row["before"])),
                after=str(labels.get(row["after"], row["after"])),
                count=row["count"],
                query=urlencode({"kind": kind, "from": row["before"], "to": row["after"]}),
            )
            for row in run.totals.get(f"{kind}_moves", [])
        ]
        found.append((str(_TITLES[kind]), moves))
    return found
