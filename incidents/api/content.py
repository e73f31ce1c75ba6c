"""What was sent under a key, as a mark: the same key with other content is a mistake of the caller."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from core.crypto import fingerprint
from organizations.scopes import AnyUser


def content_mark(user: AnyUser, data: Mapping[str, Any]) -> str:
    """Return the mark of one caller's report, its photos included; read to their end and wound back."""
    told = {name: value for name, value in data.items() if name != "photos"}
    photos = [_digest(photo) for photo in data.get("photos", ())]
    text = json.dumps([user.pk, told, photos], default=str, sort_keys=True, ensure_ascii=False)
    return fingerprint(text, purpose="report-content")


def _digest(photo: Any) -> str:
    digest = hashlib.sha256()
    for chunk in photo.chunks():
        digest.update(chunk)
    photo.seek(0)
    return digest.hexdigest()
