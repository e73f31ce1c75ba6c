"""How the admin looks: Unfold's settings, and the sidebar grouped by what people come for."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Models by group; one that is not registered, or that the person may not view, is left out.
GROUPS: list[tuple[str | Promise, list[tuple[str, str]]]] = [
    (
        _("Hierarchy"),
        [
            ("organizations.Organization", "account_tree"),
            ("grids.Grid", "grid_view"),
            ("grids.Building", "apartment"),
            ("grids.QRCode", "qr_code_2"),
            ("organizations.TierTemplate", "layers"),
        ],
    ),
    (
        _("People and roles"),
        [
            ("organizations.User", "person"),
            ("organizations.Membership", "badge"),
            ("grids.GridAssignment", "assignment_ind"),
            ("incidents.DutyShift", "support_agent"),
        ],
    ),
    (
        _("Rules of incidents"),
        [
            ("page.life_cycle", "schema"),
            ("incidents.Category", "category"),
            ("incidents.RuleSet", "rule_folder"),
            ("incidents.RoutingRule", "alt_route"),
            ("incidents.RaisingCondition", "trending_up"),
            ("incidents.TimeLimit", "timer"),
            ("incidents.CheckShare", "fact_check"),
            ("incidents.VerdictReason", "sentiment_dissatisfied"),
            ("incidents.ProcedureRule", "rule"),
            ("incidents.WhistleLimit", "campaign"),
            ("incidents.WhistleItem", "checklist"),
            ("incidents.EscalationLadder", "stairs"),
            ("incidents.LadderStep", "notification_important"),
            ("incidents.UnitCalendar", "event_available"),
            ("incidents.CalendarDay", "calendar_month"),
            ("incidents.WorkShift", "schedule"),
            ("incidents.QuietHours", "bedtime"),
        ],
    ),
    (
        _("Residents"),
        [
            ("residents.Person", "groups"),
            ("residents.Household", "family_home"),
            ("residents.Dwelling", "meeting_room"),
            ("residents.Mismatch", "rule"),
            ("residents.MergeRecord", "merge"),
            ("residents.OccupancyLimit", "straighten"),
            ("residents.SubjectRequest", "contact_support"),
            ("residents.CareTagKind", "label"),
            ("residents.PersonTag", "volunteer_activism"),
            ("residents.CareAssignment", "handshake"),
            ("residents.RetentionRule", "auto_delete"),
        ],
    ),
    (
        _("Records"),
        [
            ("incidents.Incident", "assignment"),
            ("incidents.VerdictRound", "thumbs_up_down"),
            ("incidents.Application", "pending_actions"),
            ("incidents.Suspension", "pause_circle"),
            ("incidents.ReturnSlip", "undo"),
            ("incidents.Supervision", "policy"),
            ("gridgov.CitySimulation", "science"),
            ("core.AccessLog", "visibility"),
            ("admin.LogEntry", "history"),
            ("axes.AccessAttempt", "lock"),
        ],
    ),
]


# Pages of the administration that are no table: title, address, and the permission they need.
PAGES: dict[str, tuple[str | Promise, str, str]] = {
    "page.life_cycle": (_("Life cycle"), "admin:incidents_workflow", "incidents.view_incident"),
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar's groups with what this person may view; groups without any are left out."""
    groups = []
    for title, entries in GROUPS:
        items = [item for label, icon in entries for item in _item(request, label, icon)]
        if items:
            groups.append({"title": title, "separator": True, "collapsible": False, "items": items})
    return groups


def _item(request: HttpRequest, label: str, icon: str) -> list[dict[str, Any]]:
    app, name = label.split(".")
    if label in PAGES:
        title, address, needs = PAGES[label]
        return (
            [{"title": title, "icon": icon, "link": reverse(address)}] if request.user.has_perm(needs) else []
        )
    model = apps.all_models[app].get(name.lower())
    if model is None or not admin.site.is_registered(model):
        return []
    if not admin.site.get_model_admin(model).has_view_permission(request):
        return []
    link = reverse(f"admin:{app}_{name.lower()}_changelist")
    return [{"title": model._meta.verbose_name_plural, "icon": icon, "link": link}]


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("GridGov administration"),
    "SITE_HEADER": _("GridGov"),
    "SITE_SUBHEADER": _("Administration"),
    "SITE_URL": "/work/",
    "SITE_SYMBOL": "grid_view",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("css/admin.css")],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": navigation},
    "COLORS": {
        "primary": {
            "50": "240 249 248",
            "100": "214 238 236",
            "200": "173 220 217",
            "300": "122 195 191",
            "400": "71 161 157",
            "500": "31 126 122",
            "600": "15 106 102",
            "700": "11 88 85",
            "800": "10 71 69",
            "900": "9 58 56",
            "950": "4 36 35",
        }
    },
}
