"""The search page: words have an address, numbers never do."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organizations.choices import Role
from residents.sealing import open_document
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_street, make_user
from tests.factories.residents import make_household, make_person

pytestmark = pytest.mark.django_db
URL = "/residents/search/"


@pytest.fixture
def town() -> Any:
    community = make_community(make_street(make_city()))
    household = make_household(make_building(make_grid(community), "12号楼"))
    person = make_person(household, "林建国", phone="13800001234")
    client = Client()
    client.force_login(make_user(Role.COMMUNITY_STAFF, community))
    return {"client": client, "person": person, "household": household}


def test_words_are_sent_on_to_an_address(town: Any) -> None:
    answer = town["client"].post(URL, {"q": "林建国"}, follow=True)
    assert answer.redirect_chain
    body = answer.content.decode()
    assert reverse("residents:household", args=[town["household"].pk]) in body
    assert "138****1234" in body
    assert "13800001234" not in body


@pytest.mark.parametrize("which", ["phone", "tail", "document"])
def test_numbers_are_answered_without_an_address(town: Any, which: str) -> None:
    number = {"phone": "13800001234", "tail": "1234", "document": open_document(town["person"])}[which]
    answer = town["client"].post(URL, {"q": number})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "林建国" in body
    assert body.count(number) == (2 if which == "tail" else 1)  # the box, and the end of the masked phone
    assert "林建国" not in town["client"].get(URL, {"q": number}).content.decode()


def test_a_stranger_to_the_place_finds_nobody(town: Any) -> None:
    client = Client()
    client.force_login(make_user(Role.COMMUNITY_STAFF, make_community(make_street(make_city()))))
    assert "林建国" not in client.get(URL, {"q": "林建国"}).content.decode().replace('value="林建国"', "")


def test_the_page_says_what_can_be_typed_and_when_nothing_fits(town: Any) -> None:
    assert "知道什么就输入什么" in town["client"].get(URL).content.decode()
    assert "没有找到" in town["client"].get(URL, {"q": "王二"}).content.decode()
