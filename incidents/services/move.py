"""One move while it is being made: what its effects read and change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.actor import Actor
from core.text import clean_text
from incidents.models import Incident, IncidentEvent
from incidents.policies import Standing
from incidents.rules.vocabulary import ClockKind, State, Verb
from incidents.rules.workflow import Transition
from incidents.services.events import Story
from incidents.services.telling import tell


@dataclass(frozen=True, slots=True)
class _Message:
    kind: str
    user_ids: frozenset[int]
    mark: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """When a clock warns and runs out, where the move says so and not the table of limits."""

    warn_at: datetime
    due_at: datetime


@dataclass(slots=True)
class Move:
    """A move that the table has allowed, on a locked incident; messages go out when it has been saved.

    `standing` holds the posts with which the actor acts; `more` are further events, written after its own.
    `spans` are limits that the move itself sets for the clocks it starts.
    """

    actor: Actor
    incident: Incident
    verb: Verb
    row: Transition
    before: State
    given: Mapping[str, Any]
    standing: Standing
    at: datetime
    unit_id: int | None
    story: Story = field(default_factory=Story)
    more: list[IncidentEvent] = field(default_factory=list)
    spans: dict[ClockKind, Span] = field(default_factory=dict)
    _messages: list[_Message] = field(default_factory=list)

    @property
    def after(self) -> State:
        """Return the state the table leads to."""
        return self.row.target_from(self.before)

    def text(self, name: str, *, longest: int) -> str:
        """Return a given text, cleaned; Invalid("text_too_long") names the field."""
        return clean_text(str(self.given.get(name) or ""), field=name, longest=longest)

    def tell(self, kind: str, user_ids: Iterable[int], *, mark: str = "", **params: Any) -> None:
        """Remember a message to people; it carries the version the incident has once it is saved."""
        self._messages.append(_Message(kind, frozenset(user_ids), mark, params))

    def send(self) -> None:
        """Write the messages; one query each, none for messages to nobody."""
        for each in self._messages:
            tell(self.incident, each.kind, each.user_ids, actor=self.actor, mark=each.mark, **each.params)
