"""QR codes: what is printed cannot be made up, and stops working when it is replaced, blocked or too old."""

from datetime import timedelta

import pytest

from core import clock
from core.actor import RESIDENT, SYSTEM, Actor
from core.errors import Denied, Invalid, Missing
from grids.models import QRCode
from grids.services import grid_close
from grids.services.qr import LIFETIME, qr_issue, qr_issue_all, qr_resolve, qr_revoke, qr_rotate, token_for
from organizations.choices import Role
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_department, make_street, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    city = make_city()
    street = make_street(city)
    community = make_community(street)
    grid = make_grid(community)
    return {"city": city, "street": street, "community": community, "grid": grid}


def refusal(token):
    with pytest.raises(Invalid) as caught:
        qr_resolve(token)
    return caught.value.code


def test_token_leads_to_the_place_in_one_query(place, django_assert_num_queries):
    building = make_building(place["grid"])
    code = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk, building_id=building.pk)
    token = token_for(code)
    assert len(token) < 60
    with django_assert_num_queries(1):
        found = qr_resolve(token)
        assert (found.building, found.grid.community, found.grid.community.parent) == (
            building,
            place["community"],
            place["street"],
        )


def test_token_made_up_or_changed_is_refused(place):
    code = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    token = token_for(code)
    payload, _dot, signature = token.rpartition(".")
    made_up = [
        "",
        "x",
        "." * 40,
        payload,
        f"{payload}.{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"{payload}2.{signature}",
        f"1-1.{signature}" if payload != "1-1" else f"2-1.{signature}",
        token + "é",
        token * 40,
    ]
    assert {refusal(each) for each in made_up} == {"qr_forged"}


def test_token_of_a_code_that_is_gone_is_refused(place):
    code = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    token = token_for(code)
    code.delete()
    assert refusal(token) == "qr_forged"


def test_code_expires(place):
    token = token_for(qr_issue(actor=SYSTEM, grid_id=place["grid"].pk))
    with clock.frozen_at(clock.now() + LIFETIME - timedelta(minutes=1)):
        assert qr_resolve(token)
    with clock.frozen_at(clock.now() + LIFETIME + timedelta(minutes=1)):
        assert refusal(token) == "qr_expired"


def test_rotation_ends_earlier_prints_only(place):
    code = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    before = token_for(code)
    after = token_for(qr_rotate(actor=SYSTEM, qr_id=code.pk))
    assert refusal(before) == "qr_revoked"
    assert qr_resolve(after).pk == code.pk


def test_revoked_code_stays_dead_and_the_place_can_have_another(place):
    code = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    qr_revoke(actor=SYSTEM, qr_id=code.pk)
    qr_revoke(actor=SYSTEM, qr_id=code.pk)
    assert refusal(token_for(code)) == "qr_revoked"
    with pytest.raises(Invalid, match="qr_revoked"):
        qr_rotate(actor=SYSTEM, qr_id=code.pk)
    other = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    assert other.pk != code.pk
    assert qr_resolve(token_for(other)).pk == other.pk


def test_code_of_a_closed_grid_is_refused(place):
    token = token_for(qr_issue(actor=SYSTEM, grid_id=place["grid"].pk))
    grid_close(actor=SYSTEM, grid_id=place["grid"].pk)
    assert refusal(token) == "qr_revoked"
    with pytest.raises(Invalid, match="grid_is_closed"):
        qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)


def test_issuing_again_returns_the_living_code_and_renews_one_that_expired(place):
    code = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    assert qr_issue(actor=SYSTEM, grid_id=place["grid"].pk) == code
    with clock.frozen_at(clock.now() + LIFETIME + timedelta(days=1)):
        renewed = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
        assert (renewed.pk, renewed.version) == (code.pk, 2)
        assert qr_resolve(token_for(renewed))


def test_issuing_all_counts_only_what_was_missing(place):
    for _number in range(3):
        make_building(place["grid"])
    qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    assert qr_issue_all(actor=SYSTEM, grid_id=place["grid"].pk) == 3
    assert qr_issue_all(actor=SYSTEM, grid_id=place["grid"].pk) == 0
    assert QRCode.objects.count() == 4


def test_building_of_another_grid_has_no_code_here(place):
    other = make_building(make_grid(place["community"]))
    with pytest.raises(Missing):
        qr_issue(actor=SYSTEM, grid_id=place["grid"].pk, building_id=other.pk)


@pytest.mark.parametrize(
    ("role", "where", "outcome"),
    [
        (Role.COMMUNITY_STAFF, "community", None),
        (Role.STREET_STAFF, "street", None),
        (Role.STREET_LEADER, "street", None),
        (Role.CITY_GRID_OFFICE, "city", None),
        (Role.SYSTEM_ADMINISTRATOR, "city", None),
        (Role.AUDITOR, "city", Denied),
        (Role.GRID_WORKER, "community", Denied),
        (Role.DEPARTMENT_OFFICER, "department", Missing),
        (Role.STREET_STAFF, "other street", Missing),
        (Role.COMMUNITY_STAFF, "other community", Missing),
    ],
)
def test_only_the_grids_own_community_and_those_above_manage_its_codes(place, role, where, outcome):
    places = {
        **place,
        "department": make_department(place["city"]),
        "other street": make_street(place["city"]),
        "other community": make_community(place["street"]),
    }
    grid = place["grid"] if role == Role.GRID_WORKER else None
    actor = Actor.of(make_user(role, places[where], grid))
    if outcome is None:
        code = qr_issue(actor=actor, grid_id=place["grid"].pk)
        qr_rotate(actor=actor, qr_id=code.pk)
        qr_revoke(actor=actor, qr_id=code.pk)
        return
    code = qr_issue(actor=SYSTEM, grid_id=place["grid"].pk)
    for attempt in (
        lambda: qr_issue(actor=actor, grid_id=place["grid"].pk),
        lambda: qr_rotate(actor=actor, qr_id=code.pk),
        lambda: qr_revoke(actor=actor, qr_id=code.pk),
    ):
        with pytest.raises(outcome):
            attempt()
    code.refresh_from_db()
    assert (code.version, code.revoked_at) == (1, None)


def test_residents_manage_no_codes(place):
    with pytest.raises(Missing):
        qr_issue(actor=RESIDENT, grid_id=place["grid"].pk)
