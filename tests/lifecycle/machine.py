"""The life cycle driven at random: people of every role, time, the sweep, stale pages, faults, repetitions.

Each run of the machine lives in a transaction that is rolled back, so that a failing run can be repeated and
made smaller. What it has in mind (`steering`) and what people choose comes from seeds that Hypothesis draws.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import OperationalError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from core import clock
from core.actor import RESIDENT, Actor
from core.errors import DomainError
from core.models import Notification
from incidents.models import Clock, Incident, IncidentEvent
from incidents.rules.vocabulary import Verb
from incidents.selectors.actions import Action, actions_of
from incidents.services import incident_file, incident_perform
from incidents.services.archiving import archive_all
from incidents.services.reminders import remind_late
from incidents.services.sweep import sweep_for
from tests.factories.incidents import SmallCity
from tests.lifecycle.invariants import moves_in, problems_of
from tests.lifecycle.onlookers import Onlooker, onlookers_of
from tests.lifecycle.records import Records, Shelf, picture, tables
from tests.lifecycle.reports import come_far, file_plainly, some_report
from tests.lifecycle.steering import Course
from tests.lifecycle.values import fields_of, given_for

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MOST_INCIDENTS = 4
ASKED_AT_MOST = 3
_HAN = re.compile("[\u4e00-\u9fff]")
# What is offered may be refused for its values, never for who does it or where the incident stands.
_NEVER = frozenset({"not_your_part", "permission_missing", "wrong_state", "incident_missing"})
# A seed of its own for every rule: what people choose is spread evenly, and the run shrinks by its rules.
_CHANCE = st.integers(0, 2**32 - 1).map(Random)
_TASKS: dict[str, Callable[[], object]] = {
    "sweep": lambda: sweep_for(seconds=60),
    "archive": archive_all,
    "remind": remind_late,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One step as it was sent, to be delivered again."""

    who: str
    incident_id: int
    verb: Verb
    given: dict[str, Any]
    version: int


class LifeCycle(RuleBasedStateMachine):
    """One run: a few incidents of one small city; `city` is set by the test before it starts."""

    city: SmallCity
    # What happened in all runs together, so that a test can see that the machine reached every corner.
    seen: Counter[str] = Counter()
    states: Counter[str] = Counter()
    verbs: Counter[str] = Counter()
    edges: Counter[tuple[str, str, str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.filed: list[int] = []
        self.sent: list[Sent] = []
        self.told = self.events = self.looks = 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.onlookers = onlookers_of(self.city)
        self.shelf = Shelf()

    def teardown(self) -> None:
        """Forget everything this run has written; what is left of it would slow down all that follow."""
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {', '.join(tables())}")

    @initialize(rng=_CHANCE)
    def first_report(self, rng: Random) -> None:
        """Nothing can happen before something was reported; half of the runs begin further on."""
        self.course = Course(rng)
        self.file(rng)

    @precondition(lambda self: len(self.filed) < MOST_INCIDENTS)
    @rule(rng=_CHANCE)
    def file(self, rng: Random) -> None:
        """Somebody reports, or a case turns up that others have worked on."""
        if rng.random() < 0.3:
            self._begin(lambda: come_far(rng, self.city))
        else:
            self._report(rng)

    @rule(rng=_CHANCE, steps=st.integers(4, 14))
    def a_while(self, rng: Random, steps: int) -> None:
        """People take steps, mostly those they are offered; then time passes, with or without the tasks."""
        ways = [self._offered, self._carelessly, self._anything, self._deliver_again]
        ways += [self._two_at_once, self._break_off]
        for _step in range(steps):
            self.now += timedelta(minutes=rng.choice((1, 5, 40)))
            rng.choices(ways, (70, 8, 6, 5, 6, 5))[0](rng)
        rng.choices([self._pass_time, self._long_silence, lambda _rng: None], (50, 15, 35))[0](rng)

    def _pass_time(self, rng: Random) -> None:
        """Hours pass, mostly with the sweep running."""
        self.now += timedelta(hours=rng.choice((1, 3, 9, 24, 72)))
        if rng.random() < 0.7:
            self._run_twice(rng, "sweep")

    def _long_silence(self, rng: Random) -> None:
        """Days pass and no task ran; then all of them catch up, in any order."""
        self.now += timedelta(days=rng.choice((4, 16)))
        for name in rng.sample(list(_TASKS), len(_TASKS)):
            self._run_twice(rng, name)

    def _begin(self, made: Callable[[], list[Incident]]) -> None:
        with clock.frozen_at(self.now):
            self.filed += [incident.pk for incident in made()]
        self._check()

    def _report(self, rng: Random) -> None:
        before = picture()
        with clock.frozen_at(self.now):
            who, report = some_report(rng, self.city)
            try:
                made = [incident_file(actor=self.city.actor(who), report=report).incident]
            except DomainError as error:
                self._refused(error, before)
                # The first report of a run is needed for anything else to happen.
                made = [] if self.filed else file_plainly(self.city, report)
        self.filed += [incident.pk for incident in made]
        self._check()

    def _anything(self, rng: Random) -> None:
        """Anybody tries any verb on any incident."""
        with clock.frozen_at(self.now):
            incident, verb = self._pick(rng), rng.choice(list(Verb))
            given = given_for(rng, self.city, incident, fields_of(verb), spoil=rng.random() < 0.3)
        who = rng.choice([*self.city.people, "resident", "system"])
        self._perform(Sent(who, incident.pk, verb, given, incident.version))

    def _deliver_again(self, rng: Random) -> None:
        """What was sent earlier arrives once more, with the version it was made from."""
        sent = rng.choice(self.sent[-5:]) if self.sent else None
        if sent is not None and sent.verb is not Verb.COMMENT:
            assert not self._perform(sent), f"{sent.verb} was done twice"

    def _offered(self, rng: Random) -> None:
        with clock.frozen_at(self.now):
            sent = self._chosen(rng, self._pick(rng))
        if sent is not None:
            self._perform(sent, offered=True)

    def _carelessly(self, rng: Random) -> None:
        """Somebody leaves out or mistypes what they are asked for, or sends an old page."""
        with clock.frozen_at(self.now):
            sent = self._chosen(rng, self._pick(rng), spoil=True)
        if sent is not None:
            self._perform(sent)

    def _two_at_once(self, rng: Random) -> None:
        """Two people have the same page open and both send: one is first, the other is told so."""
        with clock.frozen_at(self.now):
            incident = self._pick(rng)
            one, other = (self._chosen(rng, incident) for _each in range(2))
        if one is None or other is None or Verb.COMMENT in (one.verb, other.verb):
            return
        LifeCycle.seen["two at once"] += 1
        if self._perform(one, offered=True):
            assert not self._perform(other), f"{one} and {other} both went through"

    def _break_off(self, rng: Random) -> None:
        """The database goes away in the middle of a step: nothing of it stays, and it can be sent again."""
        with clock.frozen_at(self.now):
            sent = self._chosen(rng, self._pick(rng))
        if sent is None:
            return
        LifeCycle.seen["broken off"] += 1
        with clock.frozen_at(self.now), connection.execute_wrapper(_Outage(rng.randint(1, 30))):
            try:
                with transaction.atomic():
                    self._send(sent)
                    transaction.set_rollback(
                        True
                    )  # it got through before the outage; it dies with its worker
            except (DomainError, OperationalError):
                pass
        assert picture() == self.shelf.picture, f"{sent} left something behind"
        self._perform(sent, offered=True)

    def _pick(self, rng: Random) -> Incident:
        """Return an incident, most often the one that stands nearest to what the run has in mind."""
        rows = rng.sample(self.shelf.incidents, len(self.shelf.incidents))
        return min(rows, key=lambda row: self.course.nearness(row.state)) if rng.random() < 0.6 else rows[0]

    def _chosen(self, rng: Random, incident: Incident, *, spoil: bool = False) -> Sent | None:
        """Return one of the steps that some people are offered now, with what they write into it."""
        offers = self._offers(rng, incident)
        if not offers:
            return None
        wishes = [self.course.wish(incident.state, action) for _who, action in offers]
        who, action = rng.choices(offers, wishes)[0]
        verb = action.verb
        names = dict.fromkeys((*action.fields, *(name for name in fields_of(verb) if rng.random() < 0.7)))
        given = given_for(rng, self.city, incident, names, spoil=spoil)
        old = 1 if spoil and rng.random() < 0.2 else 0
        return Sent(who, incident.pk, verb, given, incident.version - old)

    def _offers(self, rng: Random, incident: Incident) -> list[tuple[str, Action]]:
        """Return what a few of those who see the incident may do to it, and its reporter."""
        parts = self.shelf.records[incident.pk].unit_ids
        sees = [name for name, each in self.onlookers.items() if each.ought_to_see(incident, parts)]
        asked = [*rng.sample(sees, min(len(sees), ASKED_AT_MOST)), "resident"]
        return [(who, action) for who in asked for action in actions_of(self._actor(who), incident)]

    def _actor(self, who: str) -> Actor:
        """Return a person who has looked already: their scope is known for the day."""
        return RESIDENT if who == "resident" else Actor.of(self.onlookers[who].user)

    def _perform(self, sent: Sent, *, offered: bool = False) -> bool:
        """Take one step and tell whether it was taken; refused, it must have changed nothing."""
        LifeCycle.seen["steps"] += 1
        before = self.shelf.picture
        last, old = self.events, self._row(sent.incident_id).version
        with clock.frozen_at(self.now):
            try:
                self._send(sent)
            except DomainError as error:
                refused: DomainError | None = error
            else:
                refused = None
        if refused is not None:
            self._refused(refused, before)
            assert not offered or refused.code not in _NEVER, f"{sent} was offered: {refused}"
            return False
        LifeCycle.seen["steps taken"] += 1
        self.sent.append(sent)
        self._check()
        done = self._row(sent.incident_id)
        new = [event for event in self.shelf.records[done.pk].events if event.pk > last]
        assert new, "nothing was written down"
        assert done.version == old + moves_in(new, sent.verb), (
            f"{sent}: {old} to {done.version}, {tale_of(done)}"
        )
        return True

    def _row(self, incident_id: int) -> Incident:
        return next(row for row in self.shelf.incidents if row.pk == incident_id)

    def _send(self, sent: Sent) -> Incident:
        return incident_perform(
            actor=self.city.actor(sent.who),
            incident_id=sent.incident_id,
            verb=sent.verb,
            given=sent.given,
            version=sent.version,
        )

    def _run_twice(self, rng: Random, name: str) -> None:
        """A task is delivered, sometimes dies halfway first, and is delivered once more: no second effect."""
        LifeCycle.seen["steps"] += 1
        LifeCycle.seen[f"task {name}"] += 1
        task = _TASKS[name]
        with clock.frozen_at(self.now):
            if rng.random() < 0.2:
                self._die_in(task)
            done: Any = task()
            broken = getattr(done, "broken", ())
            assert not broken, [tale_of(each) for each in self.shelf.incidents if each.pk in broken]
            before = picture()
            task()
            assert picture() == before, f"{name} does something twice at the same moment"
        self._check()

    def _die_in(self, task: Callable[[], object]) -> None:
        with transaction.atomic():
            task()
            transaction.set_rollback(True)
        assert picture() == self.shelf.picture

    def _refused(self, error: DomainError, before: object) -> None:
        LifeCycle.seen[f"refused {error.code}"] += 1
        assert _HAN.search(str(error.message)), f"{error.code} has no Chinese: {error.message}"
        assert picture() == before, f"{error.code} changed something"

    def _check(self) -> None:
        """Ask every incident for what must hold, and who sees it and was told of it."""
        records = self.shelf.read(self.filed)
        incidents = self.shelf.incidents
        for incident in incidents:
            problems = problems_of(incident, records[incident.pk])
            assert not problems, f"{incident.number} {incident.state}: {problems}\n{tale_of(incident)}"
        self._count(records)
        with clock.frozen_at(self.now):
            self._look(incidents, records)

    def _count(self, records: dict[int, Records]) -> None:
        """Count what has happened since the last time, whoever did it."""
        new = [event for kept in records.values() for event in kept.events if event.pk > self.events]
        for event in sorted(new, key=lambda each: each.pk):
            self.events = event.pk
            self.course.took(event.verb)
            LifeCycle.verbs[event.verb] += 1
            if event.from_state != event.to_state:
                LifeCycle.states[event.to_state] += 1
                LifeCycle.edges[event.from_state, event.verb, event.to_state] += 1

    def _look(self, incidents: list[Incident], records: dict[int, Records]) -> None:
        """One person in turn sees what is theirs to see; of what is withheld nobody else has heard."""
        names = list(self.onlookers)
        person = self.onlookers[names[self.looks % len(names)]]
        self.looks += 1
        shown = set(Incident.objects.visible_to(person.user).order_by().values_list("pk", flat=True))
        theirs = {row.pk for row in incidents if self._ought(person, row, records)}
        assert shown & set(self.filed) == theirs, f"{person.role} sees {shown}, ought to see {theirs}"
        withheld = {f"/incidents/{row.number}/": row for row in incidents if row.is_withheld}
        by_id = {each.user.pk: each for each in self.onlookers.values()}
        new = Notification.objects.filter(pk__gt=self.told).order_by("pk")
        for pk, user_id, url in new.values_list("pk", "user_id", "url"):
            self.told = pk
            row = withheld.get(url)
            assert row is None or self._ought(by_id[user_id], row, records), (
                f"{by_id[user_id].role} was told of {row}, which is withheld"
            )

    def _ought(self, person: Onlooker, incident: Incident, records: dict[int, Records]) -> bool:
        return person.ought_to_see(incident, records[incident.pk].unit_ids)


class _Outage:
    """Lets the database answer so many statements, and then no more."""

    def __init__(self, statements: int) -> None:
        self._left = statements

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SAVEPOINT", "ROLLBACK", "RELEASE")):
            return execute(sql, params, many, context)
        self._left -= 1
        if self._left < 0:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)


def tale_of(incident: Incident) -> str:
    """Return what happened to an incident and its limits, to read when something does not hold."""
    events = IncidentEvent.objects.filter(incident=incident).order_by("id")
    clocks = Clock.objects.filter(incident=incident).order_by("id")
    told = [
        f"{each.at:%m-%d %H:%M} {each.verb} {each.from_state}>{each.to_state} {each.data}" for each in events
    ]
    limits = [
        f"{each.kind} {each.organization_id} stage {each.stage} {each.started_at:%m-%d %H:%M}"
        f" due {each.due_at:%m-%d %H:%M} fires {each.fires_at}"
        f" stopped {each.stopped_at} paused {each.paused_at}"
        for each in clocks
    ]
    return "\n".join([*told, *limits])
