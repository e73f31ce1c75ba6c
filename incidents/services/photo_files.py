"""The private files of photos: outside the web root, under random names, there only once committed."""

import os
import secrets
import tempfile
import weakref
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

_FOLDER_MODE = 0o750
_INCOMING = "incoming"


def photo_path(name: str) -> Path:
    """Return where the file of that stored name lies."""
    return Path(settings.MEDIA_ROOT) / name


def keep_on_commit(content: bytes) -> str:
    """Write the content now and return the name under which it appears when the transaction commits.

    On rollback nothing remains: until then the file has a temporary name, and it is removed with the last
    reference to it, which the transaction's list of commit hooks holds.
    """
    token = secrets.token_hex(16)
    name = f"photos/{token[:2]}/{token}.jpg"
    pending = PendingFile(content, _folder(photo_path(_INCOMING)))
    transaction.on_commit(partial(pending.keep, photo_path(name)))
    return name


class PendingFile:
    """A whole file on disk that vanishes with this object unless kept."""

    def __init__(self, content: bytes, folder: Path) -> None:
        """Write the content under a passing name in a folder of the disk where it is to be kept."""
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        self._path = Path(name)
        self._discard = weakref.finalize(self, self._path.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def keep(self, target: Path) -> None:
        """Give the file its name for good."""
        _folder(target.parent)
        self._path.replace(target)
        self._discard.detach()


def _folder(path: Path) -> Path:
    path.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    return path
