"""Photos of an incident: prepared before the transaction, attached inside it, there only once it commits.

Order of calls: `prepare_photos(uploads)`, then inside the transaction `photos_attach(...)`.
"""

from collections.abc import Sequence

from core import clock
from core.actor import Actor
from incidents.models import Incident, Photo
from incidents.models.photos import PhotoPurpose
from incidents.services.photo_files import keep_on_commit
from incidents.services.photo_images import PreparedPhoto, prepare_photo, prepare_photos

__all__ = ["PreparedPhoto", "photo_store", "photos_attach", "prepare_photo", "prepare_photos"]


def photos_attach(
    *, actor: Actor, incident: Incident, prepared: Sequence[PreparedPhoto], purpose: PhotoPurpose
) -> list[Photo]:
    """Attach every photo to the incident, in the caller's transaction and under its lock on the incident.

    The caller has decided that the actor may act on the incident; a picture the incident already has is not
    stored twice.
    """
    return [photo_store(actor=actor, incident=incident, prepared=one, purpose=purpose) for one in prepared]


def photo_store(*, actor: Actor, incident: Incident, prepared: PreparedPhoto, purpose: PhotoPurpose) -> Photo:
    """Attach one prepared photo, or return the one the incident has already."""
    known = Photo.objects.filter(incident=incident, sha256=prepared.sha256).first()
    if known is not None:
        return known
    return Photo.objects.create(
        incident=incident,
        purpose=purpose,
        image=keep_on_commit(prepared.image),
        thumbnail=keep_on_commit(prepared.thumbnail),
        width=prepared.width,
        height=prepared.height,
        size_bytes=len(prepared.image),
        sha256=prepared.sha256,
        uploaded_by_id=actor.user_id,
        uploaded_at=clock.now(),
    )
