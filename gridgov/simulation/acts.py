"""One thing that somebody does: a step of the workflow table, or a call of the desk, with its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

from gridgov.simulation.profile import DATA
from incidents.rules.vocabulary import CallOutcome, Verb, Verdict

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """One step with what is written on its form."""

    verb: Verb
    given: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """The street's desk rings: `verdict` is what the reporter says who is reached."""

    outcome: CallOutcome
    verdict: Verdict | None = None
    given: Words = field(default_factory=dict)


Doing = Act | Call | None


@lru_cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((DATA / "words.yaml").read_text(encoding="utf-8"))
    return found


def act(verb: Verb, variant: str = "", **more: str) -> Act:
    """Return the step with the words of the file; `variant` names one of several ways to write it."""
    name = f"{verb} {variant}" if variant else str(verb)
    return Act(verb, _words().get(name, {}) | more)
