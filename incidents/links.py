"""The one-time link with which a reporter judges without a login: signed, expiring, void once answered."""

from django.core import signing

_SALT = "incidents.verdict-link"
# Source: R-147. The limit for the verdict is shorter as a rule; a notice on paper must not live for ever.
VALID_SECONDS = 30 * 24 * 3600


def verdict_token(round_id: int) -> str:
    """Return the part of the address that names one round of asking."""
    return signing.dumps(round_id, salt=_SALT)


def round_of_token(token: str) -> int | None:
    """Return the round the link was made for; None for a forged or expired one."""
    try:
        found = signing.loads(token, salt=_SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None
