"""Every state × verb × role, generated from the table: one answer by service, page, API and administration.

The expected answer comes from the table and the person's standing; each entrance has to give it. The service
is asked for every role where the verb starts from the state; the rest, and the slower pages and API, for one
role in turn (`EVERY_ROLE=1`: for all, the page where the verb starts from the state).
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import pgtrigger
import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.errors import DomainError
from incidents.models import Incident
from incidents.policies import Standing, facts_for, standing_of
from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow import TRANSITIONS, Refusal, allowed_state_pairs, check_move, transition
from incidents.services import incident_perform
from incidents.services.move import LOADED
from tests.factories.incidents import SmallCity, make_incident, small_city

pytestmark = pytest.mark.django_db

ROLES = (
    "city_grid_office",
    "street_leader",
    "street_staff",
    "community_staff",
    "grid_worker",
    "building_head",
    "department_officer",
    "department_leader",
    "auditor",
    "system_administrator",
    "outsider_street",
)
VERBS = tuple(row.verb for row in TRANSITIONS)
ENTRANCES = 3
EVERY_ROLE = bool(os.environ.get("EVERY_ROLE"))
GUARD = "incidents.Incident:incident_state_guard"


@contextmanager
def undone() -> Iterator[None]:
    """Let nothing of the block stay in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def in_state(city: SmallCity, state: State) -> Incident:
    """Return an incident put into a state past the guard, as nobody but the owner of the tables could."""
    incident = make_incident(city)
    with pgtrigger.ignore(GUARD):
        Incident.objects.filter(pk=incident.pk).update(state=state, closed_at=clock.now())
    return incident


@dataclass(frozen=True, slots=True)
class Asker:
    """One person before one incident that nobody changes: what they are to it is asked once."""

    actor: Actor
    client: Client
    incident: Incident | None
    standing: Standing | None

    @classmethod
    def of(cls, city: SmallCity, who: str, incident: Incident) -> "Asker":
        """Return the person with a browser; without the incident where it is not theirs to see."""
        actor, client = city.actor(who), client_of(city, who)
        shown = Incident.objects.visible_to(city[who]).filter(pk=incident.pk)
        fresh = Incident.objects.select_related(*LOADED).filter(pk__in=shown.values("pk")).first()
        return cls(actor, client, fresh, standing_of(actor, fresh) if fresh is not None else None)

    def by_table(self, verb: Verb) -> str:
        """Return the code of the refusal that the table gives, empty where it allows the step."""
        if self.incident is None or self.standing is None:
            return "incident_missing"
        facts = facts_for(self.actor, self.incident, {}, standing=self.standing)
        answer = check_move(State(self.incident.state), verb, facts)
        return answer.code if isinstance(answer, Refusal) else ""


def by_service(actor: Actor, incident: Incident, verb: Verb) -> DomainError | None:
    with undone():
        try:
            incident_perform(actor=actor, incident_id=incident.pk, verb=verb, given={})
        except DomainError as error:
            return error
    return None


def by_api(client: Client, incident: Incident, verb: Verb) -> tuple[int, str]:
    url = reverse("api-incidents-action", args=[incident.number, verb.value])
    with undone():
        answer = client.post(url, json.dumps({}), content_type="application/json")
    return answer.status_code, str(answer.json().get("code", ""))


def by_page(client: Client, incident: Incident, verb: Verb) -> tuple[int, str]:
    url = reverse("incident-act", args=[incident.number, verb.value])
    with undone():
        answer = client.post(url, {"version": incident.version})
    return answer.status_code, answer.content.decode()


def client_of(city: SmallCity, who: str) -> Client:
    client = Client()
    client.force_login(city[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("state", list(State))
def test_every_verb_of_every_role_gets_the_answer_of_the_table(state: State, settings: Any) -> None:
    settings.REFERENCE_CACHE_SECONDS = 3600  # as in production: nobody changes the rules meanwhile
    city = small_city()
    incident = in_state(city, state)
    askers = {who: Asker.of(city, who, incident) for who in ROLES}
    index = list(State).index(state)
    for number, verb in enumerate(VERBS):
        turn = ROLES[(number + 2 * index) % len(ROLES)]
        starts = state in transition(verb).sources
        for who, asker in askers.items():
            # Where no row starts from this state, everybody hears the same.
            if not (starts or EVERY_ROLE or who == turn):
                continue
            case = f"{state} {verb} {who}"
            expected, error = asker.by_table(verb), by_service(asker.actor, incident, verb)
            code = error.code if error is not None else ""
            # Allowed without any values, a step may still ask for one; that is no refusal of the table.
            agreed = code == expected or not expected or _was_just_done(code, expected, verb, state)
            assert agreed, f"{case}: {code}, the table says {expected or 'yes'}"
            # Page and API ask the same service; each verb is asked there in a third of the states.
            if EVERY_ROLE or (who == turn and (number + index) % ENTRANCES == 0):
                _same_in_the_api(asker.client, incident, verb, error, case)
                if starts or who == turn:
                    _same_on_the_page(asker.client, incident, verb, error, case)


def _was_just_done(code: str, expected: str, verb: Verb, state: State) -> bool:
    """Return whether the refusal only says more kindly that somebody has just taken this very step."""
    return (code, expected) == ("stale", "wrong_state") and transition(verb).target is state


def _same_in_the_api(
    client: Client, incident: Incident, verb: Verb, error: DomainError | None, case: str
) -> None:
    status, code = by_api(client, incident, verb)
    if error is None:
        assert status == 200, case
    else:
        assert (status, code) == (error.status, error.code), case


def _same_on_the_page(
    client: Client, incident: Incident, verb: Verb, error: DomainError | None, case: str
) -> None:
    status, page = by_page(client, incident, verb)
    if error is None:
        assert status == 302, case
        return
    assert status == error.status, f"{case}: {status} on the page"
    # What a form lacks is said beside its fields, what is not to be seen not at all.
    assert error.status in (404, 422) or error.message in page, case


@pytest.mark.parametrize("who", ["city_grid_office", "street_leader"])
def test_the_administration_refuses_to_supervise_in_the_same_states(who: str) -> None:
    city = small_city()
    for state in State:
        # A browser of its own for each: what nobody has read yet is shown on the next page as well.
        client, incident = client_of(city, who), in_state(city, state)
        with undone():
            given = {"reason": "领导批示"}
            address = reverse("admin:incidents_incident_changelist")
            chosen = {"action": "supervise_selected", "_selected_action": [incident.pk], "index": "0"}
            answer = client.post(address, {**chosen, **given})
            told = {each.extra_tags or "" for each in get_messages(answer.wsgi_request)}
        with undone():
            try:
                incident_perform(
                    actor=city.actor(who), incident_id=incident.pk, verb=Verb.SUPERVISE, given=given
                )
                expected = ""
            except DomainError as error:
                expected = error.code
        assert told == {expected}, f"{who} {state}"


def test_the_database_refuses_every_change_of_state_that_is_not_in_the_table() -> None:
    incident = make_incident(small_city())
    allowed = set(allowed_state_pairs())
    wrong = []
    for before, after in product(State, State):
        if before is after:
            continue
        with undone():
            with pgtrigger.ignore(GUARD):
                Incident.objects.filter(pk=incident.pk).update(state=before, closed_at=clock.now())
            if _written(incident, after) != ((before, after) in allowed):
                wrong.append((before, after))
    assert not wrong


def _written(incident: Incident, state: State) -> bool:
    refusal = ""
    try:
        with transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(state=state)
    except IntegrityError as error:
        refusal = str(error)
    assert not refusal or "incident state may not go" in refusal
    return not refusal
