"""What every admin page shares: rows start at visible_to, saves are services, refusals stand at their field.

Django's admin log keeps who changed what here; the services keep their own events.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from mptt.admin import DraggableMPTTAdmin
from unfold.admin import ModelAdmin

from core.actor import Actor
from core.errors import Denied, DomainError
from core.tree import Side

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Any]
else:
    BaseForm = forms.ModelForm
_REFUSAL = "_gridgov_refusal"


class ServiceForm(BaseForm):
    """A model form that also shows what a service has refused."""

    refusal: ClassVar[DomainError | None] = None

    def clean(self) -> dict[str, Any]:
        """Add the service's refusal, at its field where the form has it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.refusal is not None:
            known = self.refusal.field if self.refusal.field in self.fields else None
            self.add_error(known, self.refusal.message)
        return cleaned


class ServiceAdmin(ModelAdmin):
    """An admin whose changes go through services; nothing is deleted here, what ends is closed."""

    form: Any = ServiceForm
    list_fullwidth = True
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what the person sees."""
        queryset: Any = super().get_queryset(request)
        visible: QuerySet[Any] = queryset.visible_to(request.user)
        return visible

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only what the person sees, where the related model knows visibility."""
        related = db_field.remote_field.model._default_manager
        if "queryset" not in kwargs and hasattr(related, "visible_to"):
            kwargs["queryset"] = related.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: history refers to every row."""
        return False

    def create(self, actor: Actor, data: dict[str, Any]) -> models.Model:
        """Call the creating service with the form's data; an admin without one is for reading."""
        raise Denied("read_only", _("Nothing can be added here."))

    def change(self, actor: Actor, obj: Any, data: dict[str, Any]) -> models.Model:
        """Call the changing service with the form's data; an admin without one is for reading."""
        raise Denied("read_only", _("Nothing can be changed here."))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand the form's data to the service; a refusal comes back as an error of the form."""
        actor = actor_of(request)
        data = form.cleaned_data
        saved = self.change(actor, obj, data) if change else self.create(actor, data)
        obj.pk = saved.pk
        obj.refresh_from_db()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which shows the refusal where the service has just refused this request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, _REFUSAL, None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form again with the reason where a service refuses; nothing of the attempt is kept."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            setattr(request, _REFUSAL, error)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def perform(self, request: HttpRequest, rows: QuerySet[Any], act: Any, done: str) -> None:
        """Call `act(actor, row)` for each selected row, each on its own, and say which went wrong."""
        count = 0
        for row in rows:
            try:
                act(actor_of(request), row)
            except DomainError as error:
                self.message_user(request, f"{row}：{error.message}", messages.ERROR)
            else:
                self.log_change(request, row, done)
                count += 1
        if count:
            self.message_user(
                request, _("%(what)s: %(count)s") % {"what": done, "count": count}, messages.SUCCESS
            )


class TreeAdmin(DraggableMPTTAdmin, ServiceAdmin):
    """A tree whose rows are dragged; every drop is a move by the service, under the tree's lock."""

    expand_tree_by_default = True
    mptt_level_indent = 24

    class Media:
        """The drag script takes all rows for siblings in one table body; Unfold gives each its own."""

        js = ("js/admin-tree.js",)

    @admin.display(description=gettext_lazy("name"))
    def indented_title(self, item: Any) -> SafeString:
        """Return the row's name, indented by its depth."""
        title: SafeString = super().indented_title(item)
        return title

    def move(
        self, actor: Actor, node: Any, *, parent_id: int | None, beside_id: int | None, side: Side
    ) -> models.Model:
        """Call the moving service; a tree without one is for reading."""
        raise Denied("read_only", _("Nothing can be changed here."))

    def _move_node(self, request: HttpRequest) -> HttpResponse:
        position = request.POST.get("position")
        rows = self.get_queryset(request)
        pair = [_row(rows, request.POST.get(name)) for name in ("cut_item", "pasted_on")]
        if position not in {"last-child", "left", "right"} or None in pair:
            self.message_user(request, _("The tree has changed meanwhile. Try again."), messages.ERROR)
            return HttpResponse("FAIL", status=409)
        node, target = pair
        side: Side = "left" if position == "left" else "right"
        inside = position == "last-child"
        try:
            moved = self.move(
                actor_of(request),
                node,
                parent_id=target.pk if inside else target.parent_id,
                beside_id=None if inside else target.pk,
                side=side,
            )
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponse("FAIL", status=error.status)
        self.log_change(request, moved, [{"changed": {"fields": ["parent"]}}])
        self.message_user(request, _("“%(name)s” has been moved.") % {"name": moved}, messages.SUCCESS)
        return HttpResponse("OK")


def actor_of(request: HttpRequest) -> Actor:
    """Return the signed-in person as an actor; the admin lets nobody else in."""
    user: Any = request.user
    return Actor.of(user)


def _row(rows: QuerySet[Any], key: str | None) -> Any:
    return rows.filter(pk=key).first() if key and key.isascii() and key.isdigit() else None
