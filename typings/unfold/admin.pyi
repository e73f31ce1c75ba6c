from typing import Any

from django.contrib import admin

class ModelAdmin(admin.ModelAdmin[Any]):
    list_fullwidth: bool
    warn_unsaved_form: bool
    compressed_fields: bool

class TabularInline(admin.TabularInline[Any, Any]):
    tab: bool

class StackedInline(admin.StackedInline[Any, Any]):
    tab: bool
