"""Writing and reading in-app notifications; the apps register how each kind reads."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core import clock
from core.insertion import insert_rows
from core.models import Notification

Renderer = Callable[[Mapping[str, Any]], str]
_renderers: dict[str, Renderer] = {}


def register(kind: str, renderer: Renderer) -> None:
    """Say how a kind of notification reads; `renderer` gets its parameters."""
    if kind in _renderers:
        raise ValueError(f"notification kind {kind!r} is registered twice")
    _renderers[kind] = renderer


def render(notification: Notification) -> str:
    """Return the notification in words, in the language active now."""
    return _renderers[notification.kind](notification.params)


def notify(
    user_ids: Iterable[int], *, kind: str, params: Mapping[str, Any], dedupe_key: str, url: str = ""
) -> None:
    """Put one message into each inbox, once per `dedupe_key`. One query; call it inside the transaction."""
    insert_rows(once=[messages(user_ids, kind=kind, params=params, dedupe_key=dedupe_key, url=url)])


def messages(
    user_ids: Iterable[int],
    *,
    kind: str,
    params: Mapping[str, Any],
    dedupe_key: str,
    url: str = "",
    visible_from: datetime | None = None,
) -> list[Notification]:
    """Return the unsaved messages of `notify`, for a caller that inserts them together with other rows.

    They are held back until `visible_from`.
    """
    if kind not in _renderers:
        raise ValueError(f"notification kind {kind!r} is not registered")
    moment = clock.now()
    return [
        Notification(
            user_id=user_id,
            kind=kind,
            params=dict(params),
            url=url,
            dedupe_key=dedupe_key,
            created_at=moment,
            visible_from=visible_from,
        )
        for user_id in sorted(set(user_ids))
    ]


def unread_count(user_id: int) -> int:
    """Return how many messages the person has not read; one query."""
    return delivered(user_id).filter(read_at=None).count()


def inbox(user_id: int) -> QuerySet[Notification]:
    """Return a person's messages, newest first."""
    return delivered(user_id).order_by("-created_at", "-id")


def delivered(user_id: int) -> QuerySet[Notification]:
    """Return a person's messages that are not held back any more."""
    arrived = Q(visible_from=None) | Q(visible_from__lte=clock.now())
    return Notification.objects.filter(arrived, user_id=user_id)


def mark_one_read(notification: Notification) -> None:
    """Mark one message as read; one that is read keeps its time."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=clock.now())


def mark_read(user_id: int, *, up_to_id: int) -> int:
    """Mark the person's messages up to and including the id as read; returns how many changed."""
    return delivered(user_id).filter(read_at=None, id__lte=up_to_id).update(read_at=clock.now())
