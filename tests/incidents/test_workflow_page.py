"""The picture of the life cycle holds exactly the table's moves, and those who may see incidents see it."""

import re

import pytest
from django.test import Client

from incidents.choices import STATES, VERBS
from incidents.rules.vocabulary import State
from incidents.rules.workflow import allowed_state_pairs
from incidents.rules.workflow_picture import moves_between, picture
from tests.factories.incidents import small_city

PAGE = "/admin/incidents/incident/life-cycle/"


def test_every_state_has_its_own_place_and_every_change_its_arrow():
    drawn = picture()
    assert {box.state for box in drawn.boxes} == set(State)
    assert len({box.corner for box in drawn.boxes}) == len(State)
    arrows = {(box.state, arrow.target) for box in drawn.boxes for arrow in box.arrows}
    assert arrows == set(allowed_state_pairs()) == set(moves_between())
    assert all(box.corner.x < drawn.width and box.corner.y < drawn.height for box in drawn.boxes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"), [("city_grid_office", 200), ("auditor", 200), ("grid_worker", 302)]
)
def test_page_shows_every_step_in_chinese(client: Client, who: str, status: int):
    city = small_city()
    client.force_login(city[who])
    answer = client.get(PAGE)
    assert answer.status_code == status
    if status == 200:
        text = answer.content.decode()
        assert all(str(label) in text for _value, label in (*STATES, *VERBS))
        drawn = len(re.findall(r'class="life-cycle-arrow', text))
        assert drawn == len(allowed_state_pairs())
