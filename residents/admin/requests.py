"""Requests of people about their own data, for reading; they are decided on their own page."""

from django.contrib import admin

from residents.admin.people import FileAdmin
from residents.models import SubjectRequest


@admin.register(SubjectRequest)
class SubjectRequestAdmin(FileAdmin):
    """Who asked for what, until when it is due, and how it was decided; what was said is not shown here."""

    list_display = ("person", "kind", "state", "received_on", "due_on", "decided_by", "decided_at")
    list_select_related = ("person", "decided_by")
    list_filter = ("kind", "state")
