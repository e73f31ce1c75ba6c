"""How often a street whistles, judged: neither never nor for everything. Source: R-57."""

from enum import StrEnum, unique

# Our proposal, not a standard: below and above these shares the page points at the street.
FEW, MANY = 0.01, 0.20
# With fewer cases one whistle more or less says nothing.
ENOUGH = 20


@unique
class Standing(StrEnum):
    """What a rate suggests to look at."""

    TOO_FEW_CASES = "too_few_cases"
    HARDLY_ANY = "hardly_any"
    USUAL = "usual"
    VERY_MANY = "very_many"


def standing_of(whistled: int, cases: int) -> Standing:
    """Return what the share of whistled cases suggests. Source: R-57."""
    if cases < ENOUGH:
        return Standing.TOO_FEW_CASES
    share = whistled / cases
    if share < FEW:
        return Standing.HARDLY_ANY
    return Standing.VERY_MANY if share > MANY else Standing.USUAL
