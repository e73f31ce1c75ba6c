"""Several reports of one matter: who merges what, what the main one carries, how every reporter is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.actor import SYSTEM
from core.errors import Denied, DomainError, Invalid, TooMany
from core.models import Notification
from incidents.models import Clock, Incident, IncidentEvent, VerdictRound
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Verb
from incidents.selectors import incident_by_lookup
from incidents.services.joining import incident_join
from incidents.views.public.progress import progress_of
from organizations.choices import Role
from organizations.services.memberships import membership_grant
from tests.factories.incidents import MANHOLE, do, file_report, make_incident, whistled

pytestmark = pytest.mark.django_db


def running(incident):
    return sorted(Clock.objects.filter(incident=incident, stopped_at=None).values_list("kind", flat=True))


def merged(city, who="grid_worker", **values):
    main, child = file_report(city), file_report(city, **values)
    do(city, who, child.incident, Verb.MERGE, main=main.incident.number)
    return Incident.objects.get(pk=main.incident.pk), Incident.objects.get(pk=child.incident.pk)


def refused(city, who, child, main):
    with pytest.raises(DomainError) as caught:
        do(city, who, child, Verb.MERGE, main=main if isinstance(main, str) else main.number)
    return caught.value.code, caught.value.field


def test_the_main_one_carries_the_work_and_the_people(city):
    main, child = merged(city, people_count=4)
    assert (child.state, child.parent_id, running(child)) == (State.MERGED, main.pk, [])
    assert (main.state, main.child_count, main.people_count) == (State.DISPATCHED, 1, 5)
    assert running(main) == ["resolve", "sign"]
    event = IncidentEvent.objects.get(incident=main, verb=Verb.MERGE)
    assert (event.from_state, event.to_state) == (State.DISPATCHED, State.DISPATCHED)
    assert event.data["child"] == child.number


def test_a_more_pressing_child_raises_the_colour_and_shortens_limits(city):
    main = make_incident(city)
    before = Clock.objects.get(incident=main, kind=ClockKind.RESOLVE).due_at
    child = make_incident(city, category_code=MANHOLE)
    do(city, "street_staff", child, Verb.MERGE, main=main.number)
    main.refresh_from_db()
    assert (main.colour, main.colour_rank) == (Colour.RED, Colour.RED.rank)
    after = Clock.objects.get(incident=main, kind=ClockKind.RESOLVE).due_at
    assert after <= before
    assert main.due_at == min(
        Clock.objects.filter(incident=main, stopped_at=None).values_list("due_at", flat=True)
    )


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda city, child: "999999999999", "main_unknown"),
        (lambda city, child: child.number, "main_same"),
        (lambda city, child: make_incident(city, grid_id=city.grids[4].pk).number, "main_unknown"),
    ],
)
def test_what_it_cannot_be_merged_into(city, prepare, code):
    child = make_incident(city)
    assert refused(city, "street_staff", child, prepare(city, child)) == (code, "main")


def test_chains_are_impossible_from_both_ends(city):
    main, child = merged(city)
    other = make_incident(city)
    assert refused(city, "grid_worker", other, child) == ("main_is_merged", "main")
    assert refused(city, "grid_worker", main, other)[0] == "has_children"


def test_what_is_over_takes_no_more(city):
    main, child = make_incident(city), make_incident(city)
    do(city, "grid_worker", main, Verb.SIGN)
    do(city, "grid_worker", main, Verb.FINISH, note="已清理")
    assert refused(city, "grid_worker", child, main) == ("main_not_open", "main")


def test_across_streets_only_the_city_merges(city):
    child, main = make_incident(city), make_incident(city, grid_id=city.grids[4].pk)
    assert refused(city, "street_staff", child, main)[0] == "main_unknown"
    do(city, "city_grid_office", child, Verb.MERGE, main=main.number)
    assert Incident.objects.get(pk=child.pk).parent_id == main.pk


def test_somebody_with_posts_in_both_streets_still_does_not_cross(city):
    membership_grant(
        actor=SYSTEM,
        user=city["street_staff"],
        organization=city.streets[1],
        role=Role.STREET_STAFF,
        valid_from=clock.today() - timedelta(days=9),
    )
    child, main = make_incident(city), make_incident(city, grid_id=city.grids[4].pk)
    assert refused(city, "street_staff", child, main)[0] == "merge_across_streets"


MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)  # nine o'clock in the city


def test_separating_gives_back_own_work_with_the_time_it_had_left(city):
    with clock.frozen_at(MONDAY):
        main, child = (make_incident(city, category_code=MANHOLE, people_count=3) for _each in range(2))
    before = Clock.objects.get(incident=child, kind=ClockKind.RESOLVE)
    with clock.frozen_at(MONDAY + timedelta(minutes=10)):
        do(city, "street_staff", child, Verb.MERGE, main=main.number)
    with clock.frozen_at(MONDAY + timedelta(minutes=130)):
        child = do(city, "street_staff", child, Verb.UNMERGE, reason="另一处井盖")
    main.refresh_from_db()
    assert (child.state, child.parent_id) == (State.DISPATCHED, None)
    assert {"resolve", "sign"} <= set(running(child))
    assert (main.child_count, main.people_count) == (0, 3)
    after = Clock.objects.get(incident=child, kind=ClockKind.RESOLVE, stopped_at=None)
    assert after.pk == before.pk
    assert after.due_at - before.due_at == timedelta(hours=2)
    events = IncidentEvent.objects.filter(incident=child).order_by("at", "id")
    assert list(events.values_list("verb", flat=True))[-2:] == ["merge", "unmerge"]


def test_every_reporter_is_asked_and_judges_alone(city):
    first, second = file_report(city, reporter_phone="13900001111"), file_report(city)
    main, child = first.incident, second.incident
    do(city, "grid_worker", child, Verb.MERGE, main=main.number)
    do(city, "grid_worker", main, Verb.SIGN)
    do(city, "grid_worker", main, Verb.FINISH, note="已清运")
    main.refresh_from_db()
    child.refresh_from_db()
    assert (main.state, child.state) == (State.CALLBACK, State.CALLBACK)
    assert main.child_count == 0
    assert child.handled_by_id == city["grid_worker"].pk
    assert child.closed_at is not None
    assert running(child) == ["callback"]
    do(city, "resident", main, Verb.JUDGE_SATISFIED)
    child = do(city, "resident", child, Verb.JUDGE_DISSATISFIED, reason="还有一堆")
    main.refresh_from_db()
    assert (main.state, child.state, child.parent_id) == (State.EVALUATED, State.RECTIFYING, main.pk)
    assert (child.owner_level, child.owner_organization_id) == (main.owner_level, main.owner_organization_id)
    kinds = VerdictRound.objects.filter(incident__in=[main, child]).values_list("incident_id", "kind")
    assert set(kinds) == {(main.pk, "satisfied"), (child.pk, "dissatisfied")}


def test_who_cannot_be_asked_is_closed_with_the_main_one(city):
    main = make_incident(city)
    child = make_incident(city, actor=city.actor("grid_worker"))
    do(city, "grid_worker", child, Verb.MERGE, main=main.number)
    do(city, "grid_worker", main, Verb.SIGN)
    do(city, "grid_worker", main, Verb.FINISH, note="已清运")
    child.refresh_from_db()
    assert (child.state, child.verdict) == (State.CLOSED, "")


def test_a_rectified_child_belongs_to_whoever_did_the_work(city):
    main = make_incident(city)
    child = make_incident(city, grid_id=city.grids[1].pk)
    do(city, "community_staff", child, Verb.MERGE, main=main.number)
    do(city, "grid_worker", main, Verb.SIGN)
    do(city, "grid_worker", main, Verb.FINISH, note="已清运")
    child = do(city, "resident", child, Verb.JUDGE_DISSATISFIED, reason="没有清")
    # Another grid's worker did it, so their community answers and not the worker of the child's grid.
    assert (child.owner_level, child.owner_organization_id) == (Level.COMMUNITY, city.communities[0].pk)


def test_a_child_of_another_street_stays_with_whoever_had_it(city):
    main = make_incident(city, grid_id=city.grids[4].pk)
    child = make_incident(city)
    do(city, "city_grid_office", child, Verb.MERGE, main=main.number)
    do(city, "outsider_worker", main, Verb.SIGN)
    do(city, "outsider_worker", main, Verb.FINISH, note="已清运")
    child.refresh_from_db()
    # The other street's people would not see it: who has it next must.
    assert (child.state, child.owner_level) == (State.CALLBACK, Level.GRID)
    assert child.owner_organization_id == child.community_id


def test_a_whistled_main_one_asks_all_when_the_street_asks(city):
    main = whistled(city)
    child = make_incident(city)
    do(city, "street_staff", child, Verb.MERGE, main=main.number)
    do(city, "department_officer", main, Verb.WHISTLE_REPORT_DONE, note="完成")
    do(city, "street_staff", main, Verb.ASK_RESIDENT)
    child.refresh_from_db()
    assert child.state == State.CALLBACK
    assert not child.is_whistled


def test_a_merged_reporter_urges_whoever_has_the_main_one(city):
    main, child = merged(city)
    do(city, "grid_worker", main, Verb.ESCALATE, cause="缺少车辆", difficulty="量大")
    do(city, "resident", child, Verb.URGE)
    told = Notification.objects.filter(kind="incident_urged")
    assert {(row.user.username, row.params["number"]) for row in told} == {("community_staff", main.number)}
    with pytest.raises(TooMany) as caught:
        do(city, "resident", child, Verb.URGE)
    assert caught.value.code == "urged_enough"
    # Each reporter has their own time a day.
    do(city, "resident", main, Verb.URGE)
    child.refresh_from_db()
    assert child.state == State.MERGED


def test_what_carries_others_is_not_declined(city):
    main, child = merged(city)
    with pytest.raises(Denied) as caught:
        do(city, "community_staff", main, Verb.REJECT, reason="不属于")
    assert caught.value.code == "has_children"
    do(city, "grid_worker", child, Verb.UNMERGE, reason="不是一回事")
    assert do(city, "community_staff", main, Verb.REJECT, reason="不属于").state == State.NOT_ACCEPTED


def test_nobody_asks_before_the_main_one_is_done(city):
    _main, child = merged(city)
    with pytest.raises(Denied) as caught:
        do(city, "community_staff", child, Verb.CALL_BACK)
    assert caught.value.code == "main_one_open"


def test_a_whistled_one_is_not_merged_away(city):
    child, main = whistled(city), make_incident(city)
    assert refused(city, "street_staff", child, main)[0] in ("wrong_state", "under_whistle")


def test_the_merged_reporter_follows_the_work_and_nothing_else(city):
    main, child = file_report(city), file_report(city)
    do(city, "grid_worker", child.incident, Verb.MERGE, main=main.incident.number)
    do(city, "grid_worker", main.incident, Verb.SIGN)
    do(city, "resident", main.incident, Verb.COMMENT, text="我家在三楼")
    found = incident_by_lookup(child.incident.number, child.lookup_code)
    progress = progress_of(found)
    titles = [line.title for line in progress.happened]
    assert progress.together
    assert any("受理" in title or "接" in title or "Taken" in title for title in titles)
    words = " ".join(line.text + line.title for line in progress.happened)
    assert main.incident.number not in words
    assert "我家在三楼" not in words
    assert progress.due_at == Incident.objects.get(pk=main.incident.pk).due_at


def test_a_resident_joins_only_what_neighbours_may_know(city):
    known, fresh = make_incident(city), make_incident(city)
    assert incident_join(filed=fresh, main_id=known.pk).state == State.MERGED
    far = make_incident(city, grid_id=city.grids[4].pk)
    other = make_incident(city)
    assert incident_join(filed=other, main_id=far.pk).state == State.DISPATCHED
    complaint = make_incident(city, category_code="1402")
    assert incident_join(filed=make_incident(city), main_id=complaint.pk).state == State.DISPATCHED
    done = make_incident(city)
    do(city, "grid_worker", done, Verb.SIGN)
    do(city, "grid_worker", done, Verb.FINISH, note="已清理")
    late = incident_join(filed=make_incident(city), main_id=done.pk)
    assert late.state == State.DISPATCHED
    assert Incident.objects.get(pk=late.pk).state == State.DISPATCHED


def test_a_missing_number_is_asked_for(city):
    with pytest.raises(Invalid) as caught:
        do(city, "grid_worker", make_incident(city), Verb.MERGE)
    assert (caught.value.code, caught.value.field) == ("fields_missing", "main")
