"""Incidents for reading, with their timeline; the one step that can be taken here is supervising several."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from core.admin import actor_of
from core.crypto import decrypt, mask_name, mask_phone
from core.errors import DomainError
from incidents.admin.base import ReadOnlyAdmin
from incidents.admin.workflow import workflow_page
from incidents.models import Incident
from incidents.rules.vocabulary import Verb
from incidents.rules.workflow import DISPATCH
from incidents.selectors import timeline_of
from incidents.services import incident_perform
from incidents.services.reveal import NAME_FIELD, PHONE_FIELD


class ReasonActionForm(ActionForm):
    """The bar of actions, with the reason a step asks for."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(
            attrs={"placeholder": gettext_lazy("Reason (needed for supervising)")}
        ),
    )


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """Every incident the person sees; the reporter stays masked, revealing is logged on its own page."""

    action_form = ReasonActionForm
    actions = ("supervise_selected",)
    list_display = (
        "number",
        "category",
        "colour",
        "state",
        "owner_level",
        "owner_organization",
        "street",
        "due_at",
    )
    list_filter = ("state", "colour", "owner_level", "channel")
    list_select_related = ("category", "owner_organization", "street")
    search_fields = ("number__startswith", "external_number__exact", "description", "address")
    date_hierarchy = "reported_at"
    show_full_result_count = False
    change_form_after_template = "admin/incidents/timeline.html"
    fieldsets = (
        (
            None,
            {"fields": (("number", "version"), ("category", "colour"), ("state", "verdict"), "description")},
        ),
        (
            gettext_lazy("Place"),
            {"fields": ("address", ("street", "community"), ("grid", "building"), ("longitude", "latitude"))},
        ),
        (
            gettext_lazy("Who handles it"),
            {
                "fields": (
                    ("owner_level", "owner_organization"),
                    ("lead_department", "routing_rule", "rule_set"),
                    ("is_whistled", "is_supervised", "rework_count"),
                    ("false_completions", "return_count", "extension_count"),
                    ("first_contact", "first_unit"),
                    ("is_secret", "accused_organization"),
                )
            },
        ),
        (
            gettext_lazy("Report and limits"),
            {
                "fields": (
                    ("channel", "reporter", "reporter_masked", "is_anonymous"),
                    ("importance", "urgency", "people_count"),
                    ("casualties", "in_danger"),
                    ("reported_at", "first_due_at", "due_at"),
                    ("dispatched_at", "return_until"),
                    ("handled_at", "closed_at"),
                )
            },
        ),
    )
    readonly_fields = ("reporter_masked",)

    class Media:
        """The look of the timeline."""

        css = {"all": ("css/admin-rules.css",)}

    def get_urls(self) -> list[Any]:
        """Add the page of the life cycle."""
        page = self.admin_site.admin_view(workflow_page)
        return [path("life-cycle/", page, name="incidents_workflow"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what the person sees, with what a row shows."""
        return super().get_queryset(request).select_related("category", "owner_organization", "street")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Narrow the list by what it offers: columns nobody is shown must not be guessed sign by sign."""
        return lookup.split("__")[0] in {*self.list_filter, self.date_hierarchy}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the timeline below the fields, where the person sees the incident at all."""
        incident = self.get_object(request, object_id)
        timeline = timeline_of(incident) if incident is not None else []
        return super().change_view(
            request, object_id, form_url, {"timeline": timeline, **(extra_context or {})}
        )

    @admin.display(description=gettext_lazy("reporter (masked)"))
    def reporter_masked(self, incident: Incident) -> str:
        """Return the reporter's name and phone with their middle hidden."""
        name = mask_name(decrypt(incident.reporter_name_sealed, field=NAME_FIELD))
        phone = mask_phone(decrypt(incident.reporter_phone_sealed, field=PHONE_FIELD))
        return f"{name} {phone}".strip() or "—"

    def has_supervise_permission(self, request: HttpRequest) -> bool:
        """Offer supervising to those who may do it somewhere; the service decides about each incident."""
        return request.user.has_perm(DISPATCH)

    @admin.action(description=gettext_lazy("Supervise the selected incidents"), permissions=["supervise"])
    def supervise_selected(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        """Supervise each on its own; what is refused is named with its reason, the rest is done."""
        done = 0
        for incident in queryset:
            try:
                incident_perform(
                    actor=actor_of(request),
                    incident_id=incident.pk,
                    verb=Verb.SUPERVISE,
                    given={"reason": request.POST.get("reason", "").strip()},
                )
            except DomainError as error:
                text = _("%(number)s: %(why)s") % {"number": incident.number, "why": error.message}
                self.message_user(request, text, messages.ERROR, extra_tags=error.code)
            else:
                done += 1
        if done:
            self.message_user(request, _("%(count)s supervised.") % {"count": done}, messages.SUCCESS)
