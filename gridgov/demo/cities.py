"""The cities the demo knows: which divisions carry grids, and the figures each has published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """One demo city; `communities` maps a street's code to those of its communities that carry grids."""

    code: str
    name: str
    prefix: str
    centre: tuple[float, float]
    radius_km: tuple[float, float]
    template: str
    large_grids: int
    small_grids: int
    buildings: int
    building_heads: int
    party_member_share: int
    grid_workers: int
    departments_left_out: frozenset[str]
    titles: Mapping[str, str]
    communities: Mapping[str, Sequence[str]]
    accounts: Mapping[str, str]
    estates: Mapping[str, Sequence[str]]

    @property
    def root_code(self) -> str:
        """Return the division code of the city itself."""
        return f"{self.code}000000"

    @property
    def community_codes(self) -> list[str]:
        """Return the codes of all communities that carry grids, street by street."""
        return [code for codes in self.communities.values() for code in codes]


def city_codes() -> list[str]:
    """Return the codes of the cities the demo can load."""
    return sorted(_content())


@lru_cache
def city_of(code: str) -> City:
    """Return a city by its six-digit code; KeyError where the demo does not know it."""
    row = dict(_content()[code])
    row["departments_left_out"] = frozenset(row["departments_left_out"])
    return City(code=code, **row)


@lru_cache
def _content() -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = yaml.safe_load((DATA / "cities.yaml").read_text(encoding="utf-8"))
    return content
