"""Who is told about a move, in the transaction of the move."""

from collections.abc import Iterable
from typing import Any

from core import clock
from core.actor import Actor
from core.insertion import insert_rows
from core.models import Notification
from core.notifications import messages, notify
from incidents.models import Incident
from incidents.recipients import grid_office_ids
from incidents.rules.quiet import held_until
from incidents.rules.routing import Problem
from incidents.rules.vocabulary import Colour
from incidents.services.rulebook import rulebook
from incidents.withholding import those_who_see

SHORTENED = 80
# What the owner's people need not hear of at night, unless it is about a red incident. Source: R-86.
_CAN_WAIT = frozenset({"incident_raised", "incident_supervised"})


def page_of(incident: Incident) -> str:
    """Return the address of the incident's page."""
    return f"/incidents/{incident.number}/"


def tell(
    incident: Incident, kind: str, user_ids: Iterable[int], *, actor: Actor, mark: str = "", **params: Any
) -> None:
    """Put one message into each inbox but the actor's own and theirs who may not see the incident.

    At most one query, unless the incident is withheld.
    """
    insert_rows(
        once=[seen_only(incident, messages_to(incident, kind, user_ids, actor=actor, mark=mark, **params))]
    )


def seen_only(incident: Incident, messages: list[Notification]) -> list[Notification]:
    """Return the messages to people who see the incident, which must be saved. Source: R-106, R-107."""
    if not messages or not incident.is_withheld:
        return messages
    seen = those_who_see(incident.pk, [each.user_id for each in messages])
    return [each for each in messages if each.user_id in seen]


def messages_to(
    incident: Incident, kind: str, user_ids: Iterable[int], *, actor: Actor, mark: str = "", **params: Any
) -> list[Notification]:
    """Return the unsaved messages of `tell`; the incident must have its primary key.

    One message of a kind per version of the incident and `mark`, however often it is delivered.
    """
    wanted = set(user_ids) - {actor.user_id}
    if not wanted:
        return []
    visible_from = None
    if kind in _CAN_WAIT:
        quiet = rulebook().quiet_of(incident.owner_organization_id)
        visible_from = held_until(Colour(incident.colour), quiet, clock.now())
    return messages(
        wanted,
        kind=kind,
        params={
            "number": incident.number,
            "category": incident.category.name,
            "colour": str(incident.colour),
            **{name: _short(value) for name, value in params.items()},
        },
        dedupe_key=f"{kind}:{incident.pk}:{incident.version}:{mark}",
        url=page_of(incident),
        visible_from=visible_from,
    )


def report_problems(problems: Iterable[Problem]) -> None:
    """Tell the city grid office of rules that need repair, each once a day; no query without problems."""
    found = list(problems)
    if not found:
        return
    people = grid_office_ids()
    for problem in found:
        params = problem.reason.params
        rule = problem.rule_id or params.get("category", "")
        what = next((params[name] for name in ("department", "area", "category") if name in params), "")
        notify(
            people,
            kind="routing_problem",
            params=problem.reason.as_data(),
            dedupe_key=f"routing:{clock.today():%Y%m%d}:{problem.reason.code}:{rule}:{what}"[:120],
        )


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > SHORTENED:
        return f"{value[:SHORTENED]}…"
    return value
