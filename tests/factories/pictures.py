"""Picture files of every kind a phone may send, and some that no phone would."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS_TAG = 0x8825
MAKER_WORDS = "Phone-Of-Somebody"


def picture(
    *, size: tuple[int, int] = (640, 480), form: str = "JPEG", colour: str = "teal", exif: bool = False
) -> bytes:
    """Return an encoded picture; with `exif` it carries a maker, a position and lies on its side."""
    image = Image.new("RGB", size, colour)
    target = io.BytesIO()
    if exif:
        data = image.getexif()
        data[0x010F] = MAKER_WORDS
        data[0x0112] = 6
        data.get_ifd(GPS_TAG).update({1: "N", 2: (26.0, 53.0, 9.0), 3: "E", 4: (120.0, 0.0, 18.0)})
        image.save(target, form, exif=data)
    else:
        image.save(target, form)
    return target.getvalue()


def upload(content: bytes | None = None, name: str = "photo.jpg", **options) -> SimpleUploadedFile:
    """Return the content as a browser sends it, by default a small JPEG."""
    return SimpleUploadedFile(name, picture(**options) if content is None else content, "image/jpeg")
