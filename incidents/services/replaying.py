"""The facts of an incident as they were filed, so that any version of the rules can judge it again.

Categories and departments are taken as they are now; they have no versions.
"""

from datetime import date

from django.db.models import Exists
from django.utils import timezone

from grids.models import Grid
from incidents.models import Incident
from incidents.recipients import grid_workers
from incidents.rules.decision import CaseFacts
from incidents.rules.grading import GradingInput
from incidents.rules.vocabulary import Channel, Colour, Importance, Urgency
from incidents.services.judging import avoided_departments, levels_at, reachable, withheld_at
from incidents.services.places import Place
from incidents.services.rulebook import Rulebook, category_facts

# What `facts_of` reads; a queryset of incidents selects these.
PARTS = ("category", "grid", "community", "street", "accused_organization")


def facts_of(incident: Incident, book: Rulebook, *, has_workers: bool) -> CaseFacts:
    """Return what the rules were given when the incident was filed; no query when its parts are loaded."""
    category = incident.category
    place = Place(grid=incident.grid, community=incident.community, street=incident.street)
    return CaseFacts(
        grading=GradingInput(
            category=category.code,
            category_name=category.name,
            default_colour=Colour(category.colour),
            text=incident.description,
            importance=Importance(incident.importance) if incident.importance else None,
            urgency=Urgency(incident.urgency) if incident.urgency else None,
            people_count=incident.people_count,
            casualties=int(incident.casualties),
            flags=frozenset({"danger"}) if incident.in_danger else frozenset(),
        ),
        category=category_facts(category),
        channel=Channel(incident.channel),
        on=day_of(incident),
        levels=levels_at(place, has_workers=has_workers),
        reachable=reachable(place, book),
        areas=frozenset(unit.code for unit in (place.community, place.street) if unit is not None),
        avoided=avoided_departments(incident.accused_organization, book),
        withheld=withheld_at(category, place, incident.accused_organization),
        is_about_unit=incident.accused_organization_id is not None,
    )


def day_of(incident: Incident) -> date:
    """Return the local date of the report."""
    return timezone.localtime(incident.reported_at).date()


def had_workers(incident: Incident) -> bool:
    """Return whether somebody worked the incident's grid on the day of the report; one query."""
    if incident.grid is None:
        return False
    return grid_workers(incident.grid, on=day_of(incident)).exists()


def worked_grids(on: date) -> frozenset[int]:
    """Return the grids that somebody worked on a day; one query."""
    return frozenset(Grid.objects.filter(Exists(grid_workers(None, on=on))).values_list("pk", flat=True))
