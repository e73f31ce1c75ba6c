"""What must hold of every incident after every step, whoever did what; told apart from how services do it."""

from collections.abc import Collection, Sequence

from incidents.models import Clock, Incident, IncidentEvent, WhistleResponse
from incidents.rules.states import CLOSED_STATES, MOVABLE
from incidents.rules.vocabulary import ClockKind, Level, State, Verb
from incidents.rules.workflow import transition
from organizations.choices import OrganizationKind
from tests.lifecycle.records import Records, Shelf
from tests.lifecycle.replay import is_about_another, replayed

RUN_OUT = 2
OPTIONAL = frozenset({ClockKind.CONTACT, ClockKind.ARRIVE, ClockKind.REPORT})
_KINDS = {
    Level.GRID: {OrganizationKind.COMMUNITY},
    Level.COMMUNITY: {OrganizationKind.COMMUNITY},
    Level.STREET: {OrganizationKind.STREET},
    Level.DEPARTMENT: {OrganizationKind.DEPARTMENT, OrganizationKind.UNIT},
    Level.CITY: {OrganizationKind.CITY},
}
_HAPPENED = {State.WHISTLED, State.RECTIFYING, State.CALLBACK}


def broken(ids: Collection[int]) -> list[str]:
    """Return every broken promise about the incidents, each with its number; reads them first."""
    shelf = Shelf()
    records = shelf.read(ids)
    return [
        f"{incident.number}: {problem}"
        for incident in shelf.incidents
        for problem in problems_of(incident, records[incident.pk])
    ]


def problems_of(incident: Incident, kept: Records) -> list[str]:
    """Return every broken promise about one incident, in words; row and records have just been read."""
    return [
        *_owner(incident),
        *_story(incident, kept.events),
        *replayed(incident, kept.events),
        *_steps(kept),
        *_running(incident, kept.clocks, kept.events),
        *_pauses(incident, kept.clocks),
        *_whistle(incident, kept),
        *_beside(incident, kept),
        *_family(incident, kept),
        *_withheld(incident, kept),
    ]


def _told(*checks: tuple[bool, str]) -> list[str]:
    return [words for holds, words in checks if not holds]


def _owner(incident: Incident) -> list[str]:
    owner, level = incident.owner_organization, Level(incident.owner_level)
    place = {Level.GRID: incident.community_id, Level.COMMUNITY: incident.community_id}
    place[Level.STREET] = incident.street_id
    return _told(
        (owner.kind in _KINDS[level], f"a {owner.kind} owns it at level {level}"),
        (place.get(level, owner.pk) == owner.pk, f"its owner at level {level} is not the place's own"),
        (not owner.is_closed, "its owner is closed"),
    )


def _story(incident: Incident, events: Sequence[IncidentEvent]) -> list[str]:
    """The events lead, without a gap and by the table alone, from nothing to the present state."""
    found, state = [], ""
    for event in events:
        row = transition(Verb(event.verb))
        if event.from_state != state:
            found.append(f"{event.verb} starts from {event.from_state!r}, it was {state!r}")
        moved = event.to_state != event.from_state
        legal = event.from_state in row.sources if event.from_state else not row.sources
        if moved and not (legal and row.target == event.to_state):
            found.append(f"no row leads from {event.from_state!r} by {event.verb} to {event.to_state}")
        state = event.to_state
    return [*found, *_told((state == incident.state, f"the events end in {state!r}, not {incident.state}"))]


def _steps(kept: Records) -> list[str]:
    """No step is taken twice and none is left out."""
    taken: dict[int, list[int]] = {}
    for row in kept.steps:
        taken.setdefault(row.clock_id, []).append(row.step)
    return [
        f"the {row.kind} clock is at stage {row.stage} after the steps {taken.get(row.pk, [])}"
        for row in kept.clocks
        if sorted(taken.get(row.pk, [])) != list(range(1, row.stage + 1))
    ]


def _running(incident: Incident, clocks: Sequence[Clock], events: Sequence[IncidentEvent]) -> list[str]:
    """Its own clocks are those that the table has started and not stopped since."""
    own = [row for row in clocks if row.whistle_response_id is None]
    running = [ClockKind(row.kind) for row in own if row.stopped_at is None]
    ran_out = {ClockKind(row.kind) for row in own if row.stage >= RUN_OUT}
    may, must = _expected(events)
    strange = [row for row in own if row.organization_id != incident.owner_organization_id]
    return _told(
        (len(running) == len(set(running)), f"one kind runs twice: {running}"),
        (set(running) <= may, f"clocks run that nothing started: {sorted(set(running) - may)}"),
        (
            must - ran_out <= set(running),
            f"clocks have gone: {sorted(must - ran_out - set(running))} in {incident.state}",
        ),
        (incident.state not in CLOSED_STATES or not running, f"{running} run though it is over"),
        (all(row.stopped_at is not None for row in strange), "a limit runs for a unit that does not own it"),
    )


def _expected(events: Sequence[IncidentEvent]) -> tuple[set[ClockKind], set[ClockKind]]:
    """Return which kinds may run, and which must unless they ran out."""
    may: set[ClockKind] = set()
    must: set[ClockKind] = set()
    for event in events:
        row = transition(Verb(event.verb))
        if is_about_another(event):
            continue
        may = (may - row.clocks.stop) | row.clocks.start
        must = (must - row.clocks.stop) | (row.clocks.start - OPTIONAL)
        if row.verb is Verb.GRANT_EXTENSION:
            may.add(ClockKind.RECTIFY if event.from_state == State.RECTIFYING else ClockKind.RESOLVE)
        if event.to_state in CLOSED_STATES:
            may, must = set(), set()
    return may, must


def _pauses(incident: Incident, clocks: Sequence[Clock]) -> list[str]:
    going = [row for row in clocks if row.stopped_at is None and row.kind != ClockKind.REVIEW]
    aside = incident.state == State.SUSPENDED
    late = [row for row in clocks if row.stopped_at is None and row.paused_at is None and row.stage < RUN_OUT]
    return _told(
        (all((row.paused_at is not None) == aside for row in going), "pauses do not fit its state"),
        (all(row.fires_at is not None for row in late), "a running clock will never fire"),
    )


def _whistle(incident: Incident, kept: Records) -> list[str]:
    rows = {row.pk: row for row in kept.answers}
    theirs = [row for row in kept.clocks if row.whistle_response_id is not None and row.stopped_at is None]
    leads = [row for row in kept.answers if row.is_lead]
    whistled, calls = incident.is_whistled, len(kept.whistles)
    return _told(
        (calls == int(whistled), f"is_whistled is {whistled} with {calls} whistles"),
        (incident.state != State.WHISTLED or whistled, "whistled without a whistle"),
        (not whistled or incident.state in _HAPPENED, f"a whistle runs in {incident.state}"),
        (len(leads) == int(whistled), f"{len(leads)} departments lead"),
        (
            all(row.department_id == incident.lead_department_id for row in leads),
            "another one is said to lead",
        ),
        (all(row.whistle_response_id in rows for row in theirs), "a released department's clock runs"),
        (not whistled or incident.owner_level == Level.STREET, "a whistled incident has left the street"),
        (all(_in_order(row) for row in kept.answers), "a department's answers are out of order"),
    )


def _in_order(answer: WhistleResponse) -> bool:
    moments = [answer.signed_at, answer.reported_in_at, answer.done_at]
    given = [moment for moment in moments if moment is not None]
    return given == sorted(given) and (answer.done_at is None or answer.signed_at is not None)


def _beside(incident: Incident, kept: Records) -> list[str]:
    """What is kept beside the incident agrees with its row."""
    waiting = [row.kind for row in kept.applications]
    pending = [incident.pending_application] if incident.pending_application else []
    asides, rounds, slips = len(kept.suspensions), len(kept.rounds), len(kept.slips)
    watched, tasks = bool(kept.supervisions), len(kept.tasks)
    return _told(
        (waiting == pending, f"pending is {pending}, the applications say {waiting}"),
        (not pending or incident.state in MOVABLE, f"an application waits in {incident.state}"),
        (asides == (incident.state == State.SUSPENDED), f"{asides} suspensions in {incident.state}"),
        (rounds == (incident.state == State.CALLBACK), f"{rounds} open rounds in {incident.state}"),
        (slips == (incident.state == State.RETURNED), f"{slips} waiting slips in {incident.state}"),
        (watched == incident.is_supervised, f"is_supervised is {incident.is_supervised}, orders: {watched}"),
        (tasks == incident.open_tasks, f"open_tasks is {incident.open_tasks}, there are {tasks}"),
        (not incident.arbitration_due or incident.state == State.RETURNED, "waits to be decided elsewhere"),
    )


def _family(incident: Incident, kept: Records) -> list[str]:
    children = len(kept.children)
    return _told(
        (children == incident.child_count, f"child_count is {incident.child_count}, {children} are merged"),
        (incident.state != State.MERGED or incident.parent_id is not None, "merged into nothing"),
        (incident.parent_id != incident.pk, "merged into itself"),
        (not children or incident.state != State.MERGED, "merged, and others into it"),
        (not (children and incident.is_withheld), "others are merged into what is withheld"),
    )


def _withheld(incident: Incident, kept: Records) -> list[str]:
    """The unit a report is about neither has it, nor is it called, nor has it a task of it."""
    accused = incident.accused_organization_id
    if accused is None:
        return []
    held = {incident.owner_organization_id, incident.owner_organization.parent_id}
    called = {row.department_id for row in kept.answers} | {row.unit_id for row in kept.tasks}
    return _told(
        (accused not in held, "the unit it is about has it"),
        (accused not in called, "the unit it is about is called"),
        (accused not in kept.unit_ids, "the unit it is about takes part"),
    )


def moves_in(events: Sequence[IncidentEvent], verb: Verb) -> int:
    """Return how often the version must have risen: not for words, nor for what came along with a move."""
    along = [event for event in events if event.verb == Verb.SUPERVISE and event.actor_kind == "system"]
    said = [event for event in events if event.verb == Verb.COMMENT]
    ordered = verb is Verb.SUPERVISE and bool(along)
    return len(events) - len(said) - len(along) + int(ordered)
