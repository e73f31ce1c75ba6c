from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

class MPTTModelAdmin(admin.ModelAdmin[Any]): ...

class DraggableMPTTAdmin(MPTTModelAdmin):
    mptt_level_indent: int
    expand_tree_by_default: bool
    def indented_title(self, item: Any) -> SafeString: ...
    def _move_node(self, request: HttpRequest) -> HttpResponse: ...
