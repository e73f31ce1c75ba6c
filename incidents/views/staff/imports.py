"""/imports/ — files of another system: handed in, filed in the background, bad rows given back."""

import csv

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import Denied, Invalid
from core.keyset import paginate
from incidents.forms.imports import ImportForm
from incidents.models import ImportJob
from incidents.selectors.imports import first_refusals, job_for, outcome_counts
from incidents.services.import_files import template_titles
from incidents.services.imports import IMPORT, bad_rows_csv, import_create
from incidents.tasks import work_imports
from organizations.requests import signed_in_fragment, staff_actor
from organizations.scopes import scope_of

_ORDER = ("-created_at", "-id")
_PAGE = 20
_CSV = "text/csv; charset=utf-8"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Show the imports with the form for a new one, or take a file in."""
    _check(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            job = import_create(
                actor=staff_actor(request),
                system=form.cleaned_data["system"],
                channel=form.cleaned_data["channel"],
                file_name=uploaded.name or "",
                content=uploaded.read(),
                wake=work_imports.delay,
            )
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return redirect("import", pk=job.pk)
    jobs = ImportJob.objects.visible_to(request.user).select_related("created_by")
    page = paginate(jobs, order=_ORDER, cursor=request.GET.get("after", ""), size=_PAGE)
    context = {
        "form": form,
        "jobs": page.rows,
        "systems": sorted({job.system for job in page.rows}),
        "newer_url": f"?after={page.newer}" if page.newer else "",
        "older_url": f"?after={page.older}" if page.older else "",
    }
    return render(request, "incidents/imports.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is and what could not be taken."""
    return render(request, "incidents/import.html", _context(request, pk))


@signed_in_fragment
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the part of the page that changes while rows are filed."""
    return render(request, "incidents/_import_progress.html", _context(request, pk))


@login_required
@require_GET
def bad_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the refused rows back as a file, with the reasons."""
    found = _job(request, pk)
    response = HttpResponse(bad_rows_csv(found), content_type=_CSV)
    response["Content-Disposition"] = f'attachment; filename="import-{found.pk}-refused.csv"'
    return response


@login_required
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Give an empty file with our own titles."""
    _check(request)
    response = HttpResponse("\ufeff", content_type=_CSV)
    csv.writer(response).writerow(template_titles())
    response["Content-Disposition"] = 'attachment; filename="import-template.csv"'
    return response


def _context(request: HttpRequest, pk: int) -> dict[str, object]:
    found = _job(request, pk)
    counts = outcome_counts(found)
    return {
        "job": found,
        "counts": counts,
        "done": found.row_count - counts["waiting"],
        "refusals": first_refusals(found) if counts["refused"] else [],
    }


def _job(request: HttpRequest, pk: int) -> ImportJob:
    _check(request)
    found = job_for(request.user, pk)
    if found is None:
        raise Http404
    return found


def _check(request: HttpRequest) -> None:
    if IMPORT not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
