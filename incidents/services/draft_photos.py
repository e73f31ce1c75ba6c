"""Photos of a report that is still being filled in: kept for a day, then gone.

They are stored re-encoded, like those of an incident, so that no position ever lies on the disk.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Invalid
from incidents.services.photo_files import PendingFile, photo_path
from incidents.services.photo_images import FIELD, PreparedPhoto

KEPT_FOR = timedelta(days=1)
_FOLDER = "drafts"
_NAME = re.compile(r"[0-9a-f]{32}")


def draft_photos_keep(prepared: Iterable[PreparedPhoto]) -> list[str]:
    """Keep the pictures until the report is sent; returns their names and throws away what is too old."""
    folder = photo_path(_FOLDER)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    _throw_away_old(folder)
    return [_write(folder, photo.image) for photo in prepared]


def draft_photo_path(name: str) -> Path | None:
    """Return where a kept picture lies, or None when it is gone or the name is none of ours."""
    if not _NAME.fullmatch(name):
        return None
    path = photo_path(_FOLDER) / f"{name}.jpg"
    return path if path.is_file() else None


def draft_photos_read(names: Sequence[str]) -> "tuple[SimpleUploadedFile, ...]":
    """Return the pictures as uploads; raises Invalid("draft_photos_gone") when one is no longer there."""
    paths = [draft_photo_path(name) for name in names]
    if None in paths:
        raise Invalid(
            "draft_photos_gone",
            _("The photos have been waiting for more than a day and were deleted. Please add them again."),
            field=FIELD,
        )
    return tuple(
        SimpleUploadedFile(path.name, path.read_bytes(), content_type="image/jpeg")
        for path in paths
        if path is not None
    )


def draft_photos_discard(names: Iterable[str]) -> None:
    """Delete kept pictures; those already gone are no error."""
    for name in names:
        path = draft_photo_path(name)
        if path is not None:
            path.unlink(missing_ok=True)


def _write(folder: Path, content: bytes) -> str:
    name = secrets.token_hex(16)
    pending = PendingFile(content, folder)
    pending.keep(folder / f"{name}.jpg")
    return name


def _throw_away_old(folder: Path) -> None:
    oldest = (clock.now() - KEPT_FOR).timestamp()
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:
            continue  # somebody else's report has just thrown it away
