"""/residents/exports/ — lists of people to take out, and who has taken which."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.actor import Actor
from core.errors import Denied, Invalid
from core.keyset import paginate
from organizations.requests import staff_actor, staff_user
from organizations.scopes import scope_of
from residents.forms.exports import ExportForm
from residents.models import PeopleExport
from residents.services.exports import EXPORT, export_csv, export_open, export_xlsx

_ORDER = ("-created_at", "-id")
_PAGE = 20
_BLOCK = 256 * 1024
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponseBase:
    """Show the form and the lists taken out so far, or give a list out."""
    user = staff_user(request)
    if EXPORT not in scope_of(user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    form = ExportForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        export = _opened(staff_actor(request), form)
        if export is not None:
            return _file(export)
    past = PeopleExport.objects.visible_to(user).select_related("created_by")
    page = paginate(past, order=_ORDER, cursor=request.GET.get("after", ""), size=_PAGE)
    context = {
        "form": form,
        "exports": page.rows,
        "newer_url": f"?after={page.newer}" if page.newer else "",
        "older_url": f"?after={page.older}" if page.older else "",
    }
    return render(request, "residents/exports.html", context, status=422 if form.errors else 200)


def _opened(actor: Actor, form: ExportForm) -> PeopleExport | None:
    asked = form.cleaned_data
    try:
        return export_open(
            actor=actor,
            purpose=asked["purpose"],
            file_format=asked["file_format"],
            community_id=asked["community"],
            population_type=asked["population_type"],
            with_numbers=asked.get("with_numbers", False),
        )
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def _file(export: PeopleExport) -> HttpResponseBase:
    rows = _blocks(export_xlsx(export)) if export.file_format == "xlsx" else export_csv(export)
    response = StreamingHttpResponse(rows, content_type=_TYPES[export.file_format])
    name = f"people-{export.pk}.{export.file_format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _blocks(path: Path) -> Iterator[bytes]:
    """Give a file block by block and remove it, also where the reader goes away."""
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    finally:
        path.unlink(missing_ok=True)
