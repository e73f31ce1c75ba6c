"""How a process that cleans rows begins, and how rarely rows are looked through for circles.

Imports nothing of ours: it is loaded in a fresh process before Django knows its apps.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import django

# A piece makes some hundred thousand objects, and no circles among them.
_COLLECT_AFTER = 200_000


def begin() -> None:
    """Make a fresh process ready to clean pieces."""
    django.setup()
    _collect_rarely()


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for circles among objects seldom, and never among those that are there already."""
    before = gc.get_threshold()
    _collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _collect_rarely() -> None:
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
