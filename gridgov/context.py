"""What every page's frame shows: the navigation of the person's roles and their unread messages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.notifications import unread_count
from incidents.rules.workflow import APPROVE, DISPATCH, FILE, VERIFY
from incidents.services.desk import RUN_DESK
from incidents.services.imports import IMPORT
from organizations.choices import Role
from organizations.scopes import Scope, scope_of
from residents.importing.places import PERMISSION as IMPORT_PEOPLE
from residents.policies import ANSWER, VIEW_VISIT, VISIT
from residents.services.exports import EXPORT as EXPORT_PEOPLE


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the navigation; `count` 0 shows no number."""

    url: str
    label: str | Promise
    icon: str
    active: bool
    count: int = 0


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation and `inbox_unread`; nothing, and no query, for people without a session."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "further_pages": [], "inbox_unread": 0}
    scope = scope_of(user)
    return {
        "navigation": [_item(request, *entry) for entry in _entries(scope, user.is_staff)],
        "further_pages": [_item(request, *entry) for entry in _further(scope)],
        "inbox_unread": unread_count(user.pk),
        "user_role": _role_words(scope),
    }


def _entries(scope: Scope, is_staff: bool) -> list[tuple[str, str | Promise, str]]:
    entries: list[tuple[bool, str, str | Promise, str]] = [
        (True, "work", _("Home"), "home"),
        (RUN_DESK in scope.permissions, "desk", pgettext_lazy("navigation", "Take calls"), "phone"),
        (FILE in scope.permissions, "report", _("Report"), "plus"),
        (bool(scope.department_ids), "residents:care-mine", _("My people"), "heart"),
        (VISIT in scope.permissions and _on_foot(scope), "residents:route", _("Visits"), "people"),
        ("residents.view_person" in scope.permissions, "residents:households", _("Residents"), "people"),
        (bool(scope.whole_city or scope.street_ids or scope.community_ids), "board", _("Board"), "board"),
        (bool(scope.department_ids), "queue", _("Queue"), "queue"),
        (VERIFY in scope.permissions, "callbacks", _("Call-backs"), "comment"),
        (bool({APPROVE, DISPATCH} & scope.permissions), "approvals", _("To decide"), "check"),
        (bool(scope.roles & {Role.CITY_GRID_OFFICE, Role.AUDITOR}), "screen", _("Overview"), "screen"),
        (is_staff, "admin:index", _("Administration"), "settings"),
    ]
    return [(name, label, icon) for shown, name, label, icon in entries if shown]


def _further(scope: Scope) -> list[tuple[str, str | Promise, str]]:
    """Return the pages that are looked into now and then; they stand in the menu behind the main ones."""
    has_area = bool(scope.whole_city or scope.street_ids or scope.community_ids)
    has_list = has_area or bool(scope.department_ids)
    on_foot = _on_foot(scope)
    entries: list[tuple[bool, str, str | Promise, str]] = [
        (FILE in scope.permissions and not on_foot, "meeting", _("From a meeting"), "people"),
        (IMPORT in scope.permissions, "imports", _("Import"), "download"),
        (VISIT in scope.permissions and not on_foot, "residents:route", _("Visits today"), "people"),
        (ANSWER in scope.permissions, "residents:needs", _("Needs of families"), "comment"),
        (VIEW_VISIT in scope.permissions, "residents:coverage", _("Coverage of visits"), "chart"),
        (IMPORT_PEOPLE in scope.permissions, "residents:imports", _("Import people"), "download"),
        (EXPORT_PEOPLE in scope.permissions, "residents:exports", _("Export people"), "document"),
        (has_list, "forecast", _("Next 24 hours"), "clock"),
        (has_list, "ledger", _("Long-term ledger"), "calendar"),
        (has_list, "supervised", _("Supervised cases"), "flag"),
        (has_area, "repeats", _("Places with repeated trouble"), "pin"),
        (bool(scope.whole_city or scope.street_ids), "whistle-rates", _("Whistle rates"), "chart"),
    ]
    return [(name, label, icon) for shown, name, label, icon in entries if shown]


def _on_foot(scope: Scope) -> bool:
    return bool(scope.roles & {Role.GRID_WORKER, Role.BUILDING_HEAD})


def _role_words(scope: Scope) -> str:
    labels = [Role(role).label for role in Role.values if role in scope.roles]
    return str(labels[0]) if labels else ""


def _item(request: HttpRequest, name: str, label: str | Promise, icon: str) -> NavigationItem:
    url = reverse(name)
    return NavigationItem(url=url, label=label, icon=icon, active=request.path.startswith(url))
