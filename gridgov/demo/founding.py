"""Founding an invented city: its places, rules, customs and people, before anything has happened in it."""

import pgtrigger
from django.core.management import call_command
from django.db import connection

from core.actor import SYSTEM
from gridgov.demo import customs, people, places
from gridgov.demo.cities import City
from gridgov.demo.places import Places
from grids.models import Building, Grid, GridAssignment
from incidents.services import reference
from organizations.models import Membership, Organization, User

SEED = 20_240_101


def forget_everything() -> None:
    """Empty every table, also the access log, which nothing else may empty; never called in production."""
    with pgtrigger.ignore("core.AccessLog:access_log_not_emptied"):
        call_command("flush", interactive=False, verbosity=0)


def found(city: City, *, password: str) -> Places:
    """Build a city that is not there yet; the accounts of the guide get the password."""
    built = places.build(city, seed=SEED)
    reference.load(actor=SYSTEM)
    customs.settle(city)
    people.settle(city, built, password=password, seed=SEED % 97)
    _measure()
    return built


def _measure() -> None:
    """Let the planner know the new rows: the server's own count comes only after the transaction."""
    with connection.cursor() as cursor:
        for model in (Organization, User, Membership, Grid, Building, GridAssignment):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
