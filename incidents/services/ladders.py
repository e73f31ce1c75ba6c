"""The ladders of escalation, read from the reference data once per process."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from incidents.rules.escalation import Ladder, Ladders
from incidents.rules.vocabulary import Colour, Level

_FILE = Path(__file__).resolve().parents[1] / "reference" / "escalation_ladders.yaml"
_USUAL = "usual"


@lru_cache(maxsize=1)
def ladders() -> Ladders:
    """Return the ladder of each colour; ValueError for an unknown level or colour. Source: R-35."""
    written: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    usual = _ladder(written.pop(_USUAL))
    return Ladders(usual=usual, by_colour={Colour(name): _ladder(one) for name, one in written.items()})


def _ladder(written: dict[str, Any]) -> Ladder:
    return Ladder(
        rungs=tuple(Level(name) for name in written["rungs"]),
        told=tuple(Level(name) for name in written.get("told", ())),
    )
