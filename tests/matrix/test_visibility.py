"""Who sees what: one matrix of viewers and incidents, asked at every entrance, against one definition.

The whole table is filled before anything is judged, so that a failure shows all of it.
"""

import logging
from collections.abc import Iterable, Iterator

import pytest

from organizations.models import User
from tests.matrix.entrances import ADMINISTRATION, EXACT, counted, screen_agrees, work_lists
from tests.matrix.world import ANONYMOUS, SHARED_WITH, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep the log of some two thousand requests from burying the table."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def test_every_entrance_shows_what_the_one_definition_allows() -> None:
    world = make_world()
    table: list[tuple[str, str, set[str], set[str]]] = []
    for name in world.viewers():
        visible = world.visible(name)
        client = world.client(name)
        table += [(name, entrance, visible, look(world, client)) for entrance, look in EXACT.items()]
        expected = visible if enters_administration(world, name) else set()
        table += [
            (name, entrance, expected, look(world, client)) for entrance, look in ADMINISTRATION.items()
        ]
        listed = work_lists(world, client)
        table.append((name, "home and queue", listed & visible, listed))
        shown = set() if screen_agrees(world, client, visible) else {"wrong figures"}
        table.append((name, "wall screen", set(), shown))
        table += [
            (name, f"{entrance} {number}", set(), set() if number == len(visible) else {"wrong count"})
            for entrance, number in counted(client).items()
        ]
    wrong = [row for row in table if row[2] != row[3]]
    assert not wrong, report(world, wrong)


def test_the_definition_itself_is_the_one_meant() -> None:
    world = make_world()
    everything = set(world.incidents)
    far = {"in the other street", "at the other street", "at a department"}
    about_us = {"about the community", "about the street"}
    here = everything - far - {"about the street"}
    local = here - {"secret"} - about_us
    own_grid = local - {"in the next grid", "in the next community"}
    expected = {
        "city_grid_office": everything,
        "auditor": everything - {"secret"},
        "street_leader": here,
        "street_staff": here - {"secret"},
        "community_staff": local - {"in the next community"},
        "grid_worker": own_grid,
        "second_worker": {"in the next grid"},
        "building_head": {"reported by the building head"},
        "outsider_leader": far,
        "outsider_street": far,
        "outsider_community": far,
        "outsider_worker": far,
        "system_administrator": set(),
        "security_administrator": set(),
        SHARED_WITH: {"in the other street"},
        ANONYMOUS: set(),
    }
    assert {name: world.visible(name) for name in expected} == expected
    officers = {name: world.visible(name) for name in ("department_officer", "department_leader")}
    assert officers["department_officer"] == officers["department_leader"] >= {"whistled"}
    assert "whistled" in world.visible("supporting_officer")
    # What is about it is none of its business, though the category would have named it as the lead.
    assert "about the department" not in officers["department_officer"]
    # It is theirs to handle, but they are not named: their leader would see it.
    assert world.incidents["secret"].owner_organization == world.city.departments["D16"]
    assert "secret" not in world.visible("outsider_department")
    # A department nobody called for this case sees nothing of it.
    assert "whistled" not in world.visible("outsider_department")
    assert world.visible("outsider_department") < everything


def enters_administration(world: World, name: str) -> bool:
    """Return whether the viewer may open the administration of incidents at all."""
    user = world.user(name)
    return isinstance(user, User) and user.is_staff and user.has_perm("incidents.view_incident")


def report(world: World, wrong: Iterable[tuple[str, str, set[str], set[str]]]) -> str:
    """Return the matrix of what is visible, and below it every entrance that disagrees."""
    names = list(world.incidents)
    width = max(map(len, world.viewers())) + 2
    lines = ["", *(f"{chr(97 + number)}  {name}" for number, name in enumerate(names)), ""]
    lines.append(" " * width + " ".join(chr(97 + number) for number in range(len(names))))
    for viewer in world.viewers():
        seen = world.visible(viewer)
        lines.append(viewer.ljust(width) + " ".join("●" if name in seen else "·" for name in names))
    for viewer, entrance, expected, shown in wrong:
        lines.append(
            f"{viewer} / {entrance}: hides {sorted(expected - shown)}, and shows {sorted(shown - expected)}"
        )
    return "\n".join(lines)
