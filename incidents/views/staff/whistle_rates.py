"""/whistle-rates/ — how often the streets whistle, with numerator and denominator. Source: R-57."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import clock
from core.errors import Missing
from core.listing import Chip, link
from core.periods import PeriodForm
from incidents.selectors.whistle_list import kind_names
from incidents.selectors.whistle_rates import WhistleRate, rate_of_all, whistle_rates
from organizations.scopes import scope_of

_PERIODS = ((30, _("30 days")), (90, _("90 days")), (365, _("One year")))
_WORDS = {
    "too_few_cases": _("too few cases to judge"),
    "hardly_any": _("hardly ever whistles"),
    "usual": _("usual"),
    "very_many": _("whistles very often"),
}


@login_required
@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """Show each street's rate in a period; streets see themselves, the city all of them."""
    scope = scope_of(request.user)
    if not scope.whole_city and not scope.street_ids:
        raise Missing("page_missing", _("There is no such page for your posts."))
    form = PeriodForm(request.GET)
    if not form.is_valid():
        shown = {"form": form, "chips": _chips(request)}
        return render(request, "incidents/whistle_rates.html", shown, status=422)
    first, last = form.period()
    found = whistle_rates(request.user, first, last)
    names = kind_names()
    context = {
        "form": form,
        "chips": _chips(request),
        "first": first,
        "last": last,
        "kinds": list(names.values()),
        "rows": [(rate, _by_kind(rate, names), _WORDS[rate.standing]) for rate in found],
        "total": rate_of_all(found),
        "several": len(found) > 1,
    }
    return render(request, "incidents/whistle_rates.html", context)


def _by_kind(rate: WhistleRate, names: dict[str, str]) -> list[tuple[str, int]]:
    return [(name, rate.kinds[kind]) for kind, name in names.items()]


def _chips(request: HttpRequest) -> list[Chip]:
    today = clock.today()
    chips = []
    for days, label in _PERIODS:
        first = today - timedelta(days=days - 1)
        given = {"first": first.isoformat(), "last": today.isoformat()}
        active = {name: request.GET.get(name, "") for name in given} == given
        unnamed = not any(request.GET.get(name) for name in given)
        chips.append(Chip(link(request.GET, **given), label, active or (unnamed and days == 90)))
    return chips
