"""From the codes the API speaks to the ids the services take."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from grids.models import Building, Grid
from organizations.models import Organization
from organizations.scopes import AnyUser

# Nothing given, or words in place of a unit: who gives a case back may not know whose it is.
_NO_UNIT: tuple[object, ...] = (None, "", [], "unknown")
_UNITS = (
    "target_unit",
    "lead_department",
    "supporting_departments",
    "suggested_unit",
    "department",
    "units",
)


def grid_id(user: AnyUser, code: str | None) -> int | None:
    """Return the grid's id; Invalid("grid_unknown") where the person sees none with this code."""
    return _id_of(Grid.objects.visible_to(user), code, "grid")


def building_id(user: AnyUser, code: str | None) -> int | None:
    """Return the building's id; Invalid("building_unknown") where the person sees none with this code."""
    return _id_of(Building.objects.visible_to(user), code, "building")


def accused_id(code: str | None) -> int | None:
    """Return the id of the unit a report is about; names of units are public. Invalid("accused_unknown")."""
    return _id_of(Organization.objects.open(), code, "accused")


def with_unit_ids(given: dict[str, Any]) -> dict[str, Any]:
    """Return the values with units named by id; one query, Invalid("unit_unknown") naming the field."""
    named = {field: _listed(given[field]) for field in _UNITS if given.get(field) not in _NO_UNIT}
    tasks = given.get("tasks") or []
    codes = {code for values in named.values() for code in values} | {task["unit"] for task in tasks}
    if not codes:
        return given
    ids = dict(Organization.objects.filter(code__in=codes).values_list("code", "pk"))
    found: dict[str, Any] = {}
    for field, values in named.items():
        units = [_known(ids, code, field) for code in values]
        found[field] = units if isinstance(given[field], list) else units[0]
    if tasks:
        found["tasks"] = [{**task, "unit": _known(ids, task["unit"], "tasks")} for task in tasks]
    return given | found


def _known(ids: dict[str, int], code: str, field: str) -> int:
    if code not in ids:
        raise Invalid(
            "unit_unknown",
            _("There is no unit with the code %(code)s."),
            field=field,
            params={"code": code},
        )
    return ids[code]


def _id_of(rows: Any, code: str | None, field: str) -> int | None:
    if not code:
        return None
    pk: int | None = rows.filter(code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid(
            f"{field}_unknown",
            _("There is no place with the code %(code)s within your area."),
            field=field,
            params={"code": code},
        )
    return pk


def _listed(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else [value]
