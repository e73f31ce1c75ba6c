"""What a resident is told of a matter already reported near theirs: kind, place and state, nothing else."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core import signing

from grids.models import Grid
from incidents.models import Incident
from incidents.selectors.categories import category_in_use
from incidents.selectors.duplicates import Ground, Proposal, joinable_near
from incidents.services.joining import incident_join
from incidents.views.public.drafts import Draft
from incidents.views.public.progress import state_words

_SALT = "incidents.public-join"
_VALID_SECONDS = 24 * 3600
_MOST = 2


@dataclass(frozen=True, slots=True)
class Known:
    """One matter that is known already; `token` names it in the form."""

    category: str
    place: str
    metres: int | None
    reported_at: datetime
    state: str
    token: str


def known_near(draft: Draft) -> list[Known]:
    """Return what may be the same as the draft, best first; three queries at most."""
    category = category_in_use(draft.category)
    if category is None or not category.neighbours_may_join:
        return []
    grid = (
        Grid.objects.select_related("community").filter(pk=draft.grid_id).first() if draft.grid_id else None
    )
    ground = Ground(
        category=category,
        text=f"{draft.address} {draft.description}",
        grid=grid,
        community_id=draft.community_id,
        building_id=draft.building_id,
        longitude=Decimal(draft.longitude) if draft.longitude else None,
        latitude=Decimal(draft.latitude) if draft.latitude else None,
    )
    return [_known(each) for each in joinable_near(ground)[:_MOST]]


def join_chosen(filed: Incident, token: str) -> None:
    """Add the report to what its reporter pressed; a token that is not ours changes nothing."""
    try:
        main_id = signing.loads(token, salt=_SALT, max_age=_VALID_SECONDS)
    except signing.BadSignature:
        return
    if isinstance(main_id, int):
        incident_join(filed=filed, main_id=main_id)


def _known(proposal: Proposal) -> Known:
    incident = proposal.incident
    parts = [incident.community, incident.grid]
    return Known(
        category=incident.category.name,
        place=" ".join(str(part) for part in parts if part),
        metres=proposal.metres,
        reported_at=incident.reported_at,
        state=state_words(incident),
        token=signing.dumps(incident.pk, salt=_SALT),
    )
