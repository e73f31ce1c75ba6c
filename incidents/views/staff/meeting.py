"""/meeting/ — everything a gathering raised, written down on one page; good rows are filed, others stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import Denied, DomainError
from incidents.forms.meeting import (
    FIRST_ROWS,
    MORE_ROWS,
    MOST_ROWS,
    PASTED,
    GatheringForm,
    MatterForm,
    MatterFormSet,
    matters_of,
    pasted_rows,
)
from incidents.models import Incident
from incidents.rules.workflow import FILE
from incidents.services import incident_file
from organizations.requests import staff_actor
from organizations.scopes import scope_of

# The services name the parts of a report; a row shows one of these fields.
_FIELDS = {
    "category": "category_words",
    "grid": "place_words",
    "building": "place_words",
    "reporter_name": "raised_by",
    "reporter_phone": "phone",
}
_KEPT = (*PASTED, "category", "place", "key")


@dataclass(frozen=True, slots=True)
class Matter:
    """One row that has been filed, with the code of whoever raised it."""

    incident: Incident
    code: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest) -> HttpResponse:
    """Show empty rows, add some, take pasted ones, or file what is there."""
    if FILE not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    if request.method != "POST":
        gathering = GatheringForm(initial={"held_on": clock.today()})
        return _page(request, gathering, matters_of(request.user, [{}] * FIRST_ROWS))
    if "add" in request.POST:
        return _with_rows(request, [{}] * MORE_ROWS)
    if "paste" in request.POST:
        return _with_rows(request, pasted_rows(request.POST.get("cells", "")))
    return _file(request)


def _file(request: HttpRequest) -> HttpResponse:
    gathering = GatheringForm(request.POST)
    rows: BaseFormSet[MatterForm] = MatterFormSet(request.POST, form_kwargs={"user": request.user})
    rows.is_valid()
    if not gathering.is_valid():
        return _page(request, gathering, rows, status=422)
    filed: list[Matter] = []
    bad: list[MatterForm] = []
    for form in rows.forms:
        if form.is_valid() and form.is_blank:
            continue
        matter = _file_one(request, gathering, form) if form.is_valid() else None
        if matter is None:
            bad.append(form)
        else:
            filed.append(matter)
    if not filed and not bad:
        gathering.add_error(None, _("Please write down at least one matter."))
        return _page(request, gathering, rows, status=422)
    if bad:
        return _page(request, gathering, _again(request, bad), filed=filed, status=422)
    return render(request, "incidents/meeting_filed.html", {"filed": filed, "gathering": gathering})


def _file_one(request: HttpRequest, gathering: GatheringForm, form: MatterForm) -> Matter | None:
    """File one row by itself; what cannot be accepted is said beside its field, and nothing else waits."""
    try:
        filed = incident_file(actor=staff_actor(request), report=form.to_report(gathering))
    except DomainError as error:
        name = _FIELDS.get(error.field or "", error.field)
        form.add_error(name if name in form.fields else None, error.message)
        return None
    return Matter(filed.incident, filed.lookup_code)


def _again(request: HttpRequest, bad: Sequence[MatterForm]) -> "BaseFormSet[MatterForm]":
    """Return the rows that could not be filed as a form of their own, each fault beside its field."""
    data = {"form-TOTAL_FORMS": str(len(bad)), "form-INITIAL_FORMS": "0"}
    for place, form in enumerate(bad):
        for name in _KEPT:
            data[f"form-{place}-{name}"] = form.data.get(form.add_prefix(name), "")
    rows: BaseFormSet[MatterForm] = MatterFormSet(data, form_kwargs={"user": request.user})
    rows.is_valid()
    for form, was in zip(rows.forms, bad, strict=True):
        for name, errors in was.errors.items():
            for text in errors:
                if text not in form.errors.get(name, ()):
                    form.add_error(None if name == NON_FIELD_ERRORS else name, text)
    return rows


def _with_rows(request: HttpRequest, more: Sequence[dict[str, Any]]) -> HttpResponse:
    """Return the page with what is written kept, empty rows at its end replaced by the new ones."""
    gathering = GatheringForm(initial=request.POST.dict())
    rows: BaseFormSet[MatterForm] = MatterFormSet(request.POST, form_kwargs={"user": request.user})
    kept = [{name: str(form.data.get(form.add_prefix(name), "")) for name in _KEPT} for form in rows.forms]
    written = [row for row in kept if any(value for name, value in row.items() if name != "key")]
    too_many = len(written) + len(more) > MOST_ROWS
    return _page(
        request,
        gathering,
        matters_of(request.user, [*written, *more] or [{}] * FIRST_ROWS),
        too_many=too_many,
    )


def _page(
    request: HttpRequest,
    gathering: GatheringForm,
    rows: "BaseFormSet[MatterForm]",
    *,
    filed: Sequence[Matter] = (),
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "gathering": gathering,
        "rows": rows,
        "filed": filed,
        "too_many": too_many,
        "most": MOST_ROWS,
        "bad_count": sum(bool(form.errors) for form in rows.forms) if rows.is_bound else 0,
    }
    return render(request, "incidents/meeting.html", context, status=status)
