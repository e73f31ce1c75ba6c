"""People, households and dwellings for reading, within what one sees; numbers are never shown here."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import TabularInline

from core.admin import ServiceAdmin
from residents.models import Dwelling, Household, MergeRecord, PastResidence, Person, ResidentEvent

_HAPPENED = ("verb", "effective_on", "at", "actor", "note")
_HIDDEN = ("document_sealed", "document_mark", "phone_sealed", "phone_mark", "phone_tail_mark")


class FileAdmin(ServiceAdmin):
    """A table that is only read here: files change on their own pages, where the change is dated."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class ReadOnlyInline(TabularInline):
    """Rows of a file, for reading; whoever sees the file sees them."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Allow: the file itself has been asked for."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class PersonHistoryInline(ReadOnlyInline):
    """The history of a person."""

    model = ResidentEvent
    fk_name = "person"
    fields = readonly_fields = _HAPPENED


class HouseholdHistoryInline(ReadOnlyInline):
    """The history of a household."""

    model = ResidentEvent
    fk_name = "household"
    fields = readonly_fields = _HAPPENED


class PastResidenceInline(ReadOnlyInline):
    """Where the person lived before."""

    model = PastResidence
    fields = readonly_fields = ("household", "kinship", "valid_from", "valid_to")


@admin.register(Person)
class PersonAdmin(FileAdmin):
    """Every person one sees."""

    list_display = ("name", "gender", "birth_date", "state", "kinship", "household", "community", "grid")
    list_select_related = ("household", "community", "grid")
    list_filter = ("state", "population_type", "kinship")
    search_fields = ("name__startswith",)
    exclude = _HIDDEN
    inlines = (PastResidenceInline, PersonHistoryInline)


@admin.register(Household)
class HouseholdAdmin(FileAdmin):
    """Every household one sees."""

    list_display = ("id", "dwelling", "building", "community", "kind", "opened_on", "closed_on")
    list_select_related = ("dwelling", "building", "community")
    list_filter = ("kind", ("closed_on", admin.EmptyFieldListFilter))
    search_fields = ("=id", "building__name")
    inlines = (HouseholdHistoryInline,)


@admin.register(Dwelling)
class DwellingAdmin(FileAdmin):
    """Every dwelling one sees."""

    list_display = ("building", "unit", "room", "use", "area", "reported_lived_in", "closed_on")
    list_select_related = ("building",)
    list_filter = ("use", "reported_lived_in")
    search_fields = ("building__name", "room__exact")


@admin.register(MergeRecord)
class MergeRecordAdmin(FileAdmin):
    """Which files were merged, and which mergings were undone."""

    list_display = ("kept", "gone", "merged_at", "merged_by", "undone_at")
    list_select_related = ("kept", "gone", "merged_by")
    list_filter = (("undone_at", admin.EmptyFieldListFilter),)
    date_hierarchy = "merged_at"
    fields = ("kept", "gone", "reason", "merged_at", "merged_by", "undone_at", "undone_by")
