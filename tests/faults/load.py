"""Fills the database of a fault drill; run as a process of its own, with the drill's environment.

`CLOCKS` says how many open incidents there are, each with one limit that the drill lets run out. Who may
speak to the web server, and with which session, is written to `people.json` in the data folder.
"""

import csv
import io
import json
import os
from datetime import timedelta

import django
from django.core.management import call_command

PEOPLE = 4
SYSTEM = "12345"


def load(clocks: int) -> None:
    """Load the city, then everything besides clocks that waits for a worker."""
    from tests.benchmarks.city import Size, load_city

    part = waiting_beside(clocks)
    load_city(Size(0.02, all_incidents=clocks + part, open_incidents=clocks))
    _always_at_work()
    _ladder_of_several_steps()
    _import(part)
    _tasks(part)
    _people()


def waiting_beside(clocks: int) -> int:
    """Return how many rows wait to be imported, tasks to be late, and closed cases to be filed away, each."""
    return max(40, clocks // 20)


def _always_at_work() -> None:
    """Who is told must not depend on the hour at which the drill happens to run."""
    from incidents.models import UnitCalendar, WorkShift

    UnitCalendar.objects.update_or_create(organization=None, defaults={"weekdays": list(range(7))})
    WorkShift.objects.all().delete()
    WorkShift.objects.bulk_create(
        WorkShift(weekday=weekday, starts_at="00:00", ends_at="23:59:59.999999") for weekday in range(7)
    )


def _ladder_of_several_steps() -> None:
    """A quarter of the incidents is reminded twice before it rises."""
    from incidents.models import LadderStep

    blue = {"colour": "blue", "clock_kind": "resolve"}
    LadderStep.objects.bulk_create(
        [
            LadderStep(**blue, step=1, at_percent=80, tell_next=True),
            LadderStep(**blue, step=2, at_percent=100),
            LadderStep(**blue, step=3, at_percent=110, told=["city"]),
            LadderStep(**blue, step=4, at_percent=130, rises=True),
        ]
    )


def _import(rows: int) -> None:
    from core.actor import Actor
    from incidents.models import Category
    from incidents.services.imports import import_create
    from organizations.models import Organization, User

    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["工单编号", "类别", "诉求内容", "地址", "社区"])
    communities = list(Organization.objects.filter(kind="community").order_by("pk"))
    categories = list(Category.objects.order_by("pk"))
    for number in range(rows):
        place, what = communities[number % len(communities)], categories[number % len(categories)]
        writer.writerow([f"GD{number:06d}", what.name, "路灯不亮，已三天", f"太康路 {number} 号", place.name])
    clerk = User.objects.filter(memberships__role="city_grid_office").order_by("pk").first()
    assert clerk is not None
    import_create(
        actor=Actor.of(clerk),
        system=SYSTEM,
        channel="hotline",
        file_name="12345.csv",
        content=sheet.getvalue().encode(),
    )


def _tasks(many: int) -> None:
    """Tasks of joint sessions that are late once three days have passed."""
    from core import clock
    from incidents.models import Incident, Session, SessionTask
    from organizations.models import Organization, User

    now, clerk = clock.now(), User.objects.order_by("pk")[0]
    units = list(Organization.objects.filter(kind="department").order_by("pk"))
    incidents = list(Incident.objects.open().order_by("pk")[:many])
    held = Session.objects.bulk_create(
        Session(
            incident=one,
            mode="joint_meeting",
            held_at=now,
            minutes="到场",
            recorded_by=clerk,
            recorded_at=now,
        )
        for one in incidents
    )
    SessionTask.objects.bulk_create(
        SessionTask(
            session=session,
            incident=session.incident,
            unit=units[number % len(units)],
            text="清运",
            due_at=now + timedelta(days=1),
        )
        for number, session in enumerate(held)
    )


def _people() -> None:
    """Give some grid workers a session, as if they had signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from grids.models import GridAssignment
    from incidents.models import Category

    found = []
    held = GridAssignment.objects.select_related("membership__user", "grid").order_by("grid", "pk")
    for assignment in held.distinct("grid")[:PEOPLE]:
        user, session = assignment.membership.user, SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found.append({"session": session.session_key, "grid": assignment.grid.code})
    codes = list(Category.objects.order_by("pk").values_list("code", flat=True))
    (settings.DATA_DIR / "people.json").write_text(json.dumps({"people": found, "categories": codes}))


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    load(int(os.environ["CLOCKS"]))
