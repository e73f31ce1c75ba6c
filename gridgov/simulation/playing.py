"""The simulated days: reports, people who look at their cases, sweeps in between, and the nights."""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from itertools import count

from django.utils import timezone

from core import clock
from core.errors import DomainError
from gridgov.demo.playing import Player
from gridgov.demo.stories import Step
from gridgov.demo.time_passing import Sweeping
from gridgov.simulation.acts import Act, Call, act
from gridgov.simulation.case import MOST_REFUSALS, Case
from gridgov.simulation.habits import next_doing
from gridgov.simulation.pacing import Pacing
from gridgov.simulation.profile import Habit
from incidents.models import Incident, IncidentEvent
from incidents.rules.states import OPEN_STATES
from incidents.rules.vocabulary import CallOutcome, State, Verb
from incidents.services.archiving import archive_all
from incidents.services.callbacks import callback_attempt, callback_claim, callback_verdict
from incidents.services.figures import figures_keep_month
from incidents.services.reminders import remind_late
from incidents.services.rulebook import rulebook
from incidents.services.sweep import SweepResult

_NIGHT = time(23, 45)
# What a sweep does that somebody else now has to look at.
_MOVED = (Verb.ESCALATE, Verb.CLOSE_UNANSWERED)
_Task = Callable[[datetime], None]


class Simulator:
    """Plays cases through the services in the order of their moments, each step a transaction of its own."""

    def __init__(self, cases: Sequence[Case], *, seed: int, on_day: Callable[[int], None]) -> None:
        """Begin before the first day; `on_day` hears of every day that is over."""
        self.sweeps = 0
        self.people_moves = 0
        self.refused: Counter[str] = Counter()
        self._cases = cases
        self._by_incident: dict[int, Case] = {}
        self._player = Player(seed=seed)
        self._on_day = on_day
        book = rulebook()
        self._pacing = Pacing(book.calendar_of(book.city.pk if book.city else 0))
        self._agenda: list[tuple[datetime, int, _Task]] = []
        self._serial = count()
        self._seen_event = 0

    def play(self, *, first: datetime, days: int) -> datetime:
        """Play the days and return the moment at which the last one ends."""
        for case in self._cases:
            self._at(case.story.begins, self._reporting(case))
        for day in range(1, days + 1):
            evening = datetime.combine(timezone.localdate(first) + timedelta(days=day - 1), _NIGHT)
            self._at(timezone.make_aware(evening), self._night(day))
        end = first + timedelta(days=days) - timedelta(seconds=1)
        while self._agenda and self._agenda[0][0] <= end:
            if not self._swept(self._agenda[0][0]):
                moment, _serial, task = heapq.heappop(self._agenda)
                with clock.frozen_at(moment):
                    task(moment)
        while self._swept(end):
            pass
        return end

    def _at(self, moment: datetime, task: _Task) -> None:
        heapq.heappush(self._agenda, (moment, next(self._serial), task))

    def _swept(self, until: datetime) -> bool:
        """Sweep everything due up to the moment; return whether somebody has to look earlier than planned."""
        sweeping = Sweeping()
        while (step := sweeping.step(until)) is not None:
            at, result = step
            self.sweeps += 1
            if self._plan_anew(at, result):
                return True
        return False

    def _plan_anew(self, at: datetime, result: SweepResult) -> bool:
        """Let whoever has a raised or closed case now look at it in their own time."""
        if not result.raised and not result.closed:
            return False
        moved = IncidentEvent.objects.filter(pk__gt=self._seen_event, at=at, verb__in=_MOVED)
        rows = list(moved.order_by("pk").values_list("pk", "incident_id"))
        for pk, incident_id in rows:
            self._seen_event = pk
            case = self._by_incident.get(incident_id)
            if case is not None:
                self._plan(case, Incident.objects.get(pk=incident_id), at)
        return bool(rows)

    def _reporting(self, case: Case) -> _Task:
        def report(moment: datetime) -> None:
            try:
                incident = self._player.file(case.story)
            except DomainError as refusal:
                self.refused[f"file:{refusal.code}"] += 1
                return
            case.incident_id = incident.pk
            self._by_incident[incident.pk] = case
            self.people_moves += 1
            self._plan(case, incident, moment)
            if case.does(Habit.URGES):
                self._at(self._pacing.urging(case, moment), self._urging(case))

        return report

    def _plan(self, case: Case, incident: Incident, now: datetime) -> None:
        case.turn += 1
        moment = self._pacing.next_moment(case, incident, now)
        if moment is not None:
            self._at(moment, self._looking(case, case.turn))

    def _looking(self, case: Case, turn: int) -> _Task:
        def look(moment: datetime) -> None:
            if case.turn == turn:
                self._look(case, moment)

        return look

    def _look(self, case: Case, moment: datetime) -> None:
        incident = Incident.objects.select_related("lead_department", "category").get(pk=case.incident_id)
        doing = next_doing(case, incident)
        if doing is None:
            if incident.state == State.MERGED:  # its end comes with the main one's
                self._plan(case, incident, moment)
            return
        try:
            if isinstance(doing, Call):
                incident = self._ring(incident, doing)
            else:
                incident = self._player.perform(incident.pk, Step(0, doing.verb, doing.given), case.story)
        except DomainError as refusal:
            self._refused(case, doing, refusal, moment)
            return
        self.people_moves += 1
        self._plan(case, incident, moment)

    def _refused(self, case: Case, doing: Act | Call, refusal: DomainError, moment: datetime) -> None:
        name = "call" if isinstance(doing, Call) else str(doing.verb)
        self.refused[f"{name}:{refusal.code}"] += 1
        case.refusals += 1
        case.turn += 1
        if case.refusals < MOST_REFUSALS:
            self._at(self._pacing.again(case, moment), self._looking(case, case.turn))

    def _ring(self, incident: Incident, call: Call) -> Incident:
        actor = self._player.cast.above(incident)
        callback_claim(actor=actor, incident_id=incident.pk)
        if call.verdict is None:
            callback_attempt(actor=actor, incident_id=incident.pk, outcome=CallOutcome.NOT_REACHED)
            return incident
        return callback_verdict(
            actor=actor,
            incident_id=incident.pk,
            verdict=call.verdict,
            reason=call.given.get("reason", ""),
            reason_codes=[call.given["reason_codes"]] if "reason_codes" in call.given else (),
        )

    def _urging(self, case: Case) -> _Task:
        def urge(_moment: datetime) -> None:
            state = Incident.objects.values_list("state", flat=True).get(pk=case.incident_id)
            if state not in OPEN_STATES:
                return
            step = act(Verb.URGE)
            try:
                self._player.perform(case.incident_id, Step(0, step.verb, step.given), case.story)
                self.people_moves += 1
            except DomainError as refusal:
                self.refused[f"{Verb.URGE}:{refusal.code}"] += 1

        return urge

    def _night(self, day: int) -> _Task:
        def rest(_moment: datetime) -> None:
            remind_late()
            archive_all()
            figures_keep_month()
            self._on_day(day)

        return rest
