"""/figures/ — the rates with what they divide, what was left out, how they stood, and the cases behind."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import DomainError, Missing
from core.keyset import paginate
from core.listing import CURSOR, Chip, kept, link, page_links
from incidents.choices import LEFT_OUT, RATES
from incidents.forms.figures import BY, FiguresForm
from incidents.models import FigureAppeal, FigureSnapshot
from incidents.rules.rates import RULES, Of, Rate, Tally, percent, score, summed
from incidents.rules.vocabulary import ApplicationState
from incidents.selectors.figure_lines import (
    UNIT_ORDER,
    cases_behind,
    other_lines,
    stood_for,
    unit_lines,
    units_for,
    weights_now,
)
from incidents.selectors.figures import Line, may_see_figures, tallies_for
from incidents.selectors.lists import PAGE_SIZE, incidents_for, rows_of
from incidents.services.figures import TAKE, figures_keep
from incidents.views.staff.listing import page_of
from organizations.requests import staff_actor
from organizations.scopes import scope_of

UNITS_A_PAGE = 50
SNAPSHOTS_SHOWN = 12
_RATES: Mapping[str, Any] = dict(RATES)
_LEFT_OUT: Mapping[str, Any] = dict(LEFT_OUT)
_OPEN_FURTHER = {"street": "community", "community": "category", "department": "category", "unit": "category"}


@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Show the figures of the person's area, set out as asked."""
    _check(request)
    form = FiguresForm(request.GET, request.user)
    try:
        wanted = form.wanted()
    except DomainError as error:
        shown = {"form": form, "problem": error.message}
        return render(request, "incidents/figures.html", shown, status=422)
    found = tallies_for(request.user, wanted)
    stood = stood_for(request.user, wanted, form.snapshot)
    units = units_for(request.user, wanted, found)
    pages: dict[str, str] = {}
    if units is None:
        lines = other_lines(wanted, found, stood)
    else:
        page = paginate(units, order=UNIT_ORDER, cursor=request.GET.get(CURSOR, ""), size=UNITS_A_PAGE)
        lines, pages = unit_lines(page.rows, found, stood), page_links(page, request.GET)
    weights = weights_now()
    total = Line("", _("Together"), summed(found.values()), None, summed(stood.values()) if stood else {})
    context = {
        "form": form,
        "wanted": wanted,
        "heads": [_RATES[rate] for rate in Rate],
        "weights": [(_RATES[rate], weight) for rate, weight in weights.items()],
        "total": _row(request, total, weights),
        "rows": [_row(request, line, weights) for line in lines],
        "reasons": _reasons(request, total),
        "by_chips": [Chip(link(request.GET, by=by.value), label, by is wanted.by) for by, label in BY],
        "whole": link(request.GET, unit=None) if wanted.unit else "",
        "keep": kept(request.GET, ("by", "unit")),
        "snapshot": form.snapshot,
        "snapshots": _snapshots(request, form.snapshot),
        "live": link(request.GET, stood=None),
        "may_take": scope_of(request.user).holds_in_city(TAKE),
        "now": clock.now(),
        **pages,
    }
    return render(request, "incidents/figures.html", context)


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Show exactly the cases behind one part of a figure, newest first."""
    _check(request)
    query = request.GET
    try:
        rate, name = Rate(query.get("rate", "")), query.get("part", "")
        wanted = FiguresForm(query, request.user).wanted()
        behind, rows = cases_behind(request.user, wanted, rate, name, query.get("key", ""))
    except ValueError as error:
        raise Http404 from error
    page = page_of(incidents_for(request.user).filter(pk__in=behind.values("pk")), query, "new")
    back = query.copy()
    for each in ("rate", "part", "key", "name", CURSOR):
        back.pop(each, None)
    context = {
        "now": clock.now(),
        "rows": rows_of(page.rows, request.user),
        "title": _title(rate, name, query.get("name", "")[:100]),
        "verdicts": rows.order_by().count() if RULES[rate].of is Of.ROUNDS else None,
        "total": behind.order_by().count(),
        "list_url": f"{reverse('figures')}?{back.urlencode()}",
        "back": request.get_full_path(),
        **page_links(page, query),
    }
    return render(request, "incidents/figure_cases.html", context)


@login_required
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """Show appeals within the person's view: those that wait, or all of them."""
    _check(request)
    rows: Any = FigureAppeal.objects.visible_to(request.user).select_related(
        "incident__category", "unit", "asked_by", "decided_by"
    )
    every = bool(request.GET.get("all"))
    if not every:
        rows = rows.filter(state=ApplicationState.PENDING)
    page = paginate(rows, order=("-asked_at", "-id"), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        "rows": page.rows,
        "every": every,
        "chips": [
            Chip(link(request.GET, all=None), _("Waiting for a decision"), not every),
            Chip(link(request.GET, all="1"), _("All"), every),
        ],
        "back": request.get_full_path(),
        **page_links(page, request.GET),
    }
    return render(request, "incidents/figure_appeals.html", context)


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Write down the figures of the period as they stand now, and show them beside the live ones."""
    _check(request)
    try:
        first, last = FiguresForm(request.POST, request.user).period()
        taken = figures_keep(actor=staff_actor(request), first=first, last=last)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("figures")
    messages.success(request, _("The figures have been written down as they stand today."))
    return redirect(f"{reverse('figures')}?stood={taken.pk}")


def _row(request: HttpRequest, line: Line, weights: Mapping[Rate, int]) -> dict[str, Any]:
    further = _OPEN_FURTHER.get(line.unit.kind) if line.unit else None
    return {
        "name": line.name,
        "url": link(request.GET, by=further, unit=line.key) if further else "",
        "score": percent(score(line.tallies, weights)),
        "score_stood": percent(score(line.stood, weights)) if line.stood else "",
        "cells": [_cell(request, line, tally) for tally in line.tallies.values()],
    }


def _cell(request: HttpRequest, line: Line, tally: Tally) -> dict[str, Any]:
    stood = line.stood.get(tally.rate)
    return {
        "label": _RATES[tally.rate],
        "percent": tally.percent,
        "numerator": tally.numerator,
        "denominator": tally.denominator,
        "counted": _behind(request, line, tally.rate, "counted"),
        "assessed": _behind(request, line, tally.rate, "assessed"),
        "stood": stood,
    }


def _reasons(request: HttpRequest, total: Line) -> list[tuple[Any, list[tuple[Any, int, str]]]]:
    """Return for each figure what was left out of it, why, how often, and where to see the cases."""
    return [
        (
            _RATES[rate],
            [
                (_LEFT_OUT[reason], number, _behind(request, total, rate, reason.value))
                for reason, number in tally.left_out.items()
                if number
            ],
        )
        for rate, tally in total.tallies.items()
    ]


def _behind(request: HttpRequest, line: Line, rate: Rate, name: str) -> str:
    query = request.GET.copy()
    query.pop(CURSOR, None)
    query.update({"rate": rate.value, "part": name, "key": line.key, "name": line.name if line.key else ""})
    return f"{reverse('figure-cases')}?{query.urlencode()}"


def _title(rate: Rate, name: str, line: str) -> str:
    parts = {"counted": _("counted"), "assessed": _("assessed")}
    words = [line, str(_RATES[rate]), str(parts.get(name) or _LEFT_OUT[name])]
    return " · ".join(word for word in words if word)


def _snapshots(request: HttpRequest, chosen: FigureSnapshot | None) -> list[Chip]:
    rows = FigureSnapshot.objects.order_by("-taken_at", "-id")[:SNAPSHOTS_SHOWN]
    return [
        Chip(
            link(request.GET, stood=str(row.pk), first=None, last=None),
            _("%(first)s to %(last)s, as on %(day)s")
            % {"first": row.first, "last": row.last, "day": row.taken_on},
            chosen is not None and row.pk == chosen.pk,
        )
        for row in rows
    ]


def _check(request: HttpRequest) -> None:
    if not may_see_figures(request.user):
        raise Missing("page_missing", _("There is no such page for your posts."))
