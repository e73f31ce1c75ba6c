"""Supervision: the city and the street look at an incident because something went wrong with it."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from core.actor import SYSTEM, ActorKind
from core.errors import Invalid, TooMany
from incidents.models import IncidentEvent, Supervision
from incidents.recipients import grid_office_ids, owner_ids
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import Party, State, Verb
from incidents.services.events import Story, event_of, reasons_data
from incidents.services.move import Move
from incidents.services.persons import person_of
from incidents.services.rulebook import rulebook
from incidents.services.telling import tell
from organizations.models import User

LONGEST = 2000


def supervise(move: Move, reasons: Iterable[Reason]) -> None:
    """Put the incident under supervision after another move, where there are reasons and it is not yet."""
    because = list(reasons)
    incident = move.incident
    if not because or incident.is_supervised:
        return
    incident.is_supervised = True
    Supervision.objects.create(incident=incident, ordered_at=move.at, reasons=reasons_data(because))
    move.more.append(
        event_of(
            incident,
            Verb.SUPERVISE,
            actor=SYSTEM,
            at=move.at,
            unit_id=None,
            before=move.after,
            after=move.after,
            story=Story(reasons=because),
        )
    )
    move.tell("incident_supervised", owner_ids(incident) | grid_office_ids())


def order_supervision(move: Move) -> None:
    """Put the incident under supervision by order; the system gives `reasons`, a person a reason in words.

    A person may also say until when the owner answers; Invalid names reply_until. Source: R-127.
    """
    incident = move.incident
    incident.is_supervised = True
    given = move.given.get("reasons", ())
    because = [each for each in given if isinstance(each, Reason)]
    move.story.reasons += because
    move.story.note = move.text("reason", longest=LONGEST)
    until = _reply_until(move)
    Supervision.objects.create(
        incident=incident,
        ordered_at=move.at,
        ordered_by=move.actor.user if isinstance(move.actor.user, User) else None,
        unit_id=move.unit_id,
        reasons=reasons_data(because),
        demand=move.story.note,
        reply_until=until,
    )
    if until is not None:
        move.story.data["reply_until"] = until.isoformat()
    mark = move.at.isoformat()
    move.tell("incident_supervised", owner_ids(incident) | grid_office_ids(), mark=mark, note=move.story.note)


def reply_supervision(move: Move) -> None:
    """Answer every order that waits for the owner's answer. Source: R-128."""
    note = move.story.note = move.text("note", longest=LONGEST)
    waiting = Supervision.objects.filter(incident_id=move.incident.pk, lifted_at=None, replied_at=None)
    ordered = frozenset(pk for pk in waiting.values_list("ordered_by_id", flat=True) if pk is not None)
    waiting.update(reply=note, replied_at=move.at, replied_by=person_of(move.actor))
    move.tell("supervision_answered", ordered or grid_office_ids(), mark=move.at.isoformat(), note=note)


def lift_supervision(move: Move) -> None:
    """End every order of supervision of the incident. Source: R-128."""
    note = move.story.note = move.text("reason", longest=LONGEST)
    Supervision.objects.filter(incident_id=move.incident.pk, lifted_at=None).update(
        lifted_at=move.at, lifted_by=person_of(move.actor), lift_note=note
    )
    move.incident.is_supervised = False
    move.tell("supervision_lifted", owner_ids(move.incident), note=note)


def urge(move: Move) -> None:
    """Urge the owner on; it moves nothing and resets nothing. Source: R-119, R-129, R-166.

    Of a merged incident the owner of the main one is told. A reporter may do so only so often a day:
    TooMany("urged_enough").
    """
    if _urges_as_reporter(move) and _urged_today(move) >= rulebook().procedures.urges_per_day:
        raise TooMany(
            "urged_enough",
            _("You have urged it today already, and the people in charge have been told. Please wait a day."),
        )
    move.story.note = move.text("note", longest=LONGEST)
    mark = f"{move.at.isoformat()}:{move.actor.user_id or 0}"
    main = move.incident.parent if move.before is State.MERGED else None
    if main is None:
        move.tell("incident_urged", owner_ids(move.incident), mark=mark, note=move.story.note)
    else:
        mark = f"{move.incident.number}:{mark}"
        tell(main, "incident_urged", owner_ids(main), actor=move.actor, mark=mark, note=move.story.note)


def _urges_as_reporter(move: Move) -> bool:
    parties = move.standing.parties
    return Party.REPORTER in parties and not parties & {Party.DISPATCHER, Party.STREET_STAFF}


def _urged_today(move: Move) -> int:
    start = timezone.make_aware(datetime.combine(timezone.localdate(move.at), time.min))
    events = IncidentEvent.objects.filter(incident_id=move.incident.pk, verb=Verb.URGE, at__gte=start)
    if move.actor.kind is ActorKind.RESIDENT:
        return events.filter(actor_kind=ActorKind.RESIDENT).count()
    return events.filter(actor_id=move.actor.user_id).count()


def _reply_until(move: Move) -> datetime | None:
    value: Any = move.given.get("reply_until")
    if not value:
        return None
    found = value if isinstance(value, datetime) else _read(str(value))
    if found is None:
        raise Invalid(
            "moment_unreadable",
            _("Please give day and time, for example 2026-12-01 18:00."),
            field="reply_until",
        )
    moment = timezone.make_aware(found) if timezone.is_naive(found) else found
    if moment <= move.at:
        raise Invalid("reply_not_later", _("The answer must be asked for after now."), field="reply_until")
    return moment


def _read(text: str) -> datetime | None:
    try:
        return parse_datetime(text.strip())
    except ValueError:
        return None
