"""QR codes of grids and buildings: issued, replaced, blocked, and read back from what was printed.

A printed token is the code's row and version, signed with a salt of its own: it cannot be guessed or made up,
and replacing the code turns every earlier print invalid without touching the row's identity.
"""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor, ActorKind
from core.errors import Denied, Invalid
from grids.models import Building, Grid, QRCode
from grids.policies import can_manage_qr

LIFETIME = timedelta(days=730)
_SIGNER = signing.Signer(salt="grids.qr", sep=".")
_LONGEST_TOKEN = 120


def qr_issue(*, actor: Actor, grid: Grid, building: Building | None = None) -> QRCode:
    """Return the place's living code, made now if it has none and renewed if it has expired.

    Two who issue at once get the same code. Raises Denied("qr_not_yours").
    """
    _check_right(actor, grid)
    now = clock.now()
    with transaction.atomic():
        place = {"grid": grid, "building": building, "revoked_at": None}
        code, created = QRCode.objects.select_for_update().get_or_create(
            **place, defaults={"expires_at": now + LIFETIME, "created_at": now}
        )
        if not created and code.expires_at <= now:
            _renew(code)
    return code


def qr_rotate(*, actor: Actor, qr: QRCode) -> QRCode:
    """Replace the code: every print made before stops working, and its two years begin anew.

    Raises Denied("qr_not_yours"), Invalid("qr_revoked").
    """
    _check_right(actor, qr.grid)
    with transaction.atomic():
        code = QRCode.objects.select_for_update().get(pk=qr.pk)
        if code.revoked_at is not None:
            raise _revoked()
        _renew(code)
    return code


def qr_revoke(*, actor: Actor, qr: QRCode) -> QRCode:
    """Block the code for good; the place can be given a new one. Blocking twice changes nothing.

    Raises Denied("qr_not_yours").
    """
    _check_right(actor, qr.grid)
    with transaction.atomic():
        code = QRCode.objects.select_for_update().get(pk=qr.pk)
        if code.revoked_at is None:
            code.revoked_at = clock.now()
            code.save(update_fields=["revoked_at"])
    return code


def token_for(qr: QRCode) -> str:
    """Return what is printed: short enough for a code that old phones read from a wall."""
    return _SIGNER.sign(f"{signing.b62_encode(qr.pk)}-{qr.version}")


def qr_resolve(token: str) -> QRCode:
    """Return the living code a token belongs to, with its grid, community, street and building; one query.

    Raises Invalid with code qr_forged (also: cut off, or of a place that is gone), qr_revoked (also: replaced
    by a newer print, or of a grid that was closed) or qr_expired.
    """
    pk, version = _read(token)
    code = QRCode.objects.select_related("building", "grid__community__parent").filter(pk=pk).first()
    if code is None:
        raise _forged()
    if code.revoked_at is not None or code.version != version or code.grid.closed_on is not None:
        raise _revoked()
    if code.expires_at <= clock.now():
        raise Invalid(
            "qr_expired", _("This QR code has expired and a new one has not been put up yet."), field="token"
        )
    return code


def _read(token: str) -> tuple[int, int]:
    if len(token) > _LONGEST_TOKEN:
        raise _forged()
    try:
        encoded, version = _SIGNER.unsign(token).split("-")
        return signing.b62_decode(encoded), int(version)
    except (signing.BadSignature, ValueError) as error:
        raise _forged() from error


def _renew(code: QRCode) -> None:
    code.version += 1
    code.expires_at = clock.now() + LIFETIME
    code.save(update_fields=["version", "expires_at"])


def _check_right(actor: Actor, grid: Grid) -> None:
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.user is None or not can_manage_qr(actor.user, grid):
        raise Denied(
            "qr_not_yours", _("Only the grid's own community and those above it manage its QR codes.")
        )


def _forged() -> Invalid:
    return Invalid(
        "qr_forged", _("This QR code is not one of ours, or it was not read completely."), field="token"
    )


def _revoked() -> Invalid:
    return Invalid("qr_revoked", _("This QR code has been replaced and no longer works."), field="token")
