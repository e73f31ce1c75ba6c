"""When somebody looks at a case again: by the limit that presses, by habit, and only in their hours."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from gridgov.demo.cast import RESIDENT_CHANNELS
from gridgov.simulation.case import Case
from gridgov.simulation.profile import Habit, Hours, Pace, Share, Who
from gridgov.simulation.whistle_habits import ANSWERED_LATE
from incidents.models import Incident
from incidents.rules.calendar import WorkCalendar
from incidents.rules.vocabulary import Colour, Level, State

# A beta distribution of this strength keeps nearly everybody within half and double of the mean.
_STRENGTH = 6.0
# Half of all draws lie within a factor of 1.6 of the median.
_SIGMA = 0.7
_SHORTEST = timedelta(minutes=3)
# Red and orange cases are worked on at any hour.
_PRESSING = frozenset({Colour.RED, Colour.ORANGE})
_DAYS_MERGED, _DAYS_ASIDE = 1, 18
_LATE: Mapping[Level, Habit] = {Level.GRID: Habit.LATE_WORKER, Level.DEPARTMENT: Habit.LATE_DEPARTMENT}


@dataclass(frozen=True, slots=True)
class _Turn:
    """Whose turn it is: their hours, and either a pace or the share of the limit they take."""

    who: Who
    pace: Pace | None = None
    share: Share | None = None


class Pacing:
    """Draws the next moment of a case from its own chance."""

    def __init__(self, calendar: WorkCalendar) -> None:
        """Keep the city's calendar: offices rest when it says so."""
        self._calendar = calendar

    def next_moment(self, case: Case, incident: Incident, now: datetime) -> datetime | None:
        """Return when somebody looks at it next; None where it is over for everybody."""
        state = State(incident.state)
        if state in (State.ARCHIVED, State.NOT_ACCEPTED):
            return None
        if state is State.MERGED:
            return now + timedelta(days=_DAYS_MERGED)
        turn = _turn(incident)
        if turn.pace is not None:
            moment = now + self._drawn(case, turn.pace) + self._forgotten(case, incident)
        else:
            moment = self._before_limit(case, incident, turn.share or Share.WORK, now)
        if state is State.SUSPENDED:
            moment += timedelta(days=_DAYS_ASIDE)
        if incident.colour in _PRESSING and turn.who is not Who.RESIDENT:
            return moment
        return self.within_hours(case, turn.who, moment)

    def again(self, case: Case, now: datetime) -> datetime:
        """Return when somebody tries again after a step that was refused."""
        return now + self._drawn(case, Pace.AGAIN)

    def urging(self, case: Case, now: datetime) -> datetime:
        """Return when a reporter who does not like to wait urges."""
        return self.within_hours(case, Who.RESIDENT, now + self._drawn(case, Pace.URGE))

    def within_hours(self, case: Case, who: Who, moment: datetime) -> datetime:
        """Return the moment, or one soon after the next time that these people are at work or awake."""
        hours = case.profile.hours[who]
        local = timezone.localtime(moment)
        if self._rests(hours, local) or _hour(local) >= hours.closes:
            local = _opening(local + timedelta(days=1), hours)
            while self._rests(hours, local):
                local += timedelta(days=1)
        elif _hour(local) >= hours.opens:
            return moment
        else:
            local = _opening(local, hours)
        return local + timedelta(minutes=case.chance.expovariate(1 / 40))

    def _rests(self, hours: Hours, local: datetime) -> bool:
        return hours.rests and not self._calendar.is_working_day(local.date())

    def _before_limit(self, case: Case, incident: Incident, share: Share, now: datetime) -> datetime:
        """Return a moment before the limit, or after it for whoever forgets, or soon where it is over."""
        left = incident.due_at - now
        if left <= _SHORTEST:
            return now + self._drawn(case, Pace.OVERDUE)
        if case.does(_LATE.get(Level(incident.owner_level), Habit.LATE_OFFICE)):
            return incident.due_at + self._drawn(case, Pace.FORGOTTEN)
        mean = case.profile.takes[share]
        part = case.chance.betavariate(mean * _STRENGTH, (1 - mean) * _STRENGTH)
        return now + max(_SHORTEST, left * part)

    def _forgotten(self, case: Case, incident: Incident) -> timedelta:
        """Return what a called department adds that lets its limit run out."""
        if incident.state != State.WHISTLED or not case.does(Habit.LATE_ANSWER):
            return timedelta()
        case.done.add(ANSWERED_LATE)
        return self._drawn(case, Pace.FORGOTTEN)

    def _drawn(self, case: Case, pace: Pace) -> timedelta:
        median = case.profile.minutes[pace]
        return max(_SHORTEST, timedelta(minutes=case.chance.lognormvariate(math.log(median), _SIGMA)))


def _turn(incident: Incident) -> _Turn:
    if incident.pending_application or incident.appeal_waits or incident.arbitration_due:
        return _Turn(Who.OFFICE, Pace.DECIDE)
    return _TURNS[State(incident.state)](incident)


def _worked(share: Share) -> Callable[[Incident], _Turn]:
    def turn(incident: Incident) -> _Turn:
        at_grid = incident.owner_level == Level.GRID
        return _Turn(Who.WORKER if at_grid else Who.OFFICE, share=share)

    return turn


def _paced(who: Who, pace: Pace) -> Callable[[Incident], _Turn]:
    return lambda _incident: _Turn(who, pace)


def _called_back(incident: Incident) -> _Turn:
    by_page = incident.channel in RESIDENT_CHANNELS
    return _Turn(Who.RESIDENT, Pace.VERDICT) if by_page else _Turn(Who.OFFICE, Pace.RING)


_TURNS: Mapping[State, Callable[[Incident], _Turn]] = {
    State.REPORTED: _paced(Who.OFFICE, Pace.DESK),
    State.ACCEPTED: _paced(Who.OFFICE, Pace.DESK),
    State.REGISTERED: _paced(Who.OFFICE, Pace.DESK),
    State.RETURNED: _paced(Who.OFFICE, Pace.DESK),
    State.DISPATCHED: _worked(Share.SIGN),
    State.SIGNED: _worked(Share.START),
    State.HANDLING: _worked(Share.WORK),
    State.RECTIFYING: _worked(Share.WORK),
    State.FEEDBACK: _worked(Share.WORK),
    State.WHISTLED: _paced(Who.OFFICE, Pace.ANSWER),
    State.SUSPENDED: _paced(Who.OFFICE, Pace.DECIDE),
    State.VERIFYING: _paced(Who.OFFICE, Pace.CHECK),
    State.CALLBACK: _called_back,
    State.CLOSED: _paced(Who.RESIDENT, Pace.AFTERWARDS),
    State.EVALUATED: _paced(Who.RESIDENT, Pace.AFTERWARDS),
}


def _hour(local: datetime) -> float:
    return local.hour + local.minute / 60


def _opening(local: datetime, hours: Hours) -> datetime:
    whole = int(hours.opens)
    at = time(whole, int((hours.opens - whole) * 60))
    return timezone.make_aware(datetime.combine(local.date(), at))
