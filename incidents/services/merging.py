"""Several reports of one matter: one carries the work, the others keep their number, reporter and verdict.

Order of locks: whoever merges or separates first takes one advisory lock, then the main incident, then the
merged one; whoever ends a main incident holds it before those merged into it. So nobody waits in a circle.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actor import ActorKind
from core.errors import Denied, Invalid, Text
from core.locks import LockName, lock_for_transaction
from incidents.models import Clock, Incident, IncidentEvent
from incidents.recipients import owner_ids
from incidents.rules.deadlines import moved_on
from incidents.rules.states import TAKES_CHILDREN, WORK_OVER
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Verb
from incidents.services.clocks import RUN_OUT, build_clock
from incidents.services.events import Story, event_of
from incidents.services.handovers import hand_to
from incidents.services.move import LOADED, Move
from incidents.services.rulebook import rulebook
from incidents.services.telling import tell
from organizations.choices import OrganizationKind

LONGEST = 2000
_FAMILY = frozenset({Verb.MERGE, Verb.UNMERGE})


def lock_family(incident_id: int, verb: Verb, given: Mapping[str, Any]) -> None:
    """Lock the main incident before the one that is merged into it, or taken out of it. Source: R-141."""
    if verb not in _FAMILY:
        return
    lock_for_transaction(LockName.MERGING)
    if verb is Verb.MERGE:
        wanted = Incident.objects.filter(number=_number(given))
    else:
        wanted = Incident.objects.filter(children__pk=incident_id)
    for pk in wanted.values_list("pk", flat=True):
        Incident.objects.select_for_update().filter(pk=pk).values_list("pk").first()


def merge(move: Move) -> None:
    """Put the incident's work under another number; it keeps its reporter and waits. Source: R-141.

    Raises Invalid("main_unknown"|"main_same"|"merge_withheld"|"main_is_merged"|"main_not_open"), all naming
    `main`, and Denied("merge_across_streets").
    """
    child, main = move.incident, _main_for(move)
    told = owner_ids(child)
    child.parent = main
    main.child_count += 1
    main.people_count = _people(main) + _people(child)
    move.story.note = move.text("note", longest=LONGEST)
    move.story.data |= {"parent": main.number, "colour": str(child.colour)}
    data = {"child": child.number, "people": _people(child)}
    if Colour(child.colour).outranks(Colour(main.colour)):
        data["colour_before"] = str(main.colour)
        _raise_colour(main, Colour(child.colour), move.at)
    _save_main(move, main, data)
    tell(main, "incident_joined", owner_ids(main), actor=move.actor, mark=child.number, child=child.number)
    move.tell("incident_merged", told, parent=main.number)


def unmerge(move: Move) -> None:
    """Give the incident its own work back, with the limit it had left; its owner is told. Source: R-142.

    The main incident keeps its colour: nothing lowers a colour by itself.
    """
    child = move.incident
    main = Incident.objects.select_related(*LOADED).get(pk=child.parent_id)
    main.child_count -= 1
    main.people_count = max(1, _people(main) - _people(child))
    child.parent = None
    child.dispatched_at = move.at
    _resume(child, move.at)
    move.story.note = move.text("reason", longest=LONGEST)
    move.story.data["parent"] = main.number
    _save_main(move, main, {"child": child.number, "people": -_people(child)})
    move.tell("incident_assigned", owner_ids(child))


def inherit_result(move: Move) -> None:
    """Take over what the main incident's unit did, so that its reporter judges that unit. Source: R-143."""
    child, main = move.incident, move.incident.parent
    if main is None:
        return
    level, unit = Level(main.owner_level), main.owner_organization
    if level is Level.GRID and main.grid_id != child.grid_id:
        # Another grid's workers did it: their community answers for them.
        level = Level.COMMUNITY
    # A street or community sees no other one's place: there, whoever the incident is with answers.
    if level is Level.DEPARTMENT or level is Level.CITY or unit.pk in (child.community_id, child.street_id):
        hand_to(move, level, unit)
    child.handled_at, child.handled_by_id = main.handled_at, main.handled_by_id
    child.closed_at = child.closed_at or move.at
    move.story.data["parent"] = main.number


def ended_with(incident: Incident) -> list[tuple[int, Verb]]:
    """Return what follows for those merged into an incident whose work is over; one query if there are any.

    Whoever can be reached is asked, the others are closed with it. Source: R-143.
    """
    if not incident.child_count or incident.state not in WORK_OVER:
        return []
    merged = Incident.objects.select_for_update().filter(parent_id=incident.pk, state=State.MERGED)
    return [
        (child.pk, Verb.CALL_BACK if _can_be_asked(child, incident) else Verb.CLOSE)
        for child in merged.order_by("pk")
    ]


def leave_alone(incident: Incident) -> None:
    """Note that nothing is merged into the incident any more: its end was theirs too."""
    incident.child_count = 0
    Incident.objects.filter(pk=incident.pk).update(child_count=0)


def _can_be_asked(child: Incident, main: Incident) -> bool:
    # Nobody judges their own work, also where they did it under another number. Source: R-55.
    child.handled_by_id = main.handled_by_id
    return child.can_be_asked


def _number(given: Mapping[str, Any]) -> str:
    return str(given.get("main") or "").strip()


def _main_for(move: Move) -> Incident:
    rows = Incident.objects.all()
    if move.actor.user is not None:
        rows = Incident.objects.visible_to(move.actor.user)
    main: Incident | None = rows.select_related(*LOADED).filter(number=_number(move.given)).first()
    if main is None:
        raise _refused("main_unknown", _("There is no such incident within your view."))
    if main.pk == move.incident.pk:
        raise _refused("main_same", _("This is the incident itself. Please give the other one's number."))
    if main.is_withheld or move.incident.is_withheld:
        raise _refused("merge_withheld", _("What is secret, or about a unit, is handled on its own."))
    if main.state == State.MERGED:
        raise _refused(
            "main_is_merged",
            _("That one has itself been merged into another. Please choose the main one."),
        )
    if main.state not in TAKES_CHILDREN:
        raise _refused("main_not_open", _("That one is not being worked on any more."))
    if main.street_id != move.incident.street_id and not _may_cross_streets(move):
        raise Denied(
            "merge_across_streets", _("Across streets only the city merges. Please leave it to them.")
        )
    return main


def _may_cross_streets(move: Move) -> bool:
    if move.actor.kind is ActorKind.SYSTEM:
        return True
    return any(post.organization_kind == OrganizationKind.CITY for post in move.standing.posts)


def _refused(code: str, message: Text) -> Invalid:
    return Invalid(code, message, field="main")


def _people(incident: Incident) -> int:
    """Return how many the incident concerns; whoever reported it is at least one."""
    return incident.people_count or 1


def _save_main(move: Move, main: Incident, data: Mapping[str, Any]) -> None:
    main.version += 1
    main.save()
    state = State(main.state)
    move.more.append(
        event_of(
            main,
            move.verb,
            actor=move.actor,
            at=move.at,
            unit_id=move.unit_id,
            before=state,
            after=state,
            story=Story(data=dict(data)),
        )
    )


def _raise_colour(main: Incident, colour: Colour, at: datetime) -> None:
    """Give the colour of the more pressing report; a running limit only ever becomes shorter by it."""
    main.colour, main.colour_rank = colour, colour.rank
    running = Clock.objects.select_for_update().filter(
        incident_id=main.pk, whistle_response=None, fires_at__isnull=False
    )
    dues = []
    for row in running:
        unit, book = row.organization_id, rulebook()
        fresh = build_clock(main, ClockKind(row.kind), at=at, organization_id=unit, book=book).clock
        if fresh.due_at < row.due_at:
            row.warn_at, row.due_at = fresh.warn_at, fresh.due_at
            row.fires_at = fresh.warn_at if row.stage == 0 else fresh.due_at
            row.save(update_fields=["warn_at", "due_at", "fires_at"])
        dues.append(row.due_at)
    main.due_at = min(dues, default=main.due_at)


def _resume(child: Incident, at: datetime) -> None:
    """Let the handling limit run on with what was left of it when it was merged, in its own kind of time."""
    merged = IncidentEvent.objects.filter(incident_id=child.pk, verb=Verb.MERGE, to_state=State.MERGED)
    since = merged.order_by("-at", "-id").values_list("at", flat=True).first()
    if since is None:
        return
    stood = Clock.objects.select_for_update().filter(
        incident_id=child.pk,
        kind=ClockKind.RESOLVE,
        whistle_response=None,
        stopped_at=since,
        stage__lt=RUN_OUT,
    )
    for row in stood:
        calendar = rulebook().calendar_of(row.organization_id)
        row.warn_at, row.due_at = (
            moved_on(moment, paused=since, resumed=at, calendar=calendar, unit=row.unit)
            for moment in (row.warn_at, row.due_at)
        )
        row.fires_at = row.warn_at if row.stage == 0 else row.due_at
        row.stopped_at = None
        row.save(update_fields=["warn_at", "due_at", "fires_at", "stopped_at"])
