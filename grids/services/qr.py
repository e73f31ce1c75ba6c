"""QR codes of grids and buildings: issued, replaced, blocked, and read back from what was printed.

A printed token is the code's row and version, signed with a salt of its own: it cannot be guessed or made up,
and replacing the code turns every earlier print invalid without touching the row's identity.
"""

from datetime import timedelta

import structlog
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid, Missing
from grids.models import Building, Grid, QRCode
from grids.policies import find_grid

logger = structlog.get_logger(__name__)
CHANGE = "grids.change_qrcode"
LIFETIME = timedelta(days=730)
_SIGNER = signing.Signer(salt="grids.qr", sep=".")
_LONGEST_TOKEN = 120


def qr_issue(*, actor: Actor, grid_id: int, building_id: int | None = None) -> QRCode:
    """Return the place's living code, made now if it has none and renewed if it has expired.

    Two who issue at once get the same code. Raises Missing, Denied, and Invalid("grid_is_closed").
    """
    now = clock.now()
    with transaction.atomic():
        grid = find_grid(actor, grid_id, permission=CHANGE)
        if grid.closed_on is not None:
            raise Invalid("grid_is_closed", _("This grid is closed."), field="grid")
        code, created = QRCode.objects.select_for_update().get_or_create(
            grid=grid,
            building=_building(grid, building_id),
            revoked_at=None,
            defaults={"expires_at": now + LIFETIME, "created_at": now},
        )
        if not created and code.expires_at <= now:
            _renew(code)
    issued: QRCode = code
    return issued


def qr_issue_all(*, actor: Actor, grid_id: int) -> int:
    """Give the grid and each of its buildings a living code; returns how many of them had none.

    Raises Missing, Denied, and Invalid("grid_is_closed").
    """
    with transaction.atomic():
        grid = find_grid(actor, grid_id, permission=CHANGE)
        living = QRCode.objects.filter(grid=grid).living(clock.now())
        have = set(living.values_list("building_id", flat=True))
        wanted = [None, *Building.objects.filter(grid=grid).order_by("code").values_list("pk", flat=True)]
        missing = [pk for pk in wanted if pk not in have]
        for pk in missing:
            qr_issue(actor=actor, grid_id=grid_id, building_id=pk)
    return len(missing)


def qr_rotate(*, actor: Actor, qr_id: int) -> QRCode:
    """Replace the code: every print made before stops working, and its two years begin anew.

    Raises Missing, Denied, Invalid("qr_revoked").
    """
    with transaction.atomic():
        code = _find(actor, qr_id)
        if code.revoked_at is not None:
            raise _revoked()
        _renew(code)
    logger.info("qr code replaced", qr_id=code.pk, version=code.version, actor_id=actor.user_id)
    return code


def qr_revoke(*, actor: Actor, qr_id: int) -> QRCode:
    """Block the code for good; the place can be given a new one. Blocking twice changes nothing.

    Raises Missing, Denied.
    """
    with transaction.atomic():
        code = _find(actor, qr_id)
        if code.revoked_at is None:
            code.revoked_at = clock.now()
            code.save(update_fields=["revoked_at"])
    logger.info("qr code blocked", qr_id=code.pk, actor_id=actor.user_id)
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
    code: QRCode | None = (
        QRCode.objects.select_related("building", "grid__community__parent").filter(pk=pk).first()
    )
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


def _find(actor: Actor, qr_id: int) -> QRCode:
    code: QRCode | None = QRCode.objects.select_for_update().filter(pk=qr_id).first()
    if code is None:
        raise Missing("qr_missing", _("There is no such QR code, or you cannot see it."))
    find_grid(actor, code.grid_id, permission=CHANGE)
    return code


def _building(grid: Grid, building_id: int | None) -> Building | None:
    if building_id is None:
        return None
    building: Building | None = Building.objects.filter(pk=building_id, grid=grid).first()
    if building is None:
        raise Missing("building_missing", _("There is no such building, or you cannot see it."))
    return building


def _forged() -> Invalid:
    return Invalid(
        "qr_forged", _("This QR code is not one of ours, or it was not read completely."), field="token"
    )


def _revoked() -> Invalid:
    return Invalid("qr_revoked", _("This QR code has been replaced and no longer works."), field="token")
