"""What a resident's session remembers: the report just filed, and the incidents they proved to be theirs."""

from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest

from core import clock
from core.crypto import decrypt, encrypt
from incidents.models import Incident

_LOOKUPS = "public_lookups"
_FILED = "public_filed"
_REMEMBERED_SECONDS = 30 * 60
_CODE = "public.lookup_code"


@dataclass(frozen=True, slots=True)
class FiledReport:
    """What the last page of a report shows; `key` is that of its form."""

    key: str
    number: str
    code: str


def remember_lookup(request: HttpRequest, incident_id: int) -> None:
    """Let this session see the incident for half an hour."""
    now = clock.now().timestamp()
    known = request.session.get(_LOOKUPS, {})
    current = {pk: until for pk, until in known.items() if until > now}
    request.session[_LOOKUPS] = {**current, str(incident_id): now + _REMEMBERED_SECONDS}
    # A session that somebody else prepared in this browser must not see what its owner now proves.
    request.session.cycle_key()


def has_looked_up(request: HttpRequest, incident_id: int) -> bool:
    """Return whether this session has proved, within half an hour, that the incident is theirs."""
    until: float = request.session.get(_LOOKUPS, {}).get(str(incident_id), 0)
    return until > clock.now().timestamp()


def looked_up(request: HttpRequest, number: str) -> Incident | None:
    """Return the incident of the number if this session may see it; one query."""
    found: Incident | None = (
        Incident.objects.filter(number=number)
        .select_related("category", "community", "street", "grid", "building", "owner_organization")
        .first()
    )
    return found if found is not None and has_looked_up(request, found.pk) else None


def forget_lookups(request: HttpRequest) -> None:
    """Let this session see nothing any more."""
    request.session.pop(_LOOKUPS, None)
    request.session.pop(_FILED, None)


def remember_filed(request: HttpRequest, filed: FiledReport) -> None:
    """Keep what the last page shows; the code encrypted, for sessions lie in the database."""
    request.session[_FILED] = asdict(filed) | {"code": encrypt(filed.code, field=_CODE)}


def filed_report(request: HttpRequest) -> FiledReport | None:
    """Return what the last page shows, if a report was filed in this session."""
    data = request.session.get(_FILED)
    try:
        return FiledReport(**(data | {"code": decrypt(data["code"], field=_CODE)})) if data else None
    except (InvalidTag, KeyError, ValueError):
        return None
