"""The department's queue as an officer gets it, beside the bare SQL of that page."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from core import clock
from organizations.choices import Role
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, page_of


def measure(template: str) -> list[Measured]:
    """Get the page through all of Django, then run its statements alone."""
    with copy_of(template), clock.frozen_at(NOW):
        officer = get_user_model().objects.filter(memberships__role=Role.DEPARTMENT_OFFICER).first()
        return [page_of(officer, reverse("queue"), name="queue", what="an officer's")]
