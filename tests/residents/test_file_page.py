"""The file of a household: one screen, numbers masked, nothing outside one's own area."""

import pytest
from django.test import Client
from django.urls import reverse

from organizations.choices import Role
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_street, make_user
from tests.factories.residents import make_household, make_person

pytestmark = pytest.mark.django_db


def test_the_file_shows_its_people_with_masked_numbers() -> None:
    street = make_street(make_city())
    community, other = make_community(street), make_community(street)
    household = make_household(make_building(make_grid(community)))
    person = make_person(household, "林一", phone="13800001234")
    client = Client()
    client.force_login(
        make_user(Role.COMMUNITY_STAFF, community), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(reverse("residents:household", args=[household.pk])).content.decode()
    assert "林一" in page
    assert "138****1234" in page
    assert "13800001234" not in page
    assert person.document_sealed not in page
    client.force_login(
        make_user(Role.COMMUNITY_STAFF, other), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(reverse("residents:household", args=[household.pk])).status_code == 404
