"""The pages of decisions: what waits for whom, one press with a note, the ledger, supervision, budgets."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from incidents.models import Incident, Suspension
from incidents.rules.vocabulary import State, Verb
from organizations.choices import Role
from organizations.models import User
from tests.factories.organizations import make_user
from tests.factories.staff_scene import Scene, do, make_scene, to_department

pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = datetime(2026, 11, 30, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MANY = 11  # of the approvals two each, so that both kinds stand on one page


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asking(scene: Scene) -> Incident:
    incident = do(scene.officer, to_department(scene), Verb.SIGN)
    wanted = clock.now() + timedelta(days=8)
    return do(scene.officer, incident, Verb.REQUEST_EXTENSION, reason="等待配件到货", wanted_limit=wanted)


def given_back(scene: Scene) -> Incident:
    return do(
        scene.officer,
        to_department(scene),
        Verb.RETURN,
        reason="属住建职责",
        basis="《物业管理条例》第四十五条",
        suggested_unit=scene.helper_department.pk,
    )


def set_aside(scene: Scene, review_on: date | None = None) -> Incident:
    incident = do(scene.officer, to_department(scene), Verb.SIGN)
    day = review_on or clock.today() + timedelta(days=30)
    do(
        scene.officer,
        incident,
        Verb.REQUEST_SUSPENSION,
        suspension_kind="works",
        reason="等待管网改造",
        review_on=day,
    )
    return do(scene.leader, incident, Verb.GRANT_SUSPENSION, note="同意")


def press(user: User, incident: Incident, step: str, note: str = "") -> tuple[int, str]:
    url = reverse("approvals-decide", args=[incident.number])
    version = Incident.objects.get(pk=incident.pk).version
    response = client_of(user).post(url, {"step": step, "note": note, "version": version}, follow=True)
    return response.status_code, response.content.decode()


def test_an_application_waits_for_its_approver_and_nobody_else(scene: Scene) -> None:
    with clock.frozen_at(MONDAY):
        incident = asking(scene)
        url = reverse("approvals")
        for user, shown in ((scene.leader, True), (scene.staff, False), (scene.officer, False)):
            page = client_of(user).get(url).content.decode()
            assert (incident.number in page) is shown
        page = client_of(scene.leader).get(url).content.decode()
        assert "等待配件到货" in page
        home = client_of(scene.leader).get(reverse("work"))
        counts = {str(chip.url): chip.count for chip in home.context["chips"]}
        assert counts["?show=to_decide"] == 1


def test_one_press_grants_with_the_note(scene: Scene) -> None:
    with clock.frozen_at(MONDAY):
        incident = asking(scene)
        status, page = press(scene.leader, incident, Verb.GRANT_EXTENSION, "同意延期")
        stored = Incident.objects.get(pk=incident.pk)
        assert (status, stored.extension_count, stored.pending_application) == (200, 1, "")
        assert incident.number in page
        step = incident.applications.get().steps.get()
        assert (step.note, step.decided_by) == ("同意延期", scene.leader)


def test_a_refusal_without_a_reason_is_shown_at_its_case_with_what_was_written(scene: Scene) -> None:
    with clock.frozen_at(MONDAY):
        incident = asking(scene)
        status, page = press(scene.leader, incident, Verb.REFUSE_EXTENSION)
        assert status == 422
        assert page.count('role="alert"') == 1
        assert press(scene.leader, incident, "sign")[0] == 422
        assert press(scene.officer, incident, Verb.GRANT_EXTENSION)[0] == 403
        assert press(scene.other_staff, incident, Verb.GRANT_EXTENSION)[0] == 404


def test_a_returned_case_goes_where_the_unit_suggests_or_back(scene: Scene) -> None:
    with clock.frozen_at(MONDAY):
        incident = given_back(scene)
        page = client_of(scene.staff).get(reverse("approvals")).content.decode()
        assert "《物业管理条例》第四十五条" in page
        assert press(scene.staff, incident, f"dispatch:{scene.helper_department.pk}")[0] == 422
        press(scene.staff, incident, f"dispatch:{scene.helper_department.pk}", "按职责转办")
        stored = Incident.objects.get(pk=incident.pk)
        assert (stored.state, stored.owner_organization_id) == (
            State.DISPATCHED,
            scene.helper_department.pk,
        )
        again = do(
            scene.helper_officer,
            stored,
            Verb.RETURN,
            reason="也不属我部门",
            basis="三定方案",
            suggested_unit="unknown",
            suggestion="请社区核实",
        )
        assert again.number not in client_of(scene.staff).get(reverse("approvals")).content.decode()
        assert again.number in client_of(scene.office).get(reverse("approvals")).content.decode()
        press(scene.office, again, f"arbitrate:{scene.helper_department.pk}", "由住建牵头")
        assert Incident.objects.get(pk=again.pk).was_arbitrated


def test_the_ledger_shows_overdue_reviews_first_and_its_parts(scene: Scene) -> None:
    with clock.frozen_at(MONDAY):
        late = set_aside(scene, date(2026, 12, 1))
        soon = set_aside(scene, date(2026, 12, 12))
    with clock.frozen_at(MONDAY + timedelta(days=16)):
        client = client_of(scene.staff)
        page = client.get(reverse("ledger"))
        shown = [row.suspension.incident_id for row in page.context["rows"]]
        assert shown == [late.pk, soon.pk]
        assert [row.overdue for row in page.context["rows"]] == [8, 0]
        for show, wanted in (("overdue", [late.pk]), ("soon", [soon.pk]), ("seasonal", [])):
            rows = client.get(reverse("ledger"), {"show": show}).context["rows"]
            assert [row.suspension.incident_id for row in rows] == wanted
        assert len(client.get(reverse("ledger"), {"q": late.number}).context["rows"]) == 1
        assert not client_of(scene.other_staff).get(reverse("ledger")).context["rows"]


def test_supervised_cases_stand_with_their_demand_until_lifted(scene: Scene) -> None:
    with clock.frozen_at(MONDAY):
        incident = do(
            scene.leader,
            to_department(scene),
            Verb.SUPERVISE,
            reason="限期三日办结",
            reply_until=LATER,
        )
        client = client_of(scene.staff)
        page = client.get(reverse("supervised"))
        assert [row.order.incident_id for row in page.context["rows"]] == [incident.pk]
        assert "限期三日办结" in page.content.decode()
        assert not client.get(reverse("supervised"), {"show": "late"}).context["rows"]
    with clock.frozen_at(LATER + timedelta(minutes=1)):
        assert len(client.get(reverse("supervised"), {"show": "late"}).context["rows"]) == 1
        do(scene.officer, incident, Verb.REPLY_SUPERVISION, note="已安排")
        assert "已安排" in client.get(reverse("supervised")).content.decode()
        do(scene.leader, incident, Verb.LIFT_SUPERVISION, reason="已落实")
        assert not client.get(reverse("supervised")).context["rows"]


@pytest.mark.parametrize("name", ["approvals", "ledger", "supervised"])
def test_empty_pages_say_what_comes_here(scene: Scene, name: str) -> None:
    response = client_of(scene.leader).get(reverse(name))
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


def fill(scene: Scene, name: str) -> None:
    if name == "ledger":
        set_aside(scene)
    elif name == "supervised":
        do(scene.leader, to_department(scene), Verb.SUPERVISE, reason="限期办结")
    else:
        asking(scene)
        given_back(scene)


def cost(user: User, name: str) -> int:
    client = client_of(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name)).context["rows"]
    return len(queries)


@pytest.mark.parametrize("name", ["approvals", "ledger", "supervised"])
def test_a_page_of_decisions_costs_the_same_for_one_row_and_many(scene: Scene, name: str) -> None:
    with clock.frozen_at(MONDAY):
        fill(scene, name)
        cost(scene.leader, name)  # what a process reads only once
        one = cost(scene.leader, name)
        for _number in range(MANY):
            fill(scene, name)
        many = cost(scene.leader, name)
    assert one == many == BUDGETS.get(f"{name}/street_leader")


def test_a_community_leader_sees_only_what_waits_at_the_community(scene: Scene) -> None:
    with clock.frozen_at(MONDAY):
        incident = asking(scene)
        page = client_of(scene.community_staff).get(reverse("approvals")).content.decode()
        assert incident.number not in page
        chief = make_user(Role.DEPARTMENT_LEADER, scene.department, username="chief")
        do(scene.officer, incident, Verb.WITHDRAW)
        do(
            scene.officer,
            incident,
            Verb.REQUEST_EXTENSION,
            reason="需要施工",
            works=True,
            wanted_limit=clock.now() + timedelta(days=9),
        )
        assert incident.number in client_of(chief).get(reverse("approvals")).content.decode()
        press(chief, incident, Verb.ENDORSE, "属实")
        assert incident.number in client_of(scene.office).get(reverse("approvals")).content.decode()
    assert not Suspension.objects.exists()
