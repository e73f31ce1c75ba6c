"""What came of a simulated city: the figures as the city's page counts them, and a digest of every event."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from core.actor import SYSTEM
from gridgov.demo.cast import Cast
from gridgov.simulation.case import Case
from gridgov.simulation.profile import Profile
from grids.models import Grid, GridAssignment
from incidents.models import Application, Incident, IncidentEvent, Whistle
from incidents.rules.rates import Rate, Tally, summed
from incidents.rules.vocabulary import (
    ApplicationState,
    Channel,
    Pending,
    Verb,
    Verdict,
)
from incidents.rules.workflow import OPEN_STATES
from incidents.selectors.figures import By, Wanted, tallies_for
from incidents.services.figures import figures_keep
from organizations.choices import Role

_GOOD = (Verdict.SATISFIED, Verdict.BASICALLY)
# How often people and clocks did what; names are stable, their words are in tables.py.
_COUNTED_VERBS: Mapping[str, Verb] = {
    "settled_on_the_spot": Verb.SELF_HANDLE,
    "contacts": Verb.CONTACT,
    "whistles": Verb.WHISTLE,
    "whistle_refusals": Verb.WHISTLE_REFUSE,
    "whistle_rulings": Verb.WHISTLE_ARBITRATE,
    "sessions": Verb.HOLD_SESSION,
    "returns": Verb.RETURN,
    "arbitrations": Verb.ARBITRATE,
    "set_aside": Verb.GRANT_SUSPENSION,
    "merged": Verb.MERGE,
    "failed_checks": Verb.FAIL_CHECK,
    "dissatisfied": Verb.JUDGE_DISSATISFIED,
    "reopened": Verb.REOPEN,
    "appeals": Verb.APPEAL,
    "appeals_granted": Verb.GRANT_APPEAL,
    "urged": Verb.URGE,
    "supervised": Verb.SUPERVISE,
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One result beside a published figure; `unit` is "%" or empty."""

    name: str
    ours: float | None
    published: float
    unit: str

    @property
    def difference(self) -> float | None:
        """Return ours less the published one, in percentage points or in pieces."""
        return None if self.ours is None else round(self.ours - self.published, 1)


def rates_of(first: date, days: int) -> dict[Rate, Tally]:
    """Return the whole city's figures as its grid office sees them; writes them down as they stand.

    Call it at the simulated end. Source: R-150, R-156.
    """
    last = first + timedelta(days=days - 1)
    figures_keep(actor=SYSTEM, first=first, last=last)
    office = Cast().city_office().user
    if office is None:
        raise LookupError("a founded city has a grid office")
    by_street = tallies_for(office, Wanted(first=first, last=last, by=By.STREET))
    total = summed(by_street.values())
    return {rate: total.get(rate, Tally(rate)) for rate in Rate}


def counts_of() -> dict[str, int]:
    """Return how many there were of everything, in a fixed order; six queries."""
    rows = IncidentEvent.objects.order_by().values("verb").annotate(times=Count("pk"))
    by_verb: dict[str, int] = dict(rows.values_list("verb", "times"))
    extensions = Application.objects.filter(kind=Pending.EXTENSION)
    by_clock = IncidentEvent.objects.filter(verb=Verb.ESCALATE, actor_kind=SYSTEM.kind)
    settled = Whistle.objects.filter(ended_at__isnull=False, incident__verdict__in=_GOOD)
    return {
        "incidents": Incident.objects.count(),
        "by_hotline": Incident.objects.filter(channel=Channel.LOCAL_HOTLINE).count(),
        "anonymous": Incident.objects.filter(is_anonymous=True).count(),
        "moves": sum(by_verb.values()),
        "raised_by_clock": by_clock.count(),
        **{name: by_verb.get(verb, 0) for name, verb in _COUNTED_VERBS.items()},
        "whistles_settled": settled.count(),
        "extensions_asked": extensions.count(),
        "extensions_granted": extensions.filter(state=ApplicationState.GRANTED).count(),
        "open_at_the_end": Incident.objects.filter(state__in=[str(each) for each in OPEN_STATES]).count(),
    }


def compared(profile: Profile, rates: Mapping[Rate, Tally], counts: Mapping[str, int]) -> list[Compared]:
    """Return the result beside every published figure of the profile, in its order."""
    ours: dict[str, float | None] = {
        **{rate.value: _percent(tally) for rate, tally in rates.items()},
        **counts,
        "grids": Grid.objects.filter(tier=1).count(),
        "workers": GridAssignment.objects.filter(membership__role=Role.GRID_WORKER).count(),
    }
    return [
        Compared(name, ours[name], published, "%" if name in set(Rate) else "")
        for name, published in profile.references.items()
    ]


def digest_of_events(cases: Sequence[Case]) -> str:
    """Return one mark for every event and every incident as it ended: who, what, when, from where to where.

    Names of rows, not their keys, go in: two databases number their rows differently. Source: R-161.
    """
    digest = hashlib.sha256()
    for line in _lines({case.incident_id: case.story.number for case in cases if case.incident_id}):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _lines(numbers: Mapping[int, int]) -> Iterator[str]:
    events = IncidentEvent.objects.order_by("incident_id", "at", "pk").values_list(
        "incident_id", "at", "verb", "from_state", "to_state", "actor_kind", "actor__username", "unit__code"
    )
    for incident_id, at, *parts in events.iterator():
        yield _line(numbers[incident_id], at.isoformat(), *parts)
    incidents = Incident.objects.order_by("pk").values_list(
        "pk",
        "reported_at",
        "category__code",
        "colour",
        "channel",
        "state",
        "owner_level",
        "owner_organization__code",
        "verdict",
    )
    for incident_id, at, *parts in incidents.iterator():
        yield _line(numbers[incident_id], at.isoformat(), *parts)


def _line(number: int, *parts: object) -> str:
    return "|".join(("" if part is None else str(part)) for part in (number, *parts))


def _percent(tally: Tally) -> float | None:
    return None if tally.share is None else round(tally.share * 100, 1)
