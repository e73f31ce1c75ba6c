"""How often a street whistles, judged: neither never nor for everything. Source: R-57."""

from dataclasses import dataclass
from enum import StrEnum, unique


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which shares in percent are pointed out, and from how many cases on they say anything. Source: R-57."""

    few: int
    many: int
    enough: int


@unique
class Standing(StrEnum):
    """What a rate suggests to look at."""

    TOO_FEW_CASES = "too_few_cases"
    HARDLY_ANY = "hardly_any"
    USUAL = "usual"
    VERY_MANY = "very_many"


def standing_of(whistled: int, cases: int, bounds: Bounds) -> Standing:
    """Return what the share of whistled cases suggests. Source: R-57, R-165."""
    if cases < bounds.enough:
        return Standing.TOO_FEW_CASES
    if whistled * 100 < bounds.few * cases:
        return Standing.HARDLY_ANY
    return Standing.VERY_MANY if whistled * 100 > bounds.many * cases else Standing.USUAL
