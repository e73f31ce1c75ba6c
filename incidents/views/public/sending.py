"""The last question and the answer: everything once more, sent, and the number to keep."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.actor import RESIDENT
from core.errors import DomainError, Invalid, TooMany
from core.rates import address_of, spend
from incidents.models import Incident
from incidents.rules.vocabulary import Channel
from incidents.selectors.categories import category_in_use
from incidents.selectors.units import named_unit
from incidents.services import Filed, Report, incident_file
from incidents.services.draft_photos import draft_photo_path, draft_photos_discard, draft_photos_read
from incidents.views.public import drafts
from incidents.views.public.drafts import Draft
from incidents.views.public.known import join_chosen, known_near
from incidents.views.public.memory import (
    FiledReport,
    filed_report,
    looked_up,
    remember_filed,
    remember_lookup,
)
from incidents.views.public.progress import progress_of
from incidents.views.public.questions import Contact, Details, What, Where
from incidents.views.public.rates import FILINGS_OF_ADDRESS, FILINGS_OF_CODE
from incidents.views.public.steps import UNREADABLE, Step

# Which question an error of the service belongs to; what is not listed is said on the last page.
_QUESTION_OF: dict[str, type[Step]] = {
    "category": What,
    "grid": Where,
    "building": Where,
    "position": Where,
    "description": Details,
    "address": Details,
    "accused": Details,
    "photos": Details,
    "reporter_name": Contact,
    "reporter_phone": Contact,
}


class Check(Step):
    """Everything once more, and the button that sends it."""

    step = "check"
    template = "public/check.html"

    def context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """Return the words for what was chosen; of a scanned place only the words beside it can change."""
        place_url = f"{reverse('public-details')}#id_address" if draft.token else reverse("public-where")
        return {
            "category": category_in_use(draft.category),
            "place_url": place_url,
            "known": known_near(draft),
            "accused": named_unit(draft.accused_id),
        }

    def answer(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """File the report; what cannot be accepted leads back to its question with everything kept."""
        try:
            filed = _file(request, draft)
        except TooMany as error:
            drafts.save(request, draft)
            return self.page(request, draft, problem=error.message, status=error.status)
        except Invalid as error:
            drafts.save(request, draft)
            return self._ask_again(request, draft, error)
        draft_photos_discard(draft.photos)
        drafts.forget(request)
        if request.POST.get("join"):
            join_chosen(filed.incident, request.POST["join"])
        receipt = FiledReport(draft.key, filed.incident.number, filed.lookup_code)
        if draft.anonymous and request.user.is_authenticated:
            # A signed-in person's session names them: it must not hold what they report anonymously.
            return _receipt(request, receipt, filed.incident)
        remember_lookup(request, filed.incident.pk)
        remember_filed(request, receipt)
        return redirect("public-done")

    def _ask_again(self, request: HttpRequest, draft: Draft, error: DomainError) -> HttpResponse:
        question = _QUESTION_OF.get(error.field or "", Check)
        if error.code == "draft_photos_gone":
            draft.photos = []
            drafts.save(request, draft)
        return question().page(request, draft, problem=error.message, status=UNREADABLE)


@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Show the number and the code to keep, and what happens next."""
    filed = filed_report(request)
    incident = looked_up(request, filed.number) if filed else None
    if filed is None or incident is None:
        return redirect("track")
    return _receipt(request, filed, incident)


def _receipt(request: HttpRequest, filed: FiledReport, incident: Incident) -> HttpResponse:
    context = {"filed": filed, "incident": incident, "progress": progress_of(incident)}
    return render(request, "public/done.html", context)


@never_cache
@require_GET
def draft_photo(request: HttpRequest, place: int) -> HttpResponseBase:
    """Show a photo of the report being filled in to the person who fills it in."""
    draft = drafts.load(request)
    if draft is None or place >= len(draft.photos):
        raise Http404
    path = draft_photo_path(draft.photos[place])
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/jpeg")


def _file(request: HttpRequest, draft: Draft) -> Filed:
    already = Incident.objects.filter(client_key=UUID(draft.key)).exists()
    if not already:
        spend(FILINGS_OF_ADDRESS, address_of(request))
        if draft.token:
            spend(FILINGS_OF_CODE, draft.token)
    # A form sent twice finds its photos gone with the first sending, which filed them.
    photos = () if already else draft_photos_read(draft.photos)
    return incident_file(
        actor=RESIDENT,
        report=Report(
            category_code=draft.category,
            description=draft.description,
            channel=Channel.RESIDENT_QR if draft.token else Channel.RESIDENT_WEB,
            address=draft.address,
            longitude=Decimal(draft.longitude) if draft.longitude else None,
            latitude=Decimal(draft.latitude) if draft.latitude else None,
            grid_id=draft.grid_id,
            building_id=draft.building_id,
            community_id=draft.community_id,
            casualties=int(draft.casualties),
            flags=frozenset({"danger"}) if draft.in_danger else frozenset(),
            reporter_name=draft.name,
            reporter_phone=draft.phone,
            accused_id=draft.accused_id,
            anonymous=draft.anonymous,
            keeps_position=draft.keeps_position,
            client_key=UUID(draft.key),
            photos=photos,
        ),
    )
