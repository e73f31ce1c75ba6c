"""The ground a simulation needs: an emptied database with a city in which nothing has happened."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.errors import Conflict, Denied
from core.locks import LockName, lock_for_transaction
from gridgov.demo.cities import City
from gridgov.demo.founding import forget_everything, found
from gridgov.demo.loading import demo_password
from gridgov.models import CitySimulation
from gridgov.simulation.profile import Profile
from incidents.models import Incident
from incidents.services.rulebook import forget_rulebook
from organizations.models import Organization, User

# The city stands before its first day, so that everybody holds their post by then.
_BEFORE = timedelta(hours=12)


def check_ground(*, fresh: bool) -> None:
    """Refuse production, a city that neither a simulation nor a demo has made, and a database in use.

    A demo is forgotten only where `fresh` says so; the data of earlier simulations are in nobody's way.
    Raises Denied("simulation_refused") or Conflict. Source: R-162.
    """
    if settings.IS_PRODUCTION:
        raise Denied(
            "simulation_refused", _("A city is simulated outside production only: it forgets what is there.")
        )
    holds_data = Organization.objects.exists() or Incident.objects.exists()
    if holds_data and not CitySimulation.objects.exists():
        if not User.objects.filter(is_demo=True).exists():
            raise Conflict(
                "real_city_loaded",
                _(
                    "This database holds a real city. A simulation would have to forget it: "
                    "please use a database of its own."
                ),
            )
        if not fresh:
            raise Conflict(
                "demo_loaded", _("This database holds the demo. Add --fresh to forget it and simulate.")
            )
    if _others() > 0:
        raise Conflict(
            "database_in_use",
            _("Another program works on this database, for example ./run demo. Please end it first."),
        )


def lay_ground(city: City, profile: Profile) -> datetime:
    """Forget what is there but the results of simulations, found the city, and return its first moment."""
    first = moment_of(profile.start)
    with transaction.atomic():
        lock_for_transaction(LockName.DEMO_LOAD)
        _forget()
        with clock.frozen_at(first - _BEFORE):
            found(city, password=demo_password())
    forget_rulebook()
    return first


def moment_of(day: date) -> datetime:
    """Return when a day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def _forget() -> None:
    """Empty every table and put the results back, as new rows."""
    results = list(CitySimulation.objects.order_by("began_at", "pk"))
    connection.check_constraints()  # what this transaction still owes would refuse the emptying
    forget_everything()
    for result in results:
        result.pk = None
    CitySimulation.objects.bulk_create(results)


def _others() -> int:
    """Return how many other programs of ours are connected: their sweeps would follow the real clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'gridgov' AND pid <> pg_backend_pid()"
        )
        row = cursor.fetchone()
    return int(row[0])
