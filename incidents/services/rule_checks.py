"""What a row of the rule tables must satisfy before it may decide about incidents.

The admin's forms ask these checks to show a message at its field; the service asks them again under the lock.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, Text
from core.validation import check_fields
from incidents.choices import CHANNELS, LOCAL_BODIES, RuleSetStatus
from incidents.models import (
    CalendarDay,
    Category,
    CheckShare,
    ProcedureRule,
    RaisingCondition,
    RoutingRule,
    RuleSet,
    TimeLimit,
    VerdictReason,
    WhistleItem,
    WhistleLimit,
    WorkShift,
)
from incidents.rules.vocabulary import Procedure
from incidents.selectors.procedures import is_number
from incidents.services.time_checks import TIME_CHECKS, TimeRow
from organizations.choices import OrganizationKind, Role
from organizations.models import Organization

RuleRow = (
    Category
    | CheckShare
    | ProcedureRule
    | TimeLimit
    | WhistleItem
    | VerdictReason
    | WhistleLimit
    | RaisingCondition
    | RoutingRule
    | CalendarDay
    | WorkShift
    | TimeRow
)
_AREAS = (OrganizationKind.STREET, OrganizationKind.COMMUNITY)


def check_rule_row(row: RuleRow) -> None:
    """Raise Invalid for the first thing that is wrong with the row, naming its field. Source: R-23, R-31.

    At most three queries beside those of the model's own checks.
    """
    check_fields(row)
    check = _CHECKS.get(type(row))
    if check is not None:
        check(row)


def place_in_draft(row: RuleRow) -> None:
    """Put a new rule or condition into the draft; Conflict for one of a version that never changes.

    At most one query, none for other tables. Source: R-70.
    """
    if not isinstance(row, RoutingRule | RaisingCondition):
        return
    draft = RuleSet.objects.filter(status=RuleSetStatus.DRAFT).first()
    if draft is None:
        raise Conflict(
            "no_draft", _("Rules in force never change. Start a draft on the page of the versions first.")
        )
    key: int | None = row.pk
    if key is None:
        row.rule_set = draft
    elif row.rule_set_id != draft.pk:
        raise Conflict(
            "rule_set_fixed", _("This version is in force or was: it never changes. Start a new draft.")
        )


def known_departments() -> dict[str, bool]:
    """Return every code a rule may name with whether it is open; local bodies are always. One query."""
    kinds = (OrganizationKind.DEPARTMENT, OrganizationKind.UNIT)
    rows = Organization.objects.filter(kind__in=kinds).values_list("code", "closed_on")
    found = dict.fromkeys(dict(LOCAL_BODIES), True)
    return {code: closed_on is None for code, closed_on in rows} | found


def _check_category(row: Category) -> None:
    _check_secrecy(row)
    _check_both_departments(row.lead_department, "supporting_department", [row.supporting_department])


def _check_secrecy(row: Category) -> None:
    """Refuse a secret category that at the top nobody could open. Source: R-107."""
    if row.is_secret and Role.CITY_GRID_OFFICE not in row.secret_roles:
        raise Invalid(
            "secret_without_office",
            _("The city grid office must be among the roles: what nobody else may settle ends there."),
            field="secret_roles",
        )


def _check_routing_rule(row: RoutingRule) -> None:
    _check_both_departments(row.lead_department, "supporting_departments", row.supporting_departments)
    _check_categories(row)
    _check_known("channels", row.channels, dict(CHANNELS), _("There is no channel “%(code)s”."))
    if row.area_codes:
        areas = Organization.objects.filter(kind__in=_AREAS, code__in=row.area_codes)
        known = set(areas.values_list("code", flat=True))
        _check_known(
            "area_codes", row.area_codes, known, _("There is no street or community with the code %(code)s.")
        )


def _check_condition(row: RaisingCondition) -> None:
    row.keywords = [word.strip() for word in row.keywords if word.strip()]
    if not (row.keywords or row.casualties or row.flags or row.people_at_least is not None):
        raise Invalid(
            "condition_without_sign",
            _("Without any sign it would never apply: give words, a number of people, or tick one."),
            field="keywords",
        )
    if row.people_at_least is not None and row.people_at_least < 1:
        raise Invalid(
            "people_not_positive", _("The number of people must be at least 1."), field="people_at_least"
        )
    known = set(Category.objects.values_list("code", flat=True))
    _check_known("category_codes", row.category_codes, known, _("There is no category %(code)s."))


def _check_procedure(row: ProcedureRule) -> None:
    by_number = is_number(Procedure(row.code))
    if by_number and row.number is None:
        raise Invalid("number_missing", _("Write a number, for example 2."), field="number")
    if not by_number and not row.limit:
        raise Invalid("limit_missing", _("Write a limit, for example 4wh."), field="limit")


def _check_whistle_item(row: WhistleItem) -> None:
    if row.street is not None and row.street.kind != OrganizationKind.STREET:
        raise Invalid("street_unknown", _("Only streets and towns blow whistles."), field="street")
    _check_categories(row)


def _check_categories(row: RoutingRule | WhistleItem) -> None:
    categories = dict(Category.objects.values_list("code", "group"))
    _check_known("category_codes", row.category_codes, categories, _("There is no category %(code)s."))
    _check_known(
        "category_groups",
        row.category_groups,
        set(categories.values()),
        _("There is no category group “%(code)s”."),
    )


def _check_both_departments(lead: str, field: str, supporting: Collection[str]) -> None:
    departments = known_departments()
    _check_departments("lead_department", [lead], departments)
    _check_departments(field, supporting, departments)
    if lead and lead in supporting:
        raise Invalid(
            "department_twice",
            _("The lead department cannot support itself. Choose another one or leave it empty."),
            field=field,
        )


def _check_departments(field: str, codes: Iterable[str], departments: dict[str, bool]) -> None:
    for code in filter(None, codes):
        if code not in departments:
            raise Invalid(
                "department_unknown",
                _("There is no department with the code %(code)s. Choose one from the list."),
                field=field,
                params={"code": code},
            )
        if not departments[code]:
            name = Organization.objects.filter(code=code).values_list("name", flat=True).first()
            raise Invalid(
                "department_closed",
                _("%(name)s has been closed and takes no new work. Choose another department."),
                field=field,
                params={"name": name or code},
            )


def _check_known(field: str, codes: Iterable[str], known: Iterable[str], message: Text) -> None:
    for code in codes:
        if code not in known:
            raise Invalid(f"{field}_unknown", message, field=field, params={"code": code})


_CHECKS: dict[type, Callable[[Any], None]] = {
    Category: _check_category,
    RoutingRule: _check_routing_rule,
    RaisingCondition: _check_condition,
    ProcedureRule: _check_procedure,
    WhistleItem: _check_whistle_item,
    **TIME_CHECKS,
}
