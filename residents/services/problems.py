"""Where a problem found at the door becomes an incident: the layer above registers its desk here.

Residents know no incidents. The desk is called in the transaction of the visit, so that neither stays
without the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.actor import Actor
from residents.models import Household

Choices = Sequence[tuple[Any, Sequence[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """What the family said is wrong, and at whose door; who handles it reads the text in the clear."""

    household: Household
    category: str
    text: str


@dataclass(frozen=True, slots=True)
class FiledProblem:
    """The incident that came of it."""

    incident_id: int
    number: str


class ProblemDesk(Protocol):
    """What the layer above offers."""

    def categories(self) -> Choices:
        """Return the categories a problem can have, by group, as (code, name); one query."""

    def file(self, *, actor: Actor, problem: FoundProblem) -> FiledProblem:
        """File the problem; raises Invalid or Denied as filing does."""

    def address_of(self, number: str) -> str:
        """Return where the incident is looked at."""


_desks: list[ProblemDesk] = []


def register_problem_desk(desk: ProblemDesk) -> None:
    """Have problems filed by this desk; one registered later takes its place."""
    _desks[:] = [desk]


def problem_desk() -> ProblemDesk:
    """Return the desk; RuntimeError where no app above has registered one."""
    if not _desks:
        raise RuntimeError("no app has registered a desk for problems found on visits")
    return _desks[0]
