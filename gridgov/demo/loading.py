"""Loading a demo city: once, in one transaction under a lock, and quickly left alone afterwards."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.actor import SYSTEM
from core.errors import Conflict, Denied
from core.locks import LockName, lock_for_transaction
from core.models import Notification
from gridgov.demo import calls, families, history, live, tables
from gridgov.demo.cities import City
from gridgov.demo.founding import SEED, forget_everything, found
from gridgov.demo.playing import Player
from gridgov.launcher.environment import kept_secret
from grids.models import Building, Grid
from grids.services.qr import qr_issue
from incidents.models import Incident
from organizations.choices import OrganizationKind
from organizations.models import Organization, User
from residents.services import reference as residents_reference

READ_AFTER = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the demo holds after a load, and whether it was there before."""

    fresh: bool
    grids: int
    buildings: int
    people: int
    incidents: int
    about_to_run_out: int


def load(city: City, *, fresh: bool = False) -> Loaded:
    """Load the city where it is not there yet, and let some limits run out soon in any case.

    Raises Denied outside the demo and the tests, Conflict where another city is loaded.
    """
    if settings.IS_PRODUCTION:
        raise Denied("demo_refused", _("The demo city is loaded in the demo only: its passwords are public."))
    if fresh:
        forget_everything()
    with transaction.atomic():
        lock_for_transaction(LockName.DEMO_LOAD)
        new = _is_missing(city)
        if new:
            _build(city)
        buildings = list(Building.objects.select_related("grid__community"))
        urgent = live.light_fuses(city, buildings, now=clock.now())
    return Loaded(
        fresh=new,
        grids=Grid.objects.count(),
        buildings=len(buildings),
        people=User.objects.count(),
        incidents=Incident.objects.count(),
        about_to_run_out=urgent,
    )


def demo_password() -> str:
    """Return the password of every demo account: drawn by chance for this data folder, and kept in it."""
    return kept_secret(Path(settings.DATA_DIR) / "demo_password", f"Demo-{secrets.token_hex(3)}")


def _is_missing(city: City) -> bool:
    roots = Organization.objects.filter(kind=OrganizationKind.CITY, parent=None)
    codes = set(roots.values_list("code", flat=True))
    if codes - {city.root_code}:
        raise Conflict(
            "other_city_loaded",
            _("Another city is loaded. Start with --fresh to load this one instead."),
        )
    return not codes


def _build(city: City) -> None:
    built = found(city, password=demo_password())
    guided = [grid for grid in built.leaves if grid.community.code == city.accounts["community"]]
    for building in built.buildings:
        if building.grid_id == guided[0].pk:
            qr_issue(actor=SYSTEM, grid_id=building.grid_id, building_id=building.pk)
    for grid in guided:
        qr_issue(actor=SYSTEM, grid_id=grid.pk)
    residents_reference.load(actor=SYSTEM)
    residents_reference.load_care_tags(actor=SYSTEM)
    homes = [each for each in built.buildings if each.grid in guided[:2]]
    families.settle(homes, seed=SEED)
    tables.settle("community", homes[-1:], seed=SEED)
    now = clock.now()
    stories = history.stories_of(city, built.buildings, now=now, seed=SEED)
    Player(seed=SEED).play(stories, until=now)
    calls.play(guided[0])
    # People have read what is older than today's morning.
    Notification.objects.filter(created_at__lt=now - READ_AFTER).update(read_at=now - READ_AFTER)
