"""What tests of secret and of accused units share: secret categories, who was told, time passing."""

from core import clock
from core.models import Notification
from incidents.models import Category, Clock, Incident
from incidents.services.rule_rows import rule_row_save
from incidents.services.sweep import sweep_due
from organizations.choices import Role
from tests.factories.incidents import GARBAGE, SmallCity

NAMED = [Role.CITY_GRID_OFFICE, Role.STREET_LEADER]


def keep_secret(city: SmallCity, code: str = GARBAGE, roles: list[Role] = NAMED) -> None:
    """Make a category secret for these roles, as the city grid office would."""
    row = Category.objects.get(code=code)
    row.is_secret, row.secret_roles = True, list(roles)
    rule_row_save(actor=city.actor("city_grid_office"), row=row)


def told(incident: Incident) -> set[str]:
    """Return who has a message about the incident."""
    rows = Notification.objects.filter(params__number=incident.number)
    return set(rows.values_list("user__username", flat=True))


def sweep_when_due(incident: Incident) -> None:
    """Let the owner's limit run out."""
    due = Clock.objects.filter(incident=incident, stopped_at=None).earliest("due_at").due_at
    with clock.frozen_at(due):
        assert sweep_due().claimed == 1
    incident.refresh_from_db()
