"""What is handed in when an incident is filed, and its cleaning; knows no database."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Text
from core.text import clean_text
from incidents.models import Incident
from incidents.rules.vocabulary import Channel

NO_PHONE = _("This is not a phone number. Write digits only, or leave it empty.")
LONGEST_TEXT = 2000
LONGEST_ADDRESS = 200
LONGEST_NAME = 40
LONGEST_ORIGIN = 120
LONGEST_SYSTEM = 40
LONGEST_NUMBER = 64
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{4,18}[0-9]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. The place: grid, building, community, street, position, words, or what the post says.

    `accused_id` is the unit it is about. Anonymous: name and phone are dropped whatever they hold, and the
    position too unless `keeps_position` says that it belongs to the matter; the grid is found by it first.
    `client_key` is made by the form: the same key again files nothing new; nor does the same number of the
    same other system. `content_mark` tells whether the same was sent under a key. `settled_note` closes it at
    once. `flags` are signs the reporter ticked, such as "danger"; `casualties` how many people are hurt.
    `for_caller`: staff write it down for a resident, who gets a lookup code and stays the reporter.
    """

    category_code: str
    description: str
    channel: Channel
    address: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    grid_id: int | None = None
    building_id: int | None = None
    community_id: int | None = None
    street_id: int | None = None
    importance: str = ""
    urgency: str = ""
    people_count: int | None = None
    casualties: int = 0
    flags: frozenset[str] = frozenset()
    reporter_name: str = ""
    reporter_phone: str = ""
    client_key: UUID | None = None
    photos: "tuple[UploadedFile[bytes], ...]" = ()
    settled_note: str = ""
    accused_id: int | None = None
    anonymous: bool = False
    keeps_position: bool = True
    for_caller: bool = False
    origin_note: str = ""
    external_system: str = ""
    external_number: str = ""
    content_mark: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """The incident, and the code with which it is found again: for residents, and for staff who report
    what they will not see; else empty.

    `is_new` is false where the same report had been filed before.
    """

    incident: Incident
    lookup_code: str
    is_new: bool = True


def clean_report(report: Report) -> Report:
    """Return the report with cleaned texts; Invalid names the first field that cannot be accepted."""
    if report.anonymous:
        report = replace(report, reporter_name="", reporter_phone="")
    for check in _CHECKS:
        check(report)
    cleaned = replace(
        report,
        description=clean_text(report.description, field="description", longest=LONGEST_TEXT),
        address=clean_text(report.address, field="address", longest=LONGEST_ADDRESS),
        settled_note=clean_text(report.settled_note, field="settled_note", longest=LONGEST_TEXT),
        reporter_name=clean_text(report.reporter_name, field="reporter_name", longest=LONGEST_NAME),
        reporter_phone=report.reporter_phone.strip(),
        origin_note=clean_text(report.origin_note, field="origin_note", longest=LONGEST_ORIGIN),
        external_system=_one_line(report.external_system, "external_system", LONGEST_SYSTEM),
        external_number=_one_line(report.external_number, "external_number", LONGEST_NUMBER),
    )
    if bool(cleaned.external_system) != bool(cleaned.external_number):
        _refuse(
            "external_half",
            "external_system" if cleaned.external_number else "external_number",
            _("The other system and its number belong together: please give both or neither."),
        )
    if not cleaned.description and not cleaned.photos:
        raise Invalid(
            "description_missing", _("Please say what happened, or add a photo."), field="description"
        )
    return cleaned


def _one_line(text: str, field: str, longest: int) -> str:
    return " ".join(clean_text(text, field=field, longest=longest).split())


def is_phone(text: str) -> bool:
    """Return whether the text can be a phone number, as people write it."""
    return _PHONE.fullmatch(text.strip()) is not None


def _check_phone(report: Report) -> None:
    if report.reporter_phone.strip() and not is_phone(report.reporter_phone):
        raise Invalid("phone_invalid", NO_PHONE, field="reporter_phone")


def _check_people(report: Report) -> None:
    if report.people_count is not None and not 0 <= report.people_count <= 10_000_000:
        _refuse("people_invalid", "people_count", _("Please give the number of people as a whole number."))


def _check_position(report: Report) -> None:
    longitude, latitude = report.longitude, report.latitude
    if longitude is None and latitude is None:
        return
    inside = (
        longitude is not None
        and latitude is not None
        and longitude.is_finite()
        and latitude.is_finite()
        and abs(longitude) <= 180
        and abs(latitude) <= 90
    )
    if not inside:
        _refuse(
            "position_invalid", "position", _("This position is not on the map. Please choose the place.")
        )


def _check_judgement(report: Report) -> None:
    for field, value in (("importance", report.importance), ("urgency", report.urgency)):
        if value not in ("", "high", "low"):
            _refuse("choice_invalid", field, _("Please choose one of the values offered."))


_CHECKS: tuple[Callable[[Report], None], ...] = (
    _check_phone,
    _check_people,
    _check_position,
    _check_judgement,
)


def _refuse(code: str, field: str, message: Text) -> None:
    raise Invalid(code, message, field=field)
