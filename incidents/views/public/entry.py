"""The ways in: the residents' front page, a scanned code, and a report begun without one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import Invalid
from grids.services.qr import qr_resolve
from incidents.services.draft_photos import draft_photos_discard
from incidents.views.public import drafts
from incidents.views.public.drafts import Draft
from incidents.views.public.questions import What, Where
from incidents.views.public.steps import go_on

_GONE = 410
_NOT_OURS = 404


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Offer what a resident may want here."""
    return render(request, "public/home.html")


@never_cache
@require_GET
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """Begin a report at the place of the code; a code that does not count says what to do instead."""
    try:
        code = qr_resolve(token)
    except Invalid as error:
        status = _NOT_OURS if error.code == "qr_forged" else _GONE
        return render(request, "public/code_refused.html", {"error": error}, status=status)
    draft = drafts.load(request)
    if draft is None or draft.token != token:
        draft = Draft()
    draft.stand_at_code(token, code)
    drafts.save(request, draft)
    return What().page(request, draft)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a report without a code; one half filled in is offered first, and thrown away only when asked."""
    draft = drafts.load(request)
    if request.method == "POST":
        if draft is not None:
            draft_photos_discard(draft.photos)
        drafts.forget(request)
        return redirect("public-report")
    if draft is not None and draft.category:
        return render(request, "public/unfinished.html", {"draft": draft})
    return Where().page(request, draft or Draft())


@never_cache
@require_GET
def resume(request: HttpRequest) -> HttpResponse:
    """Go on with the report half filled in."""
    draft = drafts.load(request)
    return redirect("public-report") if draft is None else go_on(request, draft)
