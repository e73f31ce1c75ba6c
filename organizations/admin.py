"""Administration of organisations, tier templates, people and their roles."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from core import clock, tree
from core.actor import Actor
from core.admin import ServiceAdmin, TreeAdmin
from organizations.choices import Role
from organizations.forms import (
    MembershipForm,
    OrganizationForm,
    TierRuleForm,
    UserChangeForm,
    UserCreateForm,
    UserPasswordForm,
)
from organizations.models import Membership, Organization, TierRule, TierTemplate, User
from organizations.scopes import scope_of
from organizations.services import (
    membership_end,
    membership_grant,
    membership_update,
    organization_close,
    organization_create,
    organization_move,
    organization_update,
    user_create,
    user_set_password,
    user_update,
)
from organizations.services.users import RESET

# Roles come from the reference data; nobody puts people into groups or gives single permissions here.
admin.site.unregister(Group)


@admin.register(Organization)
class OrganizationAdmin(TreeAdmin):
    """The organisation tree, dragged under its lock."""

    form = OrganizationForm
    list_display = ("tree_actions", "indented_title", "code", "kind", "phone", "closed_on")
    list_display_links = ("indented_title",)
    list_filter = ("kind", ("closed_on", admin.EmptyFieldListFilter))
    search_fields = ("name", "code")
    actions = ("close",)
    fields = ("parent", "kind", "code", "name", "tier_template", "duties", "phone")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the kind of what is there: people and incidents hang on it."""
        return ("kind", "closed_on") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the day of closing once there may be one."""
        return [*self.fields, "closed_on"] if obj else list(self.fields)

    def create(self, actor: Actor, data: dict[str, Any]) -> Organization:
        """Create through the service."""
        parent = data["parent"]
        return organization_create(
            actor=actor,
            code=data["code"],
            name=data["name"],
            kind=data["kind"],
            parent_id=parent.pk if parent else None,
            tier_template=data["tier_template"],
            duties=data["duties"],
            phone=data["phone"],
        )

    def change(self, actor: Actor, obj: Organization, data: dict[str, Any]) -> Organization:
        """Move where the parent is another, then change the rest."""
        parent_id = data["parent"].pk if data["parent"] else None
        if Organization.objects.filter(pk=obj.pk).exclude(parent_id=parent_id).exists():
            organization_move(actor=actor, organization_id=obj.pk, parent_id=parent_id)
        return organization_update(
            actor=actor,
            organization_id=obj.pk,
            code=data["code"],
            name=data["name"],
            duties=data["duties"],
            phone=data["phone"],
            tier_template=data["tier_template"],
        )

    def move(
        self, actor: Actor, node: Any, *, parent_id: int | None, beside_id: int | None, side: tree.Side
    ) -> Organization:
        """Move through the service."""
        return organization_move(
            actor=actor, organization_id=node.pk, parent_id=parent_id, beside_id=beside_id, side=side
        )

    @admin.action(description=_("Close the selected organisations"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """Close each selected organisation."""
        self.perform(
            request,
            queryset,
            lambda actor, row: organization_close(actor=actor, organization_id=row.pk),
            str(_("Closed")),
        )


class TierRuleInline(TabularInline):
    """The permitted nestings of a template."""

    model = TierRule
    form = TierRuleForm
    extra = 0
    fields = ("parent_kind", "child_kind", "name", "head_title", "order")


@admin.register(TierTemplate)
class TierTemplateAdmin(ModelAdmin):
    """Tier templates are plain reference data: the tree's services read them at every write."""

    list_display = ("name", "code", "source")
    search_fields = ("name", "code")
    inlines = (TierRuleInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a city may stand on it."""
        return False


class MembershipInline(TabularInline):
    """What a person is where; ended and given on the membership's own page."""

    model = Membership
    extra = 0
    fields = ("organization", "role", "title", "valid_from", "valid_to")
    readonly_fields = fields
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: giving a role is a step of its own."""
        return False


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """Accounts; what a person may do follows from their memberships."""

    list_display = ("username", "full_name", "phone", "roles", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role")
    search_fields = ("username", "full_name", "phone")
    ordering = ("username",)
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return all accounts to those who look after the whole city, which is all who may view accounts."""
        return User.objects.prefetch_related("memberships")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for a user name only where there is none yet, for a password only those who may set one."""
        may_set = scope_of(request.user).holds_in_city(RESET)
        changing = UserPasswordForm if may_set else UserChangeForm
        kwargs["form"] = changing if obj else UserCreateForm
        return super().get_form(request, obj, change=change, **kwargs)

    def create(self, actor: Actor, data: dict[str, Any]) -> User:
        """Create through the service."""
        return user_create(
            actor=actor,
            username=data["username"],
            full_name=data["full_name"],
            phone=data["phone"],
        )

    def change(self, actor: Actor, obj: User, data: dict[str, Any]) -> User:
        """Change through the services; an empty password stays as it is."""
        if data.get("new_password"):
            user_set_password(actor=actor, user_id=obj.pk, password=data["new_password"])
        return user_update(
            actor=actor,
            user_id=obj.pk,
            full_name=data["full_name"],
            phone=data["phone"],
            is_active=data["is_active"],
        )

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        """Return the roles of all memberships, ended ones too."""
        return "、".join(str(Role(row.role).label) for row in user.memberships.all())


@admin.register(Membership)
class MembershipAdmin(ServiceAdmin):
    """Dated memberships: given, changed and ended, never deleted."""

    form = MembershipForm
    list_display = ("user", "organization", "role", "title", "valid_from", "valid_to")
    list_select_related = ("user", "organization")
    list_filter = ("role", "organization__kind")
    search_fields = ("user__username", "user__full_name", "organization__name", "title")
    autocomplete_fields = ("user", "organization")
    actions = ("end",)
    fields = ("user", "organization", "role", "title", "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep who and where: another role is another membership."""
        return ("user", "organization", "role") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin today unless said otherwise."""
        return {"valid_from": clock.today(), **super().get_changeform_initial_data(request)}

    def create(self, actor: Actor, data: dict[str, Any]) -> Membership:
        """Grant through the service."""
        return membership_grant(actor=actor, **data)

    def change(self, actor: Actor, obj: Membership, data: dict[str, Any]) -> Membership:
        """Change through the service."""
        return membership_update(actor=actor, membership_id=obj.pk, **data)

    @admin.action(description=_("End the selected memberships"), permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """End each selected membership, so that it holds no longer from today."""
        self.perform(
            request,
            queryset,
            lambda actor, row: membership_end(actor=actor, membership_id=row.pk),
            str(_("Ended")),
        )
