"""Two people merge, separate and finish at the same moment: one wins, and what is left makes sense."""

from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connections

from core.errors import DomainError
from incidents.models import Incident
from incidents.rules.vocabulary import State, Verb
from incidents.services import incident_perform
from tests.factories.incidents import do, make_incident, small_city

pytestmark = pytest.mark.django_db(transaction=True)


def together(city, *moves):
    """Let several people move at once; return who was refused with which code."""
    barrier, refused, broken = Barrier(len(moves)), {}, []

    def go(place, who, incident, verb, given):
        try:
            actor = city.actor(who)
            barrier.wait()
            incident_perform(actor=actor, incident_id=incident.pk, verb=verb, given=given)
        except DomainError as error:
            refused[place] = error.code
        except OperationalError as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(place, *move)) for place, move in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    return refused


def fresh(*incidents):
    return [Incident.objects.get(pk=each.pk) for each in incidents]


def test_two_merges_crossing_leave_one_main_incident():
    city = small_city()
    for _round in range(5):
        one, other = make_incident(city), make_incident(city)
        refused = together(
            city,
            ("grid_worker", one, Verb.MERGE, {"main": other.number}),
            ("community_staff", other, Verb.MERGE, {"main": one.number}),
        )
        one, other = fresh(one, other)
        assert len(refused) == 1
        assert sorted([one.state, other.state]) == sorted([State.DISPATCHED, State.MERGED])
        assert one.child_count + other.child_count == 1


def test_merging_while_the_main_one_is_finished():
    city = small_city()
    for _round in range(5):
        main, child = make_incident(city), make_incident(city)
        do(city, "grid_worker", main, Verb.SIGN)
        refused = together(
            city,
            ("grid_worker", main, Verb.FINISH, {"note": "已清运"}),
            ("community_staff", child, Verb.MERGE, {"main": main.number}),
        )
        main, child = fresh(main, child)
        assert main.state == State.CALLBACK
        assert main.child_count == 0
        # Merged in time: its reporter is asked as well. Too late: it goes its own way.
        assert child.state == (State.DISPATCHED if refused else State.CALLBACK)


def test_separating_while_the_main_one_is_finished():
    city = small_city()
    for _round in range(5):
        main, child = make_incident(city), make_incident(city)
        do(city, "grid_worker", main, Verb.SIGN)
        do(city, "grid_worker", child, Verb.MERGE, main=main.number)
        refused = together(
            city,
            ("grid_worker", main, Verb.FINISH, {"note": "已清运"}),
            ("community_staff", child, Verb.UNMERGE, {"reason": "不是一回事"}),
        )
        main, child = fresh(main, child)
        assert (main.state, main.child_count) == (State.CALLBACK, 0)
        assert child.state == (State.CALLBACK if refused else State.DISPATCHED)


def test_many_merge_into_one_and_every_one_counts():
    city = small_city()
    main, children = make_incident(city), [make_incident(city) for _number in range(4)]
    moves = [("grid_worker", child, Verb.MERGE, {"main": main.number}) for child in children]
    assert together(city, *moves) == {}
    (main,) = fresh(main)
    assert (main.child_count, main.people_count) == (4, 5)
