"""When a limit runs out, when it warns, and how much of it is used, each in the limit's own kind of time."""

from datetime import UTC, datetime, timedelta

from incidents.rules.calendar import WorkCalendar
from incidents.rules.durations import Limit
from incidents.rules.vocabulary import Unit

WARNING_RATIO = 0.8
_WORKING_UNITS = frozenset({Unit.WORKING_HOURS, Unit.WORKING_DAYS})


def due_at(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """Return the moment a limit runs out, in the calendar's time zone. Source: R-32.

    Hours run on the clock; calendar days end at the same wall-clock time; working hours run in working time;
    working days end at the close of the n-th working day after the day work could first begin.
    Raises ValueError for a start without time zone.
    """
    if limit.unit is Unit.HOURS:
        return _later(start, timedelta(minutes=limit.minutes), calendar)
    if limit.unit is Unit.CALENDAR_DAYS:
        return calendar.aware(calendar.local(start) + timedelta(days=limit.days))
    if limit.unit is Unit.WORKING_HOURS:
        return calendar.add(start, timedelta(minutes=limit.minutes))
    return calendar.close_of_day_after(start, limit.days)


def warn_at(
    start: datetime, due: datetime, calendar: WorkCalendar, unit: Unit, ratio: float = WARNING_RATIO
) -> datetime:
    """Return when that share of the limit is used, in the same kind of time as the limit. Source: R-34."""
    if due <= start:
        return due
    if unit not in _WORKING_UNITS:
        return _later(start, (due - start) * ratio, calendar)
    work = calendar.worked_between(start, due) * ratio
    return calendar.add(start, work) if work else due


def elapsed_ratio(start: datetime, due: datetime, now: datetime, calendar: WorkCalendar, unit: Unit) -> float:
    """Return the used share of a limit: 0 at the start or before, 1 when due, more than 1 after.

    Source: R-34.
    """
    if now <= start < due:
        return 0.0
    if unit in _WORKING_UNITS:
        used, whole = calendar.worked_between(start, now), calendar.worked_between(start, due)
    else:
        used, whole = now - start, due - start
    if whole <= timedelta():
        return 0.0 if now < due else 1.0
    return used / whole


def left_until(moment: datetime, at: datetime, calendar: WorkCalendar, unit: Unit) -> timedelta:
    """Return what is left from `at` until a moment, in the unit's own kind of time; negative once it is over.

    Source: R-80.
    """
    if unit in _WORKING_UNITS:
        return calendar.worked_between(at, moment)
    if unit is Unit.CALENDAR_DAYS:
        return calendar.local(moment) - calendar.local(at)
    return moment - at


def reminder_at(
    due: datetime, *, limit: tuple[datetime, datetime], percent: int, calendar: WorkCalendar, unit: Unit
) -> datetime:
    """Return when that share (more than 100 %) of a limit is used, counted on from when it ran out.

    `limit` are the start and the first end, which span it in its own kind of time, whatever pauses have since
    moved `due`. One without any such time reminds when due. Source: R-82.
    """
    start, first_due = limit
    beyond = left_until(first_due, start, calendar, unit) * (percent - 100) / 100
    if beyond <= timedelta():
        return due
    if unit in _WORKING_UNITS:
        return calendar.add(due, beyond)
    return _later(due, beyond, calendar)


def moved_on(
    moment: datetime, *, paused: datetime, resumed: datetime, calendar: WorkCalendar, unit: Unit
) -> datetime:
    """Return when a moment comes after a pause: what was left of it then is left of it now.

    A moment that had come before the pause stays. A pause of no length changes nothing. Source: R-80.
    """
    if moment <= paused or resumed <= paused:
        return moment
    left = left_until(moment, paused, calendar, unit)
    if unit in _WORKING_UNITS:
        return calendar.add(resumed, left) if left else calendar.next_working_moment(resumed)
    if unit is Unit.CALENDAR_DAYS:
        return calendar.aware(calendar.local(resumed) + left)
    return _later(resumed, left, calendar)


def _later(start: datetime, span: timedelta, calendar: WorkCalendar) -> datetime:
    calendar.local(start)  # refuses a start without time zone
    return (start.astimezone(UTC) + span).astimezone(calendar.tz)
