"""Photos: judged by content, stripped of everything but pixels, on disk only once committed."""

import io
import struct
import zlib
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.actor import RESIDENT
from core.errors import Invalid
from incidents.models import Photo
from incidents.models.photos import PhotoPurpose
from incidents.services.photo_files import photo_path
from incidents.services.photo_images import MAX_PIXELS
from incidents.services.photos import photos_attach, prepare_photo, prepare_photos
from tests.factories.incidents import make_incident, small_city
from tests.factories.pictures import GPS_TAG, MAKER_WORDS, picture, upload


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photo_becomes_a_jpeg_with_a_thumbnail(form):
    prepared = prepare_photo(upload(form=form, size=(1600, 1200)))
    image, thumbnail = (Image.open(io.BytesIO(part)) for part in (prepared.image, prepared.thumbnail))
    assert (image.format, image.size) == ("JPEG", (1600, 1200))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (320, 240))


def test_photo_loses_its_position_and_maker_but_stands_upright():
    source = picture(size=(640, 480), exif=True)
    assert MAKER_WORDS.encode() in source
    prepared = prepare_photo(upload(source))
    for part in (prepared.image, prepared.thumbnail):
        exif = Image.open(io.BytesIO(part)).getexif()
        assert not exif
        assert not exif.get_ifd(GPS_TAG)
        assert MAKER_WORDS.encode() not in part
        assert b"Exif" not in part
    assert (prepared.width, prepared.height) == (480, 640)


def test_photo_that_is_very_large_is_made_smaller():
    prepared = prepare_photo(upload(size=(5000, 2500)))
    assert (prepared.width, prepared.height) == (2560, 1280)


def test_photo_with_transparency_gets_a_white_ground():
    target = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(target, "PNG")
    prepared = prepare_photo(upload(target.getvalue()))
    assert Image.open(io.BytesIO(prepared.image)).getpixel((10, 10)) == (255, 255, 255)


def test_same_pixels_have_the_same_checksum_whatever_the_camera_wrote():
    plain = prepare_photo(upload(picture(form="PNG")))
    with_text = prepare_photo(upload(picture(form="PNG", exif=False), name="other.png"))
    assert plain.sha256 == with_text.sha256


def _png_header_of(width, height):
    """Return a PNG that says it is huge; its pixels are never there."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo_unreadable"),
        (b"GIF89a" + b"\0" * 40, "photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "photo_unreadable"),
        (b"\xff\xd8\xff\xe0" + b"not a picture" * 40, "photo_unreadable"),
        (picture()[:900], "photo_unreadable"),
        (picture(form="PNG")[:200], "photo_unreadable"),
        (_png_header_of(8000, 5001), "photo_too_many_pixels"),
        (_png_header_of(60000, 60000), "photo_too_many_pixels"),
    ],
    ids=["empty", "gif", "svg", "fake-jpeg", "cut-jpeg", "cut-png", "pixels", "bomb"],
)
def test_photo_that_is_none_is_refused_with_its_place_in_the_form(content, code):
    with pytest.raises(Invalid) as caught:
        prepare_photos([upload(), upload(content)])
    assert (caught.value.code, caught.value.field) == (code, "photos")
    assert "2" in caught.value.message


def test_photo_at_the_pixel_limit_is_taken():
    side = int(MAX_PIXELS**0.5)
    assert prepare_photo(upload(form="PNG", size=(side, side))).width == 2560


def test_photo_larger_than_allowed_is_refused(settings):
    settings.PHOTO_MAX_BYTES = 5000
    with pytest.raises(Invalid) as caught:
        prepare_photo(upload(b"\xff" * 5001))
    assert caught.value.code == "photo_too_large"


def test_photos_more_than_allowed_are_refused(settings):
    settings.PHOTO_MAX_COUNT = 2
    with pytest.raises(Invalid) as caught:
        prepare_photos([upload(), upload()], already=1)
    assert caught.value.code == "photo_too_many"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    place=st.floats(0, 1, exclude_max=True),
    damage=st.binary(min_size=1, max_size=60),
    cut=st.booleans(),
)
def test_photo_damaged_anywhere_is_read_or_refused_but_never_breaks(form, place, damage, cut):
    content = picture(form=form, size=(64, 48))
    at = int(len(content) * place)
    broken = content[:at] + damage + (b"" if cut else content[at + len(damage) :])
    # Anything but Invalid fails the test: a decoder's own error would be the resident's 500.
    with suppress(Invalid):
        assert prepare_photo(upload(broken)).image


@pytest.mark.django_db(transaction=True)
def test_photo_appears_with_the_commit_and_once(own_media):
    incident = make_incident(small_city())
    prepared = prepare_photos([upload(), upload()])
    with transaction.atomic():
        first, second = photos_attach(
            actor=RESIDENT, incident=incident, prepared=prepared, purpose=PhotoPurpose.REPORT
        )
        assert not photo_path(first.image).exists()
    assert first == second
    assert [path.relative_to(own_media).as_posix() for path in stored(own_media)] == sorted(
        [first.image, first.thumbnail]
    )
    assert photo_path(first.image).read_bytes() == prepared[0].image
    assert "photo" not in photo_path(first.image).name


@pytest.mark.django_db(transaction=True)
def test_photo_leaves_nothing_when_the_transaction_fails(own_media):
    incident = make_incident(small_city())
    prepared = prepare_photos([upload()])
    with transaction.atomic():
        photos_attach(actor=RESIDENT, incident=incident, prepared=prepared, purpose=PhotoPurpose.RESULT)
        assert stored(own_media)
        transaction.set_rollback(True)
    assert not Photo.objects.exists()
    assert stored(own_media) == []
