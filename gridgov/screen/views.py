"""/screen/ — what a leader sees from four metres away."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock
from core.errors import Missing
from gridgov.screen.city_map import HEIGHT, WIDTH
from gridgov.screen.selectors import overview
from organizations.scopes import scope_of


@login_required
@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """Show the person's whole area; Missing for those who look after no area."""
    scope = scope_of(request.user)
    if not (scope.whole_city or scope.street_ids or scope.community_ids):
        raise Missing("screen_missing", _("The overview is for those who look after a whole area."))
    now = clock.now()
    context = {"now": now, "overview": overview(request.user, now=now), "map_box": f"0 0 {WIDTH} {HEIGHT}"}
    return render(request, "screen/screen.html", context)
