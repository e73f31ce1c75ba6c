"""What each figure counts: of which rows, what is left out and why, and what the share is. Source: R-150.

A row that several reasons leave out counts under the first of them, so that the parts always add up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique


@unique
class Rate(StrEnum):
    """The figures, in the order in which they are shown."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    SATISFACTION = "satisfaction"
    ON_TIME_FIRST = "on_time_first"
    ON_TIME_EXTENDED = "on_time_extended"
    COMPLETION = "completion"
    WHISTLE = "whistle"
    RETURN = "return"


@unique
class Of(StrEnum):
    """What is counted one by one: cases, the times that somebody was asked, or cases at their first unit."""

    CASES = "cases"
    ROUNDS = "rounds"
    FIRST_UNIT = "first_unit"


@unique
class LeftOut(StrEnum):
    """Why a row is in no denominator."""

    MERGED = "merged"
    NOT_ACCEPTED = "not_accepted"
    APPEALED = "appealed"
    SUSPENDED = "suspended"
    NOT_REGISTERED = "not_registered"
    NOT_DISPATCHED = "not_dispatched"
    NO_CONTACT_LIMIT = "no_contact_limit"
    CONTACT_RUNS = "contact_runs"
    RUNS_FIRST = "runs_first"
    RUNS_EXTENDED = "runs_extended"
    WAITING = "waiting"
    UNANSWERED = "unanswered"
    NOBODY_TO_ASK = "nobody_to_ask"


@unique
class Counted(StrEnum):
    """What makes a row of the denominator one of the numerator."""

    CONTACTED_IN_TIME = "contacted_in_time"
    SOLVED = "solved"
    CONTENT = "content"
    DONE_IN_FIRST = "done_in_first"
    DONE_IN_EXTENDED = "done_in_extended"
    CLOSED = "closed"
    WHISTLED = "whistled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class RateRule:
    """The definition of one figure; `beside` are cases that gave no row at all, only told beside it."""

    rate: Rate
    of: Of
    left_out: tuple[LeftOut, ...]
    counted: Counted
    beside: tuple[LeftOut, ...] = ()


_NO_CASE = (LeftOut.MERGED, LeftOut.NOT_ACCEPTED, LeftOut.APPEALED)
_NO_VERDICT = (LeftOut.APPEALED, LeftOut.WAITING, LeftOut.UNANSWERED)
_NOBODY = (LeftOut.NOBODY_TO_ASK,)
_TIMED = (*_NO_CASE, LeftOut.NOT_REGISTERED, LeftOut.SUSPENDED)

# Source.
RULES: Mapping[Rate, RateRule] = {
    rule.rate: rule
    for rule in (
        RateRule(
            Rate.RESPONSE,
            Of.CASES,
            (*_NO_CASE, LeftOut.NO_CONTACT_LIMIT, LeftOut.CONTACT_RUNS),
            Counted.CONTACTED_IN_TIME,
        ),
        RateRule(Rate.RESOLUTION, Of.ROUNDS, _NO_VERDICT, Counted.SOLVED, _NOBODY),
        RateRule(Rate.SATISFACTION, Of.ROUNDS, _NO_VERDICT, Counted.CONTENT, _NOBODY),
        RateRule(Rate.ON_TIME_FIRST, Of.CASES, (*_TIMED, LeftOut.RUNS_FIRST), Counted.DONE_IN_FIRST),
        RateRule(Rate.ON_TIME_EXTENDED, Of.CASES, (*_TIMED, LeftOut.RUNS_EXTENDED), Counted.DONE_IN_EXTENDED),
        RateRule(Rate.COMPLETION, Of.CASES, (*_NO_CASE, LeftOut.NOT_REGISTERED), Counted.CLOSED),
        RateRule(Rate.WHISTLE, Of.CASES, _NO_CASE, Counted.WHISTLED),
        RateRule(Rate.RETURN, Of.FIRST_UNIT, (*_NO_CASE, LeftOut.NOT_DISPATCHED), Counted.RETURNED),
    )
}
THREE_RATES = (Rate.RESPONSE, Rate.RESOLUTION, Rate.SATISFACTION)


@dataclass(frozen=True, slots=True)
class Tally:
    """One figure: numerator, denominator, and how many each reason left out."""

    rate: Rate
    numerator: int = 0
    denominator: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Return the figure between 0 and 1; None without anything to divide by."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def percent(self) -> str:
        """Return the figure in percent with one decimal; a dash without anything to divide by."""
        return percent(self.share)

    def plus(self, other: "Tally") -> "Tally":
        """Return both together."""
        reasons = dict.fromkeys((*self.left_out, *other.left_out))
        return Tally(
            self.rate,
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            {each: self.left_out.get(each, 0) + other.left_out.get(each, 0) for each in reasons},
        )


def percent(share: float | None) -> str:
    """Return a share in percent with one decimal; a dash for none. Source: R-150."""
    return "—" if share is None else f"{share * 100:.1f}%"


def score(tallies: Mapping[Rate, Tally], weights: Mapping[Rate, int]) -> float | None:
    """Return the weighted mean of the three rates; a rate without denominator takes its weight with it.

    None where no rate has one. Source: R-154.
    """
    parts = [
        (weights.get(rate, 0), share)
        for rate in THREE_RATES
        if rate in tallies and (share := tallies[rate].share) is not None
    ]
    whole = sum(weight for weight, _share in parts)
    return sum(weight * share for weight, share in parts) / whole if whole else None


def summed(each: Iterable[Mapping[Rate, Tally]]) -> dict[Rate, Tally]:
    """Return the figures of several rows together."""
    total = {rate: Tally(rate) for rate in Rate}
    for row in each:
        for rate, tally in row.items():
            total[rate] = total[rate].plus(tally)
    return total
