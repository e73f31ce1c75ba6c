"""Turns an uploaded file into two clean JPEGs, or says why it cannot; touches neither database nor disk.

What a file is, is read from its content; its name and its declared type are never trusted. Re-encoding the
pixels drops everything else a camera wrote: EXIF, GPS, XMP, comments, embedded thumbnails.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPT = "image/jpeg,image/png,image/webp"
MAX_PIXELS = 40_000_000
IMAGE_EDGE = 2560
THUMBNAIL_EDGE = 320
FIELD = "photos"

# What Pillow's decoders are known to raise for files that are damaged, cut short or made to hurt.
_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """Two JPEGs ready to be stored, with the size and the checksum of the larger one."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str


def prepare_photos(
    uploads: "Sequence[UploadedFile[bytes]]", *, already: int = 0
) -> tuple[PreparedPhoto, ...]:
    """Check and re-encode the uploads in order; call it before the transaction, decoding takes its time.

    `already` counts photos the report has. Raises Invalid with field "photos" and code photo_too_many,
    photo_too_large, photo_too_many_pixels or photo_unreadable.
    """
    if already + len(uploads) > settings.PHOTO_MAX_COUNT:
        raise Invalid(
            "photo_too_many",
            _("At most %(limit)d photos fit into one report; please leave some out."),
            field=FIELD,
            params={"limit": settings.PHOTO_MAX_COUNT},
        )
    return tuple(
        prepare_photo(upload, position=place) for place, upload in enumerate(uploads, start=already + 1)
    )


def prepare_photo(upload: "UploadedFile[bytes]", *, position: int = 1) -> PreparedPhoto:
    """Check and re-encode one upload; `position` is the photo's place in the form, for the message."""
    source = _decode(_read(upload, position), position)
    image, thumbnail = _fit(source, IMAGE_EDGE), _fit(source, THUMBNAIL_EDGE)
    encoded = _encode(image, quality=85)
    return PreparedPhoto(
        image=encoded,
        thumbnail=_encode(thumbnail, quality=80),
        width=image.width,
        height=image.height,
        sha256=hashlib.sha256(encoded).hexdigest(),
    )


def _read(upload: "UploadedFile[bytes]", position: int) -> bytes:
    limit: int = settings.PHOTO_MAX_BYTES
    if (upload.size or 0) > limit:
        raise _too_large(position, limit)
    upload.seek(0)
    content: bytes = upload.read(limit + 1)
    if len(content) > limit:
        raise _too_large(position, limit)
    return content


def _decode(content: bytes, position: int) -> Image.Image:
    """Return the upright picture in RGB; the pixel count is judged from the header, before decoding."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as probe:
            if probe.width * probe.height > MAX_PIXELS:
                raise _too_many_pixels(position)
            probe.verify()
        # verify() leaves the object unusable, so the pixels are read from a second one.
        with Image.open(io.BytesIO(content), formats=FORMATS) as source:
            source.draft("RGB", (IMAGE_EDGE, IMAGE_EDGE))
            source.load()
            return _on_white(ImageOps.exif_transpose(source))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(position) from error
    except _DAMAGE as error:
        raise Invalid(
            "photo_unreadable",
            _(
                "Photo %(position)d cannot be opened: it is damaged or not a JPEG, PNG or WebP picture. "
                "Please take it again or choose another one."
            ),
            field=FIELD,
            params={"position": position},
        ) from error


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _fit(picture: Image.Image, edge: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((edge, edge))
    return smaller


def _encode(picture: Image.Image, *, quality: int) -> bytes:
    # A fresh picture from the bare pixels: whatever Pillow keeps in `info` would be written along otherwise.
    clean = Image.frombytes("RGB", picture.size, picture.tobytes())
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()


def _too_large(position: int, limit: int) -> Invalid:
    return Invalid(
        "photo_too_large",
        _("Photo %(position)d is larger than %(limit)d MB. Please take it again with a smaller size."),
        field=FIELD,
        params={"position": position, "limit": limit // (1024 * 1024)},
    )


def _too_many_pixels(position: int) -> Invalid:
    return Invalid(
        "photo_too_many_pixels",
        _("Photo %(position)d has more than 40 million pixels. Please take it again with a smaller size."),
        field=FIELD,
        params={"position": position},
    )
