"""The board as a street and as the city get it, the work at hand and all that was ever closed."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from core import clock
from organizations.choices import Role
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, page_of

PEOPLE = (("a street's", Role.STREET_STAFF), ("the city's", Role.CITY_GRID_OFFICE))
LISTS = (("open", ""), ("closed", "?closed=on"))


def measure(template: str) -> list[Measured]:
    """Get each page through all of Django, then run its statements alone."""
    people = get_user_model().objects
    found = []
    with copy_of(template), clock.frozen_at(NOW):
        for whose, role in PEOPLE:
            person = people.filter(memberships__role=role).order_by("pk").first()
            for which, query in LISTS:
                address = reverse("board") + query
                found.append(page_of(person, address, name="board", what=f"{whose}, {which}"))
    return found
