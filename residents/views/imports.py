"""/residents/imports/ — tables of people: handed in, columns named, worked off, bad rows back, undone."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.actor import Actor
from core.errors import Denied, DomainError, Invalid
from core.keyset import paginate
from organizations.requests import signed_in_fragment, staff_actor, staff_user
from organizations.scopes import scope_of
from residents.forms.imports import ColumnsForm, TableForm
from residents.importing.places import PERMISSION
from residents.models import ImportState, PeopleImport
from residents.selectors.imports import (
    first_left,
    first_refusals,
    import_for,
    preview,
    refused_file,
    template_file,
)
from residents.services.imports import (
    import_cancel,
    import_start,
    import_take,
    import_undo,
    refused_look,
)
from residents.tasks import work_people_imports

_ORDER = ("-created_at", "-id")
_PAGE = 20
_CSV = "text/csv; charset=utf-8"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Show the imports with the form for a new one, or take a file in."""
    _check(request)
    user = staff_user(request)
    form = TableForm(user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = _taken(staff_actor(request), form)
        if job is not None:
            return redirect("residents:import", pk=job.pk)
    jobs = PeopleImport.objects.visible_to(user).select_related("created_by")
    page = paginate(jobs, order=_ORDER, cursor=request.GET.get("after", ""), size=_PAGE)
    context = {
        "form": form,
        "jobs": page.rows,
        "newer_url": f"?after={page.newer}" if page.newer else "",
        "older_url": f"?after={page.older}" if page.older else "",
    }
    return render(request, "residents/imports.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is; before it is started, ask for its columns and show its first rows."""
    found = _job(request, pk)
    if found.state != ImportState.MAPPING:
        return render(request, "residents/import.html", _context(found))
    form = ColumnsForm(found, request.POST or None)
    mapping = found.mapping
    if request.method == "POST" and form.is_valid():
        mapping = form.mapping()
        if "start" in request.POST and _started(request, found, form):
            return redirect("residents:import", pk=found.pk)
    context = {"job": found, "form": form, "rows": preview(staff_user(request), found, mapping)}
    return render(request, "residents/import_columns.html", context, status=422 if form.errors else 200)


@signed_in_fragment
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the part of the page that changes while rows are worked off."""
    return render(request, "residents/_import_progress.html", _context(_job(request, pk)))


@login_required
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import where it is."""
    _tell(request, lambda: import_cancel(actor=staff_actor(request), job_id=pk), _("The import is stopped."))
    return redirect("residents:import", pk=pk)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to take an import back."""
    wake = work_people_imports.delay
    _tell(
        request,
        lambda: import_undo(actor=staff_actor(request), job_id=pk, wake=wake),
        _("The import is being undone."),
    )
    return redirect("residents:import", pk=pk)


@login_required
@require_POST
def refused(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Give the refused rows back as a file with the reasons; the look is logged."""
    found = refused_look(actor=staff_actor(request), job_id=pk)
    response = StreamingHttpResponse(refused_file(found), content_type=_CSV)
    response["Content-Disposition"] = f'attachment; filename="people-{found.pk}-refused.csv"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Give an empty table with our own titles."""
    _check(request)
    response = HttpResponse(template_file(), content_type=_CSV)
    response["Content-Disposition"] = 'attachment; filename="people-template.csv"'
    return response


def _taken(actor: Actor, form: TableForm) -> PeopleImport | None:
    uploaded = form.cleaned_data["file"]
    try:
        return import_take(
            actor=actor,
            file_name=uploaded.name or "",
            stream=uploaded.file,
            community_id=form.cleaned_data["community"],
            source=form.cleaned_data["source"],
            as_of=form.cleaned_data["as_of"],
        )
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def _started(request: HttpRequest, found: PeopleImport, form: ColumnsForm) -> bool:
    try:
        import_start(
            actor=staff_actor(request),
            job_id=found.pk,
            mapping=form.mapping(),
            wake=work_people_imports.delay,
        )
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def _tell(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Do it and say so, or say why not; what cannot be seen stays a 404."""
    try:
        act()
    except DomainError as error:
        if error.code == "import_missing":
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, done)


def _context(found: PeopleImport) -> dict[str, object]:
    working = found.state in {ImportState.RUNNING, ImportState.UNDOING}
    done = found.added + found.changed + found.unchanged + found.refused
    return {
        "job": found,
        "is_working": working,
        "is_undoing": found.state == ImportState.UNDOING,
        "may_undo": found.state in {ImportState.FINISHED, ImportState.CANCELLED} and found.cleared_at is None,
        "done": done,
        "refusals": first_refusals(found) if found.refused else [],
        "has_cells": found.cleared_at is None,
        "left_people": first_left(found) if found.left else [],
    }


def _job(request: HttpRequest, pk: int) -> PeopleImport:
    _check(request)
    found = import_for(request.user, pk)
    if found is None:
        raise Http404
    return found


def _check(request: HttpRequest) -> None:
    if PERMISSION not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
