"""What the tables of rules share: everyone who may view them sees all, services save, the report is shown."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from core.admin import ServiceAdmin, actor_of
from incidents.admin.forms import RuleRowForm
from incidents.models import RuleSet
from incidents.models.reference import validate_limit
from incidents.selectors.limit_words import limit_words
from incidents.services.rule_report import CALENDAR_MISSING, Finding, rule_findings
from incidents.services.rule_rows import rule_row_save


class RuleTableAdmin(ServiceAdmin):
    """A table of rules: the same for the whole city, so that who may view it sees every row.

    The report above the list names what is wrong in this table; `reports_everything` shows all tables.
    """

    form = RuleRowForm
    list_before_template = "admin/incidents/rule_findings.html"
    reports_everything = False

    class Media:
        """The look of the report."""

        css = {"all": ("css/admin-rules.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return every row; permission to view the table is what decides."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        return rows

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Say beside every limit how it is written."""
        if validate_limit in db_field.validators:
            kwargs["help_text"] = gettext_lazy(
                "Write 30min, 2h, 4wh (working hours), 3wd (working days) or 15d (calendar days)."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save by the service, then say what the rule report has about this row."""
        rule_row_save(actor=actor_of(request), row=obj)
        for finding in rule_findings(getattr(obj, "rule_set", None)):
            if finding.table == obj._meta.model_name and finding.row_id == obj.pk:
                self.message_user(request, finding.sentence, messages.WARNING)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the rule report above the list."""
        mine = [
            each
            for each in rule_findings(self.version_shown(request))
            if self.reports_everything or each.table == self._table or each.code == CALENDAR_MISSING
        ]
        context = {
            "findings": [(finding, self._address(request, finding)) for finding in mine],
            "problem_count": sum(not finding.is_hint for finding in mine),
            "checks_everything": self.reports_everything,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def version_shown(self, request: HttpRequest) -> RuleSet | None:
        """Return the version of the rules that the report is about; None: the one in force."""
        return None

    @property
    def _table(self) -> str:
        return self.model._meta.model_name or ""

    def _address(self, request: HttpRequest, finding: Finding) -> str:
        """Return where the row is repaired, for those who may."""
        if finding.row_id is None or not request.user.has_perm(f"incidents.change_{finding.table}"):
            return ""
        return reverse(f"admin:incidents_{finding.table}_change", args=[finding.row_id])


class ReadOnlyAdmin(ServiceAdmin):
    """A table that is only read here; its rows change through the pages of the work itself."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


@admin.display(description=gettext_lazy("in use"), ordering="is_active")
def in_use(row: Any) -> str:
    """Return whether a rule is switched on, in a word: colours mean severity and nothing else."""
    return _("in use") if row.is_active else _("switched off")


@admin.display(description=gettext_lazy("origin"), ordering="edited_locally")
def origin(row: Any) -> str:
    """Return whether the row is as it was shipped or has been edited here."""
    return _("edited here") if row.edited_locally else _("as shipped")


def limit_column(name: str, label: Any) -> Callable[[Any], str]:
    """Return a column that shows a limit in words."""

    @admin.display(description=label)
    def column(row: Any) -> str:
        return limit_words(getattr(row, name))

    return column


def listed(values: list[str], labels: dict[str, Any], *, nothing: str = "") -> str:
    """Return values as words in one line; `nothing` for an empty list."""
    if not values:
        return nothing or _("all")
    return "、".join(str(labels.get(value, value)) for value in values)
