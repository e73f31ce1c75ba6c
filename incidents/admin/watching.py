"""Applications, the ledger, returns and supervision for reading; the pages of the work change them."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import TabularInline

from incidents.admin.base import ReadOnlyAdmin
from incidents.models import (
    Application,
    ApprovalStep,
    ReturnSlip,
    Supervision,
    Suspension,
    SuspensionReview,
)

VIEW = "incidents.view_incident"


class RowsOfCase(TabularInline):
    """Rows below a record, for whoever sees incidents; nobody adds or removes them here."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show them to whoever sees the record."""
        return request.user.has_perm(VIEW)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class CaseRecordAdmin(ReadOnlyAdmin):
    """Records of the incidents the person sees."""

    search_fields = ("incident__number__startswith",)
    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those see records who may see incidents."""
        return request.user.has_perm(VIEW)


class ApprovalStepInline(RowsOfCase):
    """Who had to agree, and what they said."""

    model = ApprovalStep
    fields = ("position", "approver", "organization", "decision", "decided_by", "decided_at", "note")
    readonly_fields = fields


class SuspensionReviewInline(RowsOfCase):
    """What each review found."""

    model = SuspensionReview
    fields = ("at", "by", "due_on", "note", "review_on")
    readonly_fields = fields


@admin.register(Application)
class ApplicationAdmin(CaseRecordAdmin):
    """Applications for more time and for setting aside, with both limits."""

    list_display = ("incident", "kind", "state", "unit", "asked_at", "limit_before", "limit_after")
    list_filter = ("kind", "state", "works")
    list_select_related = ("incident", "unit")
    date_hierarchy = "asked_at"
    inlines = (ApprovalStepInline,)
    fields = (
        ("incident", "kind", "state"),
        ("unit", "level", "asked_by", "asked_at"),
        "reason",
        ("works", "limit_before", "wanted_limit", "limit_after"),
        ("suspension_kind", "review_on", "decided_at"),
    )


@admin.register(Suspension)
class SuspensionAdmin(CaseRecordAdmin):
    """Cases set aside, the running ones being the long-term ledger."""

    list_display = ("incident", "kind", "since", "review_on", "ended_at")
    list_filter = ("kind", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("incident",)
    inlines = (SuspensionReviewInline,)
    fields = (("incident", "application"), ("kind", "since"), ("review_on", "ended_at"))


@admin.register(ReturnSlip)
class ReturnSlipAdmin(CaseRecordAdmin):
    """Cases given back, with grounds and what became of them."""

    list_display = ("incident", "unit", "at", "suggested_unit", "to_unit", "arbitrated")
    list_filter = ("arbitrated", ("decided_at", admin.EmptyFieldListFilter))
    list_select_related = ("incident", "unit", "suggested_unit", "to_unit")
    date_hierarchy = "at"
    fields = (
        ("incident", "unit", "level"),
        ("by", "at", "dispatched_at"),
        "reason",
        "basis",
        ("suggested_unit", "suggestion"),
        ("decided_at", "to_unit", "arbitrated"),
    )


@admin.register(Supervision)
class SupervisionAdmin(CaseRecordAdmin):
    """Orders of supervision, by rule and by hand."""

    list_display = ("incident", "ordered_at", "ordered_by", "reply_until", "replied_at", "lifted_at")
    list_filter = (("lifted_at", admin.EmptyFieldListFilter), ("replied_at", admin.EmptyFieldListFilter))
    list_select_related = ("incident", "ordered_by")
    date_hierarchy = "ordered_at"
    fields = (
        ("incident", "unit"),
        ("ordered_at", "ordered_by"),
        "demand",
        ("reply_until", "replied_at", "replied_by"),
        "reply",
        ("lifted_at", "lifted_by"),
        "lift_note",
    )
