"""Photos of incidents, served only after the same question as the incident itself; a miss is a 404."""

import structlog
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from incidents.models import Incident, Photo
from incidents.services.photo_files import photo_path
from incidents.views.public.memory import has_looked_up

logger = structlog.get_logger(__name__)


@require_safe
def photo(request: HttpRequest, pk: str, size: str) -> HttpResponseBase:
    """Serve a photo to who may see its incident: staff by visibility, a resident by their lookup."""
    found = Photo.objects.filter(pk=pk).first()
    if found is None or not _may_see(request, found.incident_id):
        raise Http404
    mark = f'"{found.sha256[:32]}-{size}"'
    if request.headers.get("if-none-match") == mark:
        return HttpResponseNotModified()
    path = photo_path(found.thumbnail if size == "thumb" else found.image)
    if not path.is_file():
        logger.error("photo_file_missing", photo_id=pk)
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/jpeg", filename=f"{pk}-{size}.jpg")
    response["ETag"] = mark
    # Kept, but asked for each time: who no longer sees the incident no longer sees its photos.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _may_see(request: HttpRequest, incident_id: int) -> bool:
    if has_looked_up(request, incident_id):
        return True
    user = request.user
    return user.is_authenticated and Incident.objects.visible_to(user).filter(pk=incident_id).exists()
