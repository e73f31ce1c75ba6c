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
from incidents.rules.routing import Problem

SHORTENED = 80


def page_of(incident: Incident) -> str:
    """Return the address of the incident's page."""
    return f"/incidents/{incident.number}/"


def tell(
    incident: Incident, kind: str, user_ids: Iterable[int], *, actor: Actor, mark: str = "", **params: Any
) -> None:
    """Put one message into each inbox but the actor's own; at most one query."""
    insert_rows(once=[messages_to(incident, kind, user_ids, actor=actor, mark=mark, **params)])


def messages_to(
    incident: Incident, kind: str, user_ids: Iterable[int], *, actor: Actor, mark: str = "", **params: Any
) -> list[Notification]:
    """Return the unsaved messages of `tell`; the incident must have its primary key.

    One message of a kind per version of the incident and `mark`, however often it is delivered.
    """
    wanted = set(user_ids) - {actor.user_id}
    if not wanted:
        return []
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
