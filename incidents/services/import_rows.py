"""From one row of another system's file to a report; names are looked up within what the importer sees."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from grids.models import Grid
from incidents.models import Category, ImportJob
from incidents.rules.vocabulary import Channel
from incidents.selectors.suggest import PlaceIds, place_named
from incidents.services.import_files import columns_of
from incidents.services.intake import LONGEST_ORIGIN, Report
from organizations.choices import OrganizationKind
from organizations.models import Organization, User

# What a cell may hold besides nothing to mean no.
_NO = frozenset({"", "0", "否", "无", "no", "n", "false"})


def report_of(job: ImportJob, user: User, cells: Sequence[str]) -> Report:
    """Return the report of one row; Invalid names the part that fits nothing. Three queries at most."""
    told = {part: cells[place].strip() for part, place in columns_of(job.header).items()}
    if not told.get("number"):
        raise Invalid("external_half", _("The number in the other system is missing."), field="number")
    return Report(
        category_code=_category(told.get("category", "")),
        description=told.get("description", ""),
        channel=Channel(job.channel),
        address=told.get("address", ""),
        people_count=_people(told.get("people", "")),
        casualties=int(_ticked(told, "hurt")),
        flags=frozenset({"danger"}) if _ticked(told, "danger") else frozenset(),
        reporter_name=told.get("name", ""),
        reporter_phone=told.get("phone", ""),
        for_caller=bool(told.get("name") or told.get("phone")),
        origin_note=" ".join(part for part in (job.system, told.get("received", "")) if part)[
            :LONGEST_ORIGIN
        ],
        external_system=job.system,
        external_number=told["number"],
        **_place(user, told),
    )


def _category(words: str) -> str:
    rows = Category.objects.filter(Q(code=words) | Q(name=words), is_active=True)
    code: str | None = rows.values_list("code", flat=True).first() if words else None
    if code is None:
        raise Invalid(
            "category_unknown",
            _("There is no category “%(category)s” here. Please write one of ours."),
            field="category",
            params={"category": words[:40]},
        )
    return code


def _place(user: User, told: Mapping[str, str]) -> PlaceIds:
    """Return the smallest place that is named; the others narrow it."""
    street = _unit(user, OrganizationKind.STREET, told, None)
    community = _unit(user, OrganizationKind.COMMUNITY, told, street)
    words = told.get("grid", "")
    if words:
        grids = Grid.objects.visible_to(user).open().filter(Q(code=words) | Q(name=words))
        within = grids if community is None else grids.filter(community_id=community)
        return place_named("grid", _only(within, "grid", words))
    if community is not None:
        return place_named("community", community)
    return PlaceIds() if street is None else place_named("street", street)


def _unit(user: User, kind: OrganizationKind, told: Mapping[str, str], above: int | None) -> int | None:
    words = told.get(kind.value, "")
    if not words:
        return None
    units = Organization.objects.visible_to(user).open().filter(Q(code=words) | Q(name=words), kind=kind)
    return _only(units if above is None else units.filter(parent_id=above), kind.value, words)


def _only(rows: Any, field: str, words: str) -> int:
    found: list[int] = list(rows.values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return found[0]
    message = (
        _("Several places are called “%(words)s”. Please write its code, or name the one above it.")
        if found
        else _("There is no place “%(words)s” within your area.")
    )
    raise Invalid("place_unknown", message, field=field, params={"words": words[:60]})


def _people(words: str) -> int | None:
    if not words:
        return None
    if not (words.isascii() and words.isdigit() and len(words) < 9):
        raise Invalid(
            "people_invalid", _("Please give the number of people as a whole number."), field="people"
        )
    return int(words)


def _ticked(told: Mapping[str, str], part: str) -> bool:
    return told.get(part, "").lower() not in _NO
