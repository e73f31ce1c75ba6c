"""Signing in and out, the own password, and the own inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import keyset, notifications


class LoginView(auth_views.LoginView):
    """Asks for name and password; django-axes counts what fails."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True


class PasswordChangeView(auth_views.PasswordChangeView):
    """Sets a new own password and ends the person's other sessions."""

    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("inbox")

    def form_valid(self, form: Any) -> HttpResponse:
        """Say that it worked on the next page."""
        response = super().form_valid(form)
        messages.success(self.request, _("The new password is set."))
        return response


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the inbox shows it."""

    pk: int
    text: str
    at: datetime
    is_read: bool


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the person's own messages, newest first, 25 to a page; two queries beside the frame's."""
    user_id = _user_id(request)
    page = keyset.paginate(
        notifications.inbox(user_id), order=("-created_at", "-id"), cursor=request.GET.get("at", "")
    )
    newest = notifications.delivered(user_id).order_by("-id").values_list("pk", flat=True).first()
    context = {
        "messages_shown": [
            Shown(row.pk, notifications.render(row), row.created_at, row.read_at is not None)
            for row in page.rows
        ],
        "unread": notifications.unread_count(user_id),
        "newest_id": newest,
        "newer_url": _page_url(page.newer),
        "older_url": _page_url(page.older),
    }
    return render(request, "inbox.html", context)


@login_required
@require_GET
def inbox_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one own message as read and go where it leads."""
    message = get_object_or_404(notifications.inbox(_user_id(request)), pk=pk)
    notifications.mark_one_read(message)
    is_ours = url_has_allowed_host_and_scheme(message.url, allowed_hosts=None)
    return redirect(message.url if message.url and is_ours else reverse("inbox"))


@login_required
@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Mark every own message up to the one the page had shown as read, so that none unseen is swallowed."""
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 19:
        count = notifications.mark_read(_user_id(request), up_to_id=int(up_to))
        messages.success(request, _("%(count)s messages marked as read.") % {"count": count})
    return redirect("inbox")


def _user_id(request: HttpRequest) -> int:
    return cast("int", request.user.pk)


def _page_url(cursor: str) -> str:
    return f"?{urlencode({'at': cursor})}" if cursor else ""
