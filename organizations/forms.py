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


class _PasswordForm(ServiceForm):
    new_password = forms.CharField(
        label=_("new password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )

    def clean_new_password(self) -> str | None:
        """Take an empty field for no password, not for an empty one."""
        return self.cleaned_data["new_password"] or None


class UserCreateForm(_PasswordForm):
    """A new account."""

    class Meta:
        """What is asked."""

        model = User
        fields = ("username", "full_name", "phone", "new_password")
        widgets = {"username": UnfoldAdminTextInputWidget}


class UserChangeForm(_PasswordForm):
    """An account; its name stays."""

    class Meta:
        """What is asked."""

        model = User
        fields = ("full_name", "phone", "is_active", "new_password")


class MembershipForm(ServiceForm):
    """A role at an organisation between two days."""

    role = forms.ChoiceField(label=_("role"), choices=Role.choices, widget=UnfoldAdminSelectWidget)

    class Meta:
        """What is asked."""

        model = Membership
        fields: Any = ("user", "organization", "role", "title", "valid_from", "valid_to")
