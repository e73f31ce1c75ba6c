"""The life cycle driven at random: people of every role, time, the sweep, stale pages, deliveries repeated.

Each run of the machine lives in a savepoint that is rolled back, so that a failing run can be repeated and
made smaller.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from core import clock
from core.actor import RESIDENT, Actor
from core.errors import DomainError
from core.models import Notification
from incidents.models import Clock, ClockStep, Incident, IncidentEvent
from incidents.policies import filing_standing
from incidents.rules.channels import usual_channel
from incidents.rules.vocabulary import Channel, Verb
from incidents.selectors.actions import actions_of
from incidents.services import Report, incident_file, incident_perform
from incidents.services.archiving import archive_all
from incidents.services.move import LOADED
from incidents.services.sweep import sweep_for
from organizations.models import Membership
from tests.factories.incidents import BENEFITS, CONDUCT, GARBAGE, MANHOLE, SmallCity
from tests.lifecycle.invariants import moves_in, problems_of
from tests.lifecycle.values import fields_of, given_for

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MOST_INCIDENTS = 4
_FILERS = ("resident", "resident", "grid_worker", "street_staff", "building_head", "community_staff")
# They are always offered and lead nowhere, or end everything; chosen evenly, no run would get far.
_NOISE = frozenset(
    {
        Verb.COMMENT,
        Verb.URGE,
        Verb.SUPERVISE,
        Verb.REPLY_SUPERVISION,
        Verb.LIFT_SUPERVISION,
        Verb.HOLD_SESSION,
        Verb.CONTACT,
        Verb.ARRIVE,
        Verb.PROGRESS,
        Verb.REJECT,
        Verb.REASSIGN,
        Verb.MERGE,
        Verb.FINISH_TASK,
    }
)
_HAN = re.compile("[\u4e00-\u9fff]")
# What is offered may be refused for its values, never for who does it or where the incident stands.
_NEVER = frozenset({"not_your_part", "permission_missing", "wrong_state", "incident_missing"})
# A seed of its own for every rule: what people choose is spread evenly, and the run shrinks by its rules.
_CHANCE = st.integers(0, 2**32 - 1).map(Random)


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

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.filed: list[int] = []
        self.sent: list[Sent] = []
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        """Forget everything this run has written."""
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(rng=_CHANCE)
    def first_report(self, rng: Random) -> None:
        """Nothing can happen before something was reported."""
        self._file(rng)

    @precondition(lambda self: len(self.filed) < MOST_INCIDENTS)
    @rule(rng=_CHANCE)
    def file(self, rng: Random) -> None:
        """Somebody reports, sometimes what is settled already."""
        self._file(rng)

    @rule(rng=_CHANCE, steps=st.integers(1, 8))
    def people_act(self, rng: Random, steps: int) -> None:
        """People take steps: mostly those they are offered, some carelessly, some wildly, some twice."""
        for _step in range(steps):
            self.now += timedelta(minutes=rng.choice((1, 5, 40)))
            chance = rng.random()
            if chance < 0.8:
                self._offered(rng, spoil=chance < 0.12)
            elif chance < 0.93 or not self.sent:
                self._anything(rng)
            else:
                self._deliver_again(rng)

    @rule(hours=st.sampled_from((1, 3, 9, 24, 72)), sweeps=st.booleans())
    def pass_time(self, hours: int, sweeps: bool) -> None:
        """Hours pass, with or without the sweep running."""
        self.now += timedelta(hours=hours)
        if sweeps:
            self._sweep()

    @rule(days=st.sampled_from((4, 16)))
    def long_silence(self, days: int) -> None:
        """Days pass and the sweep was down; then it catches up and old cases are filed away."""
        self.now += timedelta(days=days)
        self._sweep()
        with clock.frozen_at(self.now):
            archive_all()
        self._check()

    def _check(self) -> None:
        """Ask every incident for what must hold."""
        for incident in self._incidents():
            LifeCycle.seen[f"state {incident.state}"] += 1
            problems = problems_of(incident)
            assert not problems, f"{incident.number} {incident.state}: {problems}\n{tale_of(incident)}"

    def _incidents(self) -> list[Incident]:
        rows = Incident.objects.select_related("owner_organization", "category")
        return list(rows.filter(pk__in=self.filed).order_by("pk"))

    def _pick(self, rng: Random) -> Incident:
        incident: Incident = Incident.objects.select_related(*LOADED).get(pk=rng.choice(self.filed))
        return incident

    def _file(self, rng: Random) -> None:
        who = rng.choice(_FILERS)
        actor = self.city.actor(who)
        reached = who == "resident" and rng.random() < 0.5
        report = Report(
            category_code=rng.choice((GARBAGE, GARBAGE, MANHOLE, BENEFITS, CONDUCT)),
            description="路口有垃圾堆积",
            channel=usual_channel(filing_standing(actor).parties) or Channel.PATROL,
            grid_id=self.city.grids[rng.choice((0, 0, 0, 1, 4))].pk,
            reporter_name="张三" if reached else "",
            reporter_phone="13800000001" if reached else "",
            anonymous=who == "resident" and not reached,
            settled_note="当场清理" if who == "grid_worker" and rng.random() < 0.3 else "",
        )
        before = self._picture()
        with clock.frozen_at(self.now):
            try:
                filed = incident_file(actor=actor, report=report)
            except DomainError as error:
                self._refused(error, before)
                # The first report of a run is needed for anything else to happen.
                filed = None if self.filed else incident_file(actor=RESIDENT, report=_plain_report(self.city))
        if filed is not None:
            self.filed.append(filed.incident.pk)
        self._check()

    def _anything(self, rng: Random) -> None:
        """Anybody tries any verb on any incident."""
        with clock.frozen_at(self.now):
            incident, verb = self._pick(rng), rng.choice(list(Verb))
            given = given_for(rng, self.city, incident, fields_of(verb), spoil=rng.random() < 0.3)
        who = rng.choice([self._somebody(rng, incident), "resident", "system"])
        self._perform(Sent(who, incident.pk, verb, given, incident.version))

    def _deliver_again(self, rng: Random) -> None:
        """What was sent earlier arrives once more, with the version it was made from."""
        sent = rng.choice(self.sent[-5:])
        if sent.verb is not Verb.COMMENT:
            assert not self._perform(sent), f"{sent.verb} was done twice"

    def _offered(self, rng: Random, *, spoil: bool) -> None:
        with clock.frozen_at(self.now):
            incident = self._pick(rng)
            who, verb, fields = self._wanted(rng, incident)
            if verb is None:
                return
            names = dict.fromkeys((*fields, *(name for name in fields_of(verb) if rng.random() < 0.7)))
            given = given_for(rng, self.city, incident, names, spoil=spoil)
        old = 1 if spoil and rng.random() < 0.2 else 0
        self._perform(Sent(who, incident.pk, verb, given, incident.version - old), offered=not spoil)

    def _wanted(self, rng: Random, incident: Incident) -> tuple[str, Verb | None, tuple[str, ...]]:
        """Return a person with one of the steps they are offered; no verb where nobody was found."""
        for _try in range(6):
            who = self._somebody(rng, incident)
            actor = self.city.actor(who)
            if actor.user is not None and not _sees(actor, incident):
                continue
            actions = actions_of(actor, incident)
            wanted = [each for each in actions if each.verb not in _NOISE or rng.random() < 0.1]
            if wanted:
                action = rng.choice(wanted)
                return who, action.verb, action.fields
        return "", None, ()

    def _somebody(self, rng: Random, incident: Incident) -> str:
        """Return a name; most often of the unit that owns the incident, or of the street it lies in."""
        near = (incident.owner_organization_id, incident.street_id, incident.lead_department_id)
        posts = Membership.objects.filter(organization_id__in=[pk for pk in near if pk is not None])
        names = list(posts.order_by("pk").values_list("user__username", flat=True))
        if names and rng.random() < 0.7:
            return str(rng.choice(names))
        return rng.choice([*self.city.people, "resident", "resident"])

    def _perform(self, sent: Sent, *, offered: bool = False) -> bool:
        """Take one step and tell whether it was taken; refused, it must have changed nothing."""
        LifeCycle.seen["steps"] += 1
        before, count = self._picture(), IncidentEvent.objects.count()
        last = IncidentEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        old = Incident.objects.get(pk=sent.incident_id).version
        with clock.frozen_at(self.now):
            try:
                done = incident_perform(
                    actor=self.city.actor(sent.who),
                    incident_id=sent.incident_id,
                    verb=sent.verb,
                    given=sent.given,
                    version=sent.version,
                )
            except DomainError as error:
                refused: DomainError | None = error
            else:
                refused = None
        if refused is not None:
            self._refused(refused, before)
            assert not offered or refused.code not in _NEVER, f"{sent} was offered: {refused}"
            LifeCycle.seen[f"refused {refused.code}"] += 1
            return False
        LifeCycle.seen[f"did {sent.verb}"] += 1
        self.sent.append(sent)
        assert IncidentEvent.objects.count() > count, "nothing was written down"
        new = list(IncidentEvent.objects.filter(incident=done, id__gt=last))
        done.refresh_from_db()
        assert done.version == old + moves_in(new, sent.verb), (
            f"{sent}: {old} to {done.version}, {tale_of(done)}"
        )
        self._check()
        return True

    def _sweep(self) -> None:
        LifeCycle.seen["steps"] += 1
        with clock.frozen_at(self.now):
            swept = sweep_for(seconds=60)
            assert not swept.broken, [tale_of(each) for each in self._incidents() if each.pk in swept.broken]
            before = self._picture()
            assert sweep_for(seconds=60).claimed == 0, "the same moment swept twice finds something"
            assert self._picture() == before
        LifeCycle.seen["swept"] += swept.claimed
        self._check()

    def _refused(self, error: DomainError, before: object) -> None:
        assert _HAN.search(str(error.message)), f"{error.code} has no Chinese: {error.message}"
        assert self._picture() == before, f"{error.code} changed something"

    def _picture(self) -> object:
        """Return what a refusal must leave alone."""
        return (
            list(
                Incident.objects.order_by("pk").values_list("pk", "version", "state", "due_at", "is_whistled")
            ),
            list(Clock.objects.order_by("pk").values_list("pk", "stage", "fires_at", "due_at", "stopped_at")),
            IncidentEvent.objects.count(),
            ClockStep.objects.count(),
            Notification.objects.count(),
        )


def _sees(actor: Actor, incident: Incident) -> bool:
    return actor.user is not None and Incident.objects.visible_to(actor.user).filter(pk=incident.pk).exists()


def _plain_report(city: SmallCity) -> Report:
    return Report(
        category_code=GARBAGE,
        description="垃圾未清",
        channel=Channel.RESIDENT_WEB,
        grid_id=city.grids[0].pk,
    )


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
