"""Giving back: in time, with grounds, to who dispatches; the limit runs on; bouncing ends."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.errors import Denied, Invalid
from incidents.models import Clock, Incident, IncidentEvent, ProcedureRule, ReturnSlip
from incidents.rules.approvals import approval_chain, dispatching_level
from incidents.rules.vocabulary import Approver, Level, Pending, State, Verb
from incidents.services.rulebook import forget_rulebook
from tests.factories.incidents import BENEFITS, SmallCity, do, make_incident

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GROUNDS = {"reason": "不属于本部门职责", "basis": "《城市市容和环境卫生管理条例》第七条"}


def at_department(city: SmallCity) -> Incident:
    """Return a case that the city office has handed to the first department."""
    incident = make_incident(city)
    target = city.departments["D38"].pk
    return do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target, reason="请办理")


def give_back(city: SmallCity, incident: Incident, who: str = "department_officer", **given: Any) -> Incident:
    values = {**GROUNDS, "suggested_unit": city.departments["D24"].pk, **given}
    return do(city, who, incident, Verb.RETURN, **values)


def hand_on(city: SmallCity, incident: Incident, unit: str = "D38", who: str = "street_staff") -> Incident:
    target = city.departments[unit].pk
    return do(city, who, incident, Verb.DISPATCH, target_unit=target, reason="请继续办理")


def test_a_return_goes_to_the_street_and_the_handling_limit_runs_on(city: SmallCity) -> None:
    with clock.frozen_at(MONDAY):
        incident = at_department(city)
        before = Clock.objects.get(incident=incident, kind="resolve", stopped_at=None)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        incident = give_back(city, incident)
    assert (incident.state, incident.owner_level) == (State.RETURNED, Level.STREET)
    assert incident.owner_organization_id == city.streets[0].pk
    assert (incident.return_count, incident.arbitration_due) == (1, False)
    after = Clock.objects.get(incident=incident, kind="resolve", stopped_at=None)
    assert (after.pk, after.started_at, after.due_at) == (before.pk, before.started_at, before.due_at)
    slip = ReturnSlip.objects.get(incident=incident)
    assert (slip.unit_id, slip.by, slip.basis) == (
        city.departments["D38"].pk,
        city["department_officer"],
        GROUNDS["basis"],
    )
    assert slip.dispatched_at == MONDAY
    event = IncidentEvent.objects.filter(incident=incident).latest("id")
    assert (event.verb, event.note, event.is_public) == (Verb.RETURN, GROUNDS["reason"], False)


def test_four_working_hours_count_from_dispatch_also_while_unsigned(city: SmallCity) -> None:
    with clock.frozen_at(MONDAY):
        incident = at_department(city)
    limit = Incident.objects.get(pk=incident.pk).return_until
    assert limit is not None
    with clock.frozen_at(limit + timedelta(minutes=1)), pytest.raises(Denied) as late:
        give_back(city, incident)
    assert late.value.code == "return_too_late"
    with clock.frozen_at(limit):
        assert give_back(city, incident).state == State.RETURNED


def test_the_limit_for_giving_back_is_data(city: SmallCity) -> None:
    ProcedureRule.objects.filter(code="return_within").update(limit="1h")
    forget_rulebook()
    with clock.frozen_at(MONDAY):
        incident = at_department(city)
        assert incident.return_until == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"basis": ""}, "fields_missing", "basis"),
        ({"suggested_unit": ""}, "fields_missing", "suggested_unit"),
        ({"suggested_unit": "unknown"}, "suggestion_missing", "suggestion"),
        ({"suggested_unit": "999999999"}, "unit_unknown", "suggested_unit"),
        ({"suggested_unit": "own"}, "suggests_itself", "suggested_unit"),
    ],
)
def test_a_return_without_its_grounds_names_the_field(
    city: SmallCity, given: dict[str, Any], code: str, field: str
) -> None:
    incident = at_department(city)
    if given.get("suggested_unit") == "own":
        given = {"suggested_unit": city.departments["D38"].pk}
    with pytest.raises(Invalid) as refused:
        give_back(city, incident, **given)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not ReturnSlip.objects.exists()


def test_who_does_not_know_says_so_in_words(city: SmallCity) -> None:
    incident = give_back(city, at_department(city), suggested_unit="unknown", suggestion="可能由物业负责")
    slip = ReturnSlip.objects.get(incident=incident)
    assert (slip.suggested_unit, slip.suggestion) == (None, "可能由物业负责")


def test_what_was_given_back_goes_on_only_to_a_named_unit_with_a_reason(city: SmallCity) -> None:
    incident = give_back(city, at_department(city))
    for given in ({}, {"target_unit": city.departments["D24"].pk}):
        with pytest.raises(Invalid) as refused:
            do(city, "street_staff", incident, Verb.DISPATCH, **given)
        assert refused.value.code == "fields_missing"
    incident = hand_on(city, incident, "D24")
    assert (incident.state, incident.owner_organization_id) == (State.DISPATCHED, city.departments["D24"].pk)
    slip = ReturnSlip.objects.get(incident=incident)
    assert (slip.to_unit_id, slip.arbitrated) == (city.departments["D24"].pk, False)
    assert slip.decided_at is not None


def test_the_second_return_is_for_the_grid_office_alone_and_final(city: SmallCity) -> None:
    incident = hand_on(city, give_back(city, at_department(city)))
    incident = give_back(city, incident)
    assert (incident.owner_level, incident.return_count, incident.arbitration_due) == (Level.CITY, 2, True)
    for who in ("street_staff", "street_leader"):
        with pytest.raises(Denied) as refused:
            hand_on(city, incident, who=who)
        assert refused.value.code == "not_your_part"
    with pytest.raises(Denied) as refused:
        hand_on(city, incident, who="city_grid_office")
    assert refused.value.code == "arbitration_due"
    target = city.departments["D38"].pk
    incident = do(
        city, "city_grid_office", incident, Verb.ARBITRATE, target_unit=target, reason="由城管牵头，不得再退"
    )
    assert (incident.state, incident.was_arbitrated, incident.arbitration_due) == (
        State.DISPATCHED,
        True,
        False,
    )
    with pytest.raises(Denied) as refused:
        give_back(city, incident)
    assert refused.value.code == "already_arbitrated"
    assert ReturnSlip.objects.filter(incident=incident, arbitrated=True).count() == 1


def test_the_grid_office_does_not_arbitrate_a_first_return(city: SmallCity) -> None:
    incident = give_back(city, at_department(city))
    target = city.departments["D38"].pk
    with pytest.raises(Denied) as refused:
        do(city, "city_grid_office", incident, Verb.ARBITRATE, target_unit=target, reason="裁定")
    assert refused.value.code == "no_arbitration"


def test_a_community_gives_back_to_its_street_and_a_worker_raises_instead(city: SmallCity) -> None:
    incident = make_incident(city, category_code=BENEFITS)
    assert incident.owner_level == Level.COMMUNITY
    assert give_back(city, incident, "community_staff").owner_level == Level.STREET
    at_grid = make_incident(city)
    with pytest.raises(Denied) as refused:
        give_back(city, at_grid, "grid_worker")
    assert refused.value.code == "level_too_low"


def test_what_is_signed_for_is_not_given_back(city: SmallCity) -> None:
    incident = do(city, "department_officer", at_department(city), Verb.SIGN)
    with pytest.raises(Denied) as refused:
        give_back(city, incident)
    assert refused.value.code == "wrong_state"


def test_the_database_keeps_one_waiting_slip(city: SmallCity) -> None:
    incident = give_back(city, at_department(city))
    slip = ReturnSlip.objects.get(incident=incident)
    slip.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        slip.save()


def test_who_dispatches_to_whom() -> None:
    every = frozenset(Level)
    assert dispatching_level(Level.GRID, every) is Level.COMMUNITY
    assert dispatching_level(Level.COMMUNITY, every) is Level.STREET
    assert dispatching_level(Level.STREET, every) is Level.CITY
    assert dispatching_level(Level.DEPARTMENT, every) is Level.STREET
    assert dispatching_level(Level.DEPARTMENT, every - {Level.STREET}) is Level.CITY
    assert dispatching_level(Level.GRID, frozenset({Level.GRID, Level.STREET})) is Level.STREET
    assert dispatching_level(Level.CITY, every) is Level.CITY


@pytest.mark.parametrize(
    ("kind", "earlier", "works", "chain"),
    [
        (Pending.EXTENSION, 0, False, (Approver.DISPATCHING,)),
        (Pending.EXTENSION, 0, True, (Approver.OWN_LEADER, Approver.GRID_OFFICE)),
        (Pending.EXTENSION, 1, False, (Approver.OWN_LEADER, Approver.GRID_OFFICE)),
        (Pending.SUSPENSION, 1, True, (Approver.DISPATCHING,)),
    ],
)
def test_who_decides_on_what(kind: Pending, earlier: int, works: bool, chain: tuple[Approver, ...]) -> None:
    assert approval_chain(kind, earlier=earlier, works=works)[0] == chain
