"""What is true of each row that figures count, as conditions of the database; rules/rates.py combines them.

Each fact becomes one column that is never null, so that a count and the list behind it cannot differ.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from core import clock
from incidents.models import (
    Application,
    Clock,
    FigureAppeal,
    Incident,
    IncidentEvent,
    VerdictReason,
    VerdictRound,
    Whistle,
)
from incidents.rules.rates import RULES, Counted, LeftOut, Of, Rate
from incidents.rules.vocabulary import AppealAbout, ApplicationState, ClockKind, State, Verb, Verdict

Fact = LeftOut | Counted
_YES, _NO = (Value(value, output_field=BooleanField()) for value in (True, False))
_GOOD = (Verdict.SATISFIED, Verdict.BASICALLY)
# A case that was not accepted is filed away without anybody ever having reported it as handled.
_NOT_ACCEPTED = Q(state=State.NOT_ACCEPTED) | Q(state=State.ARCHIVED, handled_at=None)


def facts_of(of: Of) -> tuple[Fact, ...]:
    """Return the facts that the figures of this kind of row need, each once; no query."""
    found: dict[Fact, None] = {}
    for rule in RULES.values():
        if rule.of is of:
            found.update(dict.fromkeys((*rule.left_out, rule.counted)))
        elif of is Of.CASES:
            found.update(dict.fromkeys(rule.beside))
    return tuple(found)


def with_facts(rows: QuerySet[Any], of: Of, wanted: Iterable[Fact] | None = None) -> QuerySet[Any]:
    """Add a column `fact_…` for each fact; for rounds one query for the reasons that count as solved."""
    known = _round_facts() if of is Of.ROUNDS else _case_facts(clock.now())
    base = rows if of is Of.ROUNDS else _with_limits(rows)
    facts = facts_of(of) if wanted is None else tuple(wanted)
    found: QuerySet[Any] = base.annotate(**{column(fact): _column(known[fact]()) for fact in facts})
    return found


def column(fact: Fact) -> str:
    """Return the name of a fact's column."""
    return f"fact_{fact.value}"


def part(rate: Rate, name: str) -> Q:
    """Return the condition of one part of a figure: counted, assessed, or one of the reasons left out.

    Raises ValueError for another name. Source: R-150.
    """
    rule = RULES[rate]
    kept = Q(**{column(each): False for each in rule.left_out})
    if name == "assessed":
        return kept
    if name == "counted":
        return kept & Q(**{column(rule.counted): True})
    reason = LeftOut(name)
    if reason in rule.beside:
        return Q(**{column(reason): True})
    before = rule.left_out[: rule.left_out.index(reason)]
    return Q(**{column(reason): True}, **{column(each): False for each in before})


def _column(condition: Any) -> Case:
    return Case(When(condition, then=_YES), default=_NO, output_field=BooleanField())


def _with_limits(rows: QuerySet[Any]) -> QuerySet[Any]:
    own = Clock.objects.filter(incident=OuterRef("pk"), whistle_response=None)
    first = own.order_by("id").values("due_at")
    granted = Application.objects.filter(incident=OuterRef("pk"), state=ApplicationState.GRANTED)
    moved = granted.order_by().values("incident").annotate(latest=Max("limit_after")).values("latest")
    found: QuerySet[Any] = rows.annotate(
        contact_due=Subquery(first.filter(kind=ClockKind.CONTACT)[:1]),
        extended_due=Greatest(
            F("first_due_at"),
            Coalesce(Subquery(first.filter(kind=ClockKind.RESOLVE)[:1]), F("first_due_at")),
            Coalesce(Subquery(moved), F("first_due_at")),
        ),
    )
    return found


def _case_facts(now: datetime) -> Mapping[Fact, Callable[[], Any]]:
    contacts = IncidentEvent.objects.filter(incident=OuterRef("pk"), verb=Verb.CONTACT)
    calling = Clock.objects.filter(
        incident=OuterRef("pk"), kind=ClockKind.CONTACT, stopped_at=None, due_at__gte=now
    )
    return {
        LeftOut.MERGED: lambda: Q(state=State.MERGED) | Q(parent__isnull=False),
        LeftOut.NOT_ACCEPTED: lambda: _NOT_ACCEPTED,
        LeftOut.APPEALED: lambda: Exists(_granted("pk").filter(about=AppealAbout.CASE)),
        LeftOut.SUSPENDED: lambda: Q(state=State.SUSPENDED),
        LeftOut.NOT_REGISTERED: lambda: Q(registered_at=None),
        LeftOut.NOT_DISPATCHED: lambda: Q(dispatched_at=None),
        LeftOut.NO_CONTACT_LIMIT: lambda: Q(contact_due=None),
        LeftOut.CONTACT_RUNS: lambda: Exists(calling) & ~Exists(contacts),
        LeftOut.RUNS_FIRST: lambda: Q(handled_at=None, first_due_at__gte=now),
        LeftOut.RUNS_EXTENDED: lambda: Q(handled_at=None, extended_due__gte=now),
        LeftOut.NOBODY_TO_ASK: lambda: (
            Q(closed_at__isnull=False)
            & ~_NOT_ACCEPTED
            & ~Exists(VerdictRound.objects.filter(incident=OuterRef("pk")))
        ),
        Counted.CONTACTED_IN_TIME: lambda: Exists(contacts.filter(at__lte=OuterRef("contact_due"))),
        Counted.DONE_IN_FIRST: lambda: Q(handled_at__lte=F("first_due_at")),
        Counted.DONE_IN_EXTENDED: lambda: Q(handled_at__lte=F("extended_due")),
        Counted.CLOSED: lambda: Q(closed_at__isnull=False),
        Counted.WHISTLED: lambda: Exists(Whistle.objects.filter(incident=OuterRef("pk"))),
        Counted.RETURNED: lambda: Q(return_count__gt=0),
    }


def _round_facts() -> Mapping[Fact, Callable[[], Any]]:
    solved = list(VerdictReason.objects.filter(is_solved=True).values_list("code", flat=True))
    only_for_those = Q(kind=Verdict.DISSATISFIED, reason_codes__contained_by=solved) & ~Q(reason_codes=[])
    return {
        LeftOut.APPEALED: lambda: Exists(_granted("incident")),
        LeftOut.WAITING: lambda: Q(closed_at=None),
        LeftOut.UNANSWERED: lambda: Q(kind=""),
        Counted.SOLVED: lambda: Q(kind__in=_GOOD) | only_for_those,
        Counted.CONTENT: lambda: Q(kind__in=_GOOD),
    }


def _granted(incident: str) -> Any:
    return FigureAppeal.objects.filter(incident=OuterRef(incident), state=ApplicationState.GRANTED)


def rows_counted(incidents: QuerySet[Incident], of: Of) -> QuerySet[Any]:
    """Return the rows of one kind that belong to these incidents; no query."""
    if of is Of.ROUNDS:
        return VerdictRound.objects.filter(incident__in=incidents.order_by().values("pk")).order_by()
    return incidents.order_by()
