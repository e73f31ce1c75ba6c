"""What people see before they choose anything: the wall screen of the city, and the staff's home page."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from core import clock
from organizations.choices import Role
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, page_of

PAGES = (
    ("wall screen of the city", "screen", Role.CITY_GRID_OFFICE),
    ("home of the city's office", "work", Role.CITY_GRID_OFFICE),
    ("home of a street", "work", Role.STREET_STAFF),
    ("home of a grid worker", "work", Role.GRID_WORKER),
)


def measure(template: str) -> list[Measured]:
    """Get each page through all of Django, then run its statements alone."""
    people = get_user_model().objects
    with copy_of(template), clock.frozen_at(NOW):
        return [
            page_of(
                people.filter(memberships__role=role).order_by("pk").first(),
                reverse(name),
                name="dashboard",
                what=what,
            )
            for what, name, role in PAGES
        ]
