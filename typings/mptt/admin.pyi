from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

class MPTTModelAdmin(admin.ModelAdmin[Any]): ...

class DraggableMPTTAdmin(MPTTModelAdmin):
    mptt_level_indent: int
    expand_tree_by_default: bool
    def _move_node(self, request: HttpRequest) -> HttpResponse: ...
