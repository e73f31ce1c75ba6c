"""The list of what may be whistled, and whistles for reading with what each called department did."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from incidents.admin.base import ReadOnlyAdmin, RuleTableAdmin, in_use, listed
from incidents.admin.forms import WhistleItemForm
from incidents.choices import WHISTLE_GROUNDS, WHISTLE_KINDS
from incidents.models import Incident, Session, Whistle, WhistleDuty, WhistleItem, WhistleResponse
from incidents.selectors.limit_words import limit_words
from incidents.selectors.whistle_list import may_write_line


class _ShownInline:
    """Rows that belong to what is shown, for whoever sees it; nobody adds any here."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show them to whoever sees the whistle."""
        return request.user.has_perm("incidents.view_incident")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: they come from the work itself."""
        return False


class WhistleDutyInline(_ShownInline, TabularInline):
    """What the street itself owes."""

    model = WhistleDuty
    extra = 0
    can_delete = False
    fields = ("kind", "due_at", "done_at")
    readonly_fields = fields


class SessionInline(_ShownInline, StackedInline):
    """The joint sessions held while it ran."""

    model = Session
    extra = 0
    can_delete = False
    fields = (("mode", "held_at", "place"), "people", "minutes", "decisions")
    readonly_fields = ("mode", "held_at", "place", "people", "minutes", "decisions")


class WhistleResponseInline(_ShownInline, TabularInline):
    """The called departments' answers."""

    model = WhistleResponse
    extra = 0
    can_delete = False
    fields = (
        "department",
        "is_lead",
        "signed_at",
        "reported_in_at",
        "done_at",
        "done_note",
        "refusal",
        "released_at",
    )
    readonly_fields = fields


@admin.register(Whistle)
class WhistleAdmin(ReadOnlyAdmin):
    """The whistles of the incidents the person sees."""

    list_display = ("incident", "street", "kind", "grounds", "blown_by", "blown_at", "ended_at")
    list_filter = ("kind", "grounds")
    list_select_related = ("incident", "street", "blown_by")
    search_fields = ("incident__number__startswith",)
    date_hierarchy = "blown_at"
    inlines = (WhistleResponseInline, WhistleDutyInline, SessionInline)
    fields = (
        ("incident", "street"),
        ("kind", "first_kind", "grounds", "answer_within"),
        "reason",
        "responsible",
        "standard",
        ("blown_by", "blown_at", "raised_at", "ended_at"),
    )

    readonly_fields = ("answer_within",)

    @admin.display(description=gettext_lazy("response limit"))
    def answer_within(self, whistle: Whistle) -> str:
        """Return the limit in words."""
        return limit_words(whistle.response_limit)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the whistles of visible incidents."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        seen: Any = Incident.objects.visible_to(request.user)
        return rows.filter(incident__in=seen.values("pk")).select_related("incident", "street", "blown_by")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those see whistles who may see incidents."""
        return request.user.has_perm("incidents.view_incident")


@admin.register(WhistleItem)
class WhistleItemAdmin(RuleTableAdmin):
    """The list of what a street may whistle; without any line in force nothing is restricted."""

    form = WhistleItemForm
    list_display = ("name", "where", "what", "how", "valid_from", "valid_to", in_use)
    list_filter = ("is_active",)
    list_select_related = ("street",)
    search_fields = ("name",)
    fields = (
        ("name", "street"),
        "category_groups",
        "category_codes",
        ("grounds", "kinds"),
        ("valid_from", "valid_to"),
        "is_active",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the lines for every street and those of the person's own streets."""
        rows: Any = super().get_queryset(request)
        seen: QuerySet[Any] = rows.visible_to(request.user)
        return seen

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let a street change its own lines; those for every street are the city's. Source: R-167."""
        if not super().has_change_permission(request, obj):
            return False
        return not isinstance(obj, WhistleItem) or may_write_line(request.user, obj.street_id)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer the streets whose list is the person's to write; only the city writes for every street."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.writer = request.user
        return form

    @admin.display(description=gettext_lazy("street"), ordering="street")
    def where(self, row: WhistleItem) -> str:
        """Return for whom the line holds."""
        return str(row.street) if row.street else gettext("every street")

    @admin.display(description=gettext_lazy("categories"))
    def what(self, row: WhistleItem) -> str:
        """Return what it is about."""
        return listed([*row.category_groups, *row.category_codes], {})

    @admin.display(description=gettext_lazy("grounds and kinds"))
    def how(self, row: WhistleItem) -> str:
        """Return on which grounds and how hard it may be whistled."""
        labels: dict[str, Any] = {**dict(WHISTLE_GROUNDS), **dict(WHISTLE_KINDS)}
        return f"{listed(row.grounds, labels)} · {listed(row.kinds, labels)}"
