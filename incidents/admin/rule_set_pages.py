"""The pages of a version of the rules: its steps, its coverage, its simulations; parse, call, render."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.admin import actor_of
from core.errors import DomainError
from core.keyset import paginate
from incidents.admin.rule_set_forms import ActivateForm, SimulateForm, StartForm, VersionForm
from incidents.models import RuleSet, Simulation
from incidents.selectors.rule_sets import counted_sets, differences, draft_set, set_in_force
from incidents.selectors.simulations import changes_of, chosen_of, moves_of, simulations_of, words_of
from incidents.services.coverage_report import coverage_report
from incidents.services.rule_report import Finding, rule_findings
from incidents.services.rule_sets import (
    ACTIVATE,
    CHANGE,
    is_simulated,
    ruleset_activate,
    ruleset_discard,
    ruleset_start,
)
from incidents.services.simulations import simulation_start
from incidents.tasks import advance_simulations

PAGE_SIZE = 25
_BASE = "admin/incidents/"


def may_change(request: HttpRequest) -> bool:
    """Return whether the person is offered what changes rules; the services decide."""
    return request.user.has_perm(CHANGE)


def version(
    request: HttpRequest,
    found: RuleSet,
    *,
    start: StartForm | None = None,
    simulate: SimulateForm | None = None,
) -> HttpResponse:
    """Show one version; for a draft its steps, for another one its rules and how to start from it."""
    shown = counted_sets().get(pk=found.pk)
    compared = set_in_force() if shown.is_draft else shown.based_on
    draft = shown if shown.is_draft else draft_set()
    findings = rule_findings(shown)
    context = {
        "version": shown,
        "compared": compared,
        "changes": _addressed(request, differences(shown, compared)),
        "findings": _found(request, (each for each in findings if each.concerns_version)),
        "other_findings": _found(request, (each for each in findings if not each.concerns_version)),
        "problem_count": sum(not each.is_hint and each.in_version for each in findings),
        "simulations": simulations_of(request.user, shown),
        "simulated": is_simulated(shown),
        "may_change": may_change(request),
        "may_activate": request.user.has_perm(ACTIVATE),
        "draft": draft,
        "start_form": start or StartForm(),
        "simulate_form": simulate or SimulateForm(),
    }
    return _page(request, "rule_set.html", str(shown), context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start the draft from the version in force, or from the one that is shown."""
    _require(request, CHANGE)
    form, source = StartForm(request.POST), request.POST.get("source", "")
    try:
        draft = ruleset_start(
            actor=actor_of(request),
            name=request.POST.get("name", ""),
            from_id=int(source) if source.isdigit() else None,
        )
    except DomainError as error:
        shown = RuleSet.objects.filter(pk=int(source)).first() if source.isdigit() else set_in_force()
        if shown is None or not form.is_valid() or error.field != "name":
            messages.error(request, error.message)
            return redirect("admin:incidents_ruleset_changelist")
        form.refuse(error)
        return version(request, shown, start=form)
    messages.success(request, _("The draft is ready. Change its rules, check it, try it, put it into force."))
    return redirect(_address(draft.pk))


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before the draft is thrown away, then do it."""
    _require(request, CHANGE)
    draft = _draft(pk)
    form = VersionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ruleset_discard(actor=actor_of(request), rule_set_id=pk)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The draft has been discarded; the rules in force are unchanged."))
            return redirect("admin:incidents_ruleset_changelist")
    context = {"version": draft, "form": form, "changes": differences(draft, set_in_force())}
    return _page(request, "rule_set_discard.html", _("Discard the draft"), context)


@require_POST
def simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a simulation and go to its page, which shows how far it is."""
    _require(request, CHANGE)
    draft, form = _draft(pk), SimulateForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                run = simulation_start(
                    actor=actor_of(request), rule_set_id=pk, days=form.cleaned_data["days"]
                )
                # A broker that cannot be reached is no reason to refuse: the next beat goes on with the run.
                transaction.on_commit(advance_simulations.delay, robust=True)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect("admin:incidents_simulation", run.pk)
    return version(request, draft, simulate=form)


@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what will change, ask why, then put the draft into force."""
    _require(request, ACTIVATE)
    draft = _draft(pk)
    simulated = is_simulated(draft)
    form = ActivateForm(request.POST or None, simulated=simulated)
    if request.method == "POST" and form.is_valid():
        try:
            ruleset_activate(
                actor=actor_of(request),
                rule_set_id=pk,
                note=form.cleaned_data["note"],
                unsimulated=form.cleaned_data.get("unsimulated", False),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            told = _("Version %(number)s is in force. New incidents follow it; earlier ones keep theirs.")
            messages.success(request, told % {"number": draft.number})
            return redirect(_address(pk))
    context = {
        "version": draft,
        "form": form,
        "simulated": simulated,
        "changes": differences(draft, set_in_force()),
        "last_run": simulations_of(request.user, draft).first(),
    }
    return _page(request, "rule_set_activate.html", _("Put the draft into force"), context)


@require_GET
def coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which rule decides each category in each colour."""
    found = _viewable(request, pk)
    return _page(
        request,
        "rule_set_coverage.html",
        _("Who gets what"),
        {"version": found, "report": coverage_report(found)},
    )


@require_GET
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a run is, its figures, and the incidents behind each figure."""
    run = Simulation.objects.visible_to(request.user).select_related("draft", "compared_with").filter(pk=pk)
    found = run.first()
    if found is None or not admin.site.get_model_admin(RuleSet).has_view_permission(request):
        raise Http404
    chosen = chosen_of(request.GET)
    page = paginate(
        changes_of(request.user, found, chosen),
        order=("id",),
        cursor=request.GET.get("cursor", ""),
        size=PAGE_SIZE,
    )
    query = request.GET.copy()
    context = {
        "run": found,
        "version": found.draft,
        "percent": 100 * found.checked // found.total if found.total else 100,
        "tables": moves_of(found),
        "chosen": chosen,
        "chosen_words": words_of(chosen),
        "rows": page.rows,
        "newer_url": _with_cursor(query, page.newer),
        "older_url": _with_cursor(query, page.older),
    }
    template = "_simulation_progress.html" if request.headers.get("HX-Request") else "simulation.html"
    return _page(request, template, _("Simulation"), context)


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shared = {**admin.site.each_context(request), "title": title, "opts": RuleSet._meta}
    return TemplateResponse(request, _BASE + template, {**shared, **context})


def _address(pk: int) -> str:
    return reverse("admin:incidents_ruleset_change", args=[pk])


def _with_cursor(query: Any, cursor: str) -> str:
    if not cursor:
        return ""
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _viewable(request: HttpRequest, pk: int) -> RuleSet:
    found = RuleSet.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    if not admin.site.get_model_admin(RuleSet).has_view_permission(request):
        raise PermissionDenied
    return found


def _draft(pk: int) -> RuleSet:
    found = RuleSet.objects.filter(pk=pk).first()
    if found is None or not found.is_draft:
        raise Http404
    return found


def _addressed(request: HttpRequest, changes: list[Any]) -> list[tuple[Any, str]]:
    return [(each, _change_address(request, each.table, each.row_id)) for each in changes]


def _found(request: HttpRequest, findings: Iterable[Finding]) -> list[tuple[Finding, str]]:
    return [(each, _change_address(request, each.table, each.row_id)) for each in findings]


def _change_address(request: HttpRequest, table: str, row_id: int | None) -> str:
    if row_id is None or not request.user.has_perm(f"incidents.view_{table}"):
        return ""
    return reverse(f"admin:incidents_{table}_change", args=[row_id])
