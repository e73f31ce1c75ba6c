"""The numbers and limits of procedures, as a city has set them; what is missing keeps our proposal."""

from dataclasses import dataclass, field

from incidents.rules.durations import Limit, parse_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedures:
    """How long and how often: giving back, more time, reviews, urging; the weights of the three rates;
    which whistle rates are pointed out.

    Source: R-57, R-120, R-122, R-123, R-124, R-129, R-154, R-165.
    """

    return_within: Limit = field(default_factory=lambda: parse_limit("4wh"))
    returns_to_arbitration: int = 2
    extension_longest: Limit = field(default_factory=lambda: parse_limit("30d"))
    review_longest: Limit = field(default_factory=lambda: parse_limit("180d"))
    extensions_at_most: int = 2
    urges_per_day: int = 1
    weight_response: int = 20
    weight_resolution: int = 40
    weight_satisfaction: int = 40
    whistle_few: int = 1
    whistle_many: int = 20
    whistle_enough: int = 20
