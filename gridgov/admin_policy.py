"""The content-security policy of the admin: as strict as Unfold lets it be (docs/adr/0020)."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

# Alpine evaluates the expressions in Unfold's attributes; Unfold and the tree's rows carry style attributes.
# Scripts written into a page stay forbidden, here as everywhere.
ALLOWANCES = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class AdminPolicyMiddleware:
    """Gives the admin's pages, and only them, the allowances that their scripts need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer, once as it is and once with the allowances."""
        self.get_response = get_response
        self.get_admin_response = csp_update(ALLOWANCES)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark the admin's responses; the middleware of django-csp writes the header."""
        if request.path.startswith(reverse("admin:index")):
            return self.get_admin_response(request)
        return self.get_response(request)
