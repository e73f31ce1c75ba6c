"""A report that is being filled in, kept in the session and, signed, in every form of it.

The form's own copy brings everything back when the session has ended meanwhile: an elderly person may well
think for an hour. Name and phone are encrypted in both: sessions lie in the database.
"""

import uuid
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from cryptography.exceptions import InvalidTag
from django.core import signing
from django.http import HttpRequest

from core.crypto import decrypt, encrypt
from grids.models import Grid, QRCode
from organizations.models import Organization

_SESSION_KEY = "public_report"
_SALT = "incidents.public-report"
_KEPT_SECONDS = 24 * 3600
_LONGEST = 40_000
_PERSONAL = ("name", "phone")


@dataclass(slots=True)
class Draft:
    """What has been answered so far. `key` makes sending twice file once; `place` is for reading only."""

    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    token: str = ""
    place: str = ""
    grid_id: int | None = None
    community_id: int | None = None
    building_id: int | None = None
    longitude: str = ""
    latitude: str = ""
    category: str = ""
    description: str = ""
    address: str = ""
    casualties: bool = False
    in_danger: bool = False
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    keeps_position: bool = False
    accused_id: int | None = None
    contact_asked: bool = False
    photos: list[str] = field(default_factory=list)

    def stand_at(self, grid: Grid, *, position: tuple[str, str] = ("", "")) -> None:
        """Take the grid as the place; its community must be at hand."""
        self.token, self.building_id, self.community_id = "", None, None
        self.grid_id = grid.pk
        self.longitude, self.latitude = position
        self.place = f"{grid.community.name} {grid.name}"

    def stand_in(self, community: Organization) -> None:
        """Take the whole community as the place, for who does not know their grid."""
        self.token, self.building_id, self.grid_id = "", None, None
        self.longitude = self.latitude = ""
        self.community_id, self.place = community.pk, community.name

    def stand_at_code(self, token: str, code: QRCode) -> None:
        """Take the place of a scanned code; its grid, community and building must be at hand."""
        self.stand_at(code.grid)
        self.token, self.building_id = token, code.building_id
        if code.building is not None:
            self.place = f"{code.grid.community.name} {code.building.name}"

    def stay_anonymous(self, *, keeps_position: bool) -> None:
        """Forget who reports, and where their telephone was unless that is the place of the matter."""
        self.anonymous, self.keeps_position = True, keeps_position
        self.name = self.phone = ""
        if not keeps_position:
            self.longitude = self.latitude = ""

    def give_contact(self, name: str, phone: str) -> None:
        """Take how the resident can be reached, both perhaps empty."""
        self.anonymous = self.keeps_position = False
        self.name, self.phone = name, phone

    @property
    def has_place(self) -> bool:
        """Return whether it is known where."""
        return self.grid_id is not None or self.community_id is not None

    @property
    def has_details(self) -> bool:
        """Return whether something was said or shown."""
        return bool(self.description or self.photos)

    def signed(self) -> str:
        """Return the whole as text that a form carries along."""
        return signing.dumps(_sealed(self), salt=_SALT, compress=True)


def load(request: HttpRequest) -> Draft | None:
    """Return the report of this form or session, or None; of the same report the session's is newer."""
    kept = _read(request.session.get(_SESSION_KEY))
    carried = _carried(request)
    if kept is not None and (carried is None or carried.key == kept.key):
        return kept
    return carried


def save(request: HttpRequest, draft: Draft) -> None:
    """Keep the report in the session."""
    request.session[_SESSION_KEY] = _sealed(draft)


def forget(request: HttpRequest) -> None:
    """Drop the report from the session."""
    request.session.pop(_SESSION_KEY, None)


def _carried(request: HttpRequest) -> Draft | None:
    signed = request.POST.get("draft", "") if request.method == "POST" else ""
    if not signed or len(signed) > _LONGEST:
        return None
    try:
        return _read(signing.loads(signed, salt=_SALT, max_age=_KEPT_SECONDS))
    except signing.BadSignature:
        return None


def _sealed(draft: Draft) -> dict[str, Any]:
    data = asdict(draft)
    return data | {name: encrypt(data[name], field=f"draft.{name}") for name in _PERSONAL}


def _read(data: Any) -> Draft | None:
    known = {each.name for each in fields(Draft)}
    # Data of another version of this class is no draft any more, nor is what no key opens.
    if not isinstance(data, dict) or data.keys() != known:
        return None
    try:
        opened = {name: decrypt(data[name], field=f"draft.{name}") for name in _PERSONAL}
    except (InvalidTag, KeyError, ValueError):
        return None
    return Draft(**(data | opened))
