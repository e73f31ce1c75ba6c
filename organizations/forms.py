"""Forms of organisations, people and roles: shape only, the services check the rules."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from core.admin import BaseForm, ServiceForm
from organizations.choices import LEVEL_LABELS, LEVELS, Role
from organizations.models import Membership, Organization, TierRule, User


class OrganizationForm(ServiceForm):
    """An organisation; its parent may be changed here or by dragging."""

    class Meta:
        """What is asked."""

        model = Organization
        fields = ("parent", "kind", "code", "name", "tier_template", "duties", "phone")


class TierRuleForm(BaseForm):
    """One permitted nesting, chosen from the kinds there are."""

    parent_kind = forms.ChoiceField(
        label=_("parent kind"),
        choices=list(LEVEL_LABELS.items()),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    child_kind = forms.ChoiceField(label=_("child kind"), choices=LEVELS, widget=UnfoldAdminSelectWidget)

    class Meta:
        """What is asked."""

        model = TierRule
        fields = ("parent_kind", "child_kind", "name", "head_title", "order")


class UserCreateForm(ServiceForm):
    """A new account; nobody can sign in to it before the security administrator gives it a password."""

    class Meta:
        """What is asked."""

        model = User
        fields = ("username", "full_name", "phone")
        widgets = {"username": UnfoldAdminTextInputWidget}
        help_texts = {"username": _("The security administrator then gives the account its first password.")}


class UserChangeForm(ServiceForm):
    """An account; its name stays."""

    class Meta:
        """What is asked."""

        model = User
        fields: Any = ("full_name", "phone", "is_active")


class UserPasswordForm(UserChangeForm):
    """An account with a new password, for those who may set one."""

    new_password = forms.CharField(
        label=_("new password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )

    class Meta(UserChangeForm.Meta):
        """What is asked."""

        fields = (*UserChangeForm.Meta.fields, "new_password")

    def clean_new_password(self) -> str | None:
        """Take an empty field for no password, not for an empty one."""
        return self.cleaned_data["new_password"] or None


class MembershipForm(ServiceForm):
    """A role at an organisation between two days."""

    role = forms.ChoiceField(label=_("role"), choices=Role.choices, widget=UnfoldAdminSelectWidget)

    class Meta:
        """What is asked."""

        model = Membership
        fields: Any = ("user", "organization", "role", "title", "valid_from", "valid_to")
