"""The way back to the list a person came from, so that no page loses their place."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def back_url(request: HttpRequest) -> str:
    """Return the address in `back`, if it is one of ours, else the home page."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("work")
