"""A small city with people in every role, and incidents filed in it through the real services."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from core.actor import RESIDENT, SYSTEM, Actor
from grids.models import Building, Grid
from incidents.models import CheckShare, Incident
from incidents.policies import filing_standing
from incidents.rules.channels import usual_channel
from incidents.rules.vocabulary import Channel, Verb
from incidents.services import Filed, Report, incident_file, incident_perform
from incidents.services.reference import load
from organizations.choices import Role
from organizations.models import Organization, User
from tests.factories.grids import make_building, make_grid, square
from tests.factories.keeping import kept
from tests.factories.organizations import make_city, make_community, make_department, make_street, make_user

GARBAGE = "0101"  # yellow, led by the first department, at its grid first
MANHOLE = "0301"  # red, straight to the street
BENEFITS = "1202"  # blue, at the community's window
CONDUCT = "1402"  # yellow, straight to a department
TIP_OFF = "1403"  # orange, straight to a department, here the supporting one


@dataclass(slots=True)
class SmallCity:
    """Two streets of two communities of two grids, four departments, one person per role, and outsiders.

    `people` maps a role to its person in the first street, community and grid. `outsider_*` work in the
    second street, and in a department that no incident here concerns.
    """

    city: Organization
    streets: list[Organization] = field(default_factory=list)
    communities: list[Organization] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    departments: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        """Return a person by role or name."""
        return self.people[name]

    def actor(self, name: str) -> Actor:
        """Return a person as an actor; "resident" and "system" are no persons."""
        if name == "resident":
            return RESIDENT
        return SYSTEM if name == "system" else Actor.of(User.objects.get(pk=self.people[name].pk))


@kept
def small_city() -> SmallCity:
    """Make the city with its reference data."""
    made = SmallCity(make_city())
    load(actor=SYSTEM)
    # Tests that want a result checked say so; elsewhere no lot may fall on it.
    CheckShare.objects.update(percent=0)
    for number in range(2):
        street = make_street(made.city)
        made.streets.append(street)
        for _each in range(2):
            community = make_community(street)
            made.communities.append(community)
            for _grid in range(2):
                west = 120.0 + 0.01 * len(made.grids)
                grid = make_grid(community, boundary=square(west, 26.0 + number))
                made.grids.append(grid)
                made.buildings.append(make_building(grid))
    for code in ("D38", "D24", "D57", "D16"):
        made.departments[code] = make_department(made.city, code=code)
    _people(made)
    return made


def _people(made: SmallCity) -> None:
    street, community, grid = made.streets[0], made.communities[0], made.grids[0]
    lead, support = made.departments["D38"], made.departments["D24"]
    posts: list[tuple[str, str, Organization, Grid | None]] = [
        ("city_grid_office", Role.CITY_GRID_OFFICE, made.city, None),
        ("street_leader", Role.STREET_LEADER, street, None),
        ("street_staff", Role.STREET_STAFF, street, None),
        ("community_staff", Role.COMMUNITY_STAFF, community, None),
        ("grid_worker", Role.GRID_WORKER, community, grid),
        ("building_head", Role.BUILDING_HEAD, community, grid),
        ("department_officer", Role.DEPARTMENT_OFFICER, lead, None),
        ("department_colleague", Role.DEPARTMENT_OFFICER, lead, None),
        ("department_leader", Role.DEPARTMENT_LEADER, lead, None),
        ("supporting_officer", Role.DEPARTMENT_OFFICER, support, None),
        ("auditor", Role.AUDITOR, made.city, None),
        ("system_administrator", Role.SYSTEM_ADMINISTRATOR, made.city, None),
        ("security_administrator", Role.SECURITY_ADMINISTRATOR, made.city, None),
        ("outsider_leader", Role.STREET_LEADER, made.streets[1], None),
        ("outsider_street", Role.STREET_STAFF, made.streets[1], None),
        ("outsider_community", Role.COMMUNITY_STAFF, made.communities[2], None),
        ("outsider_worker", Role.GRID_WORKER, made.communities[2], made.grids[4]),
        ("outsider_department", Role.DEPARTMENT_OFFICER, made.departments["D16"], None),
        ("second_worker", Role.GRID_WORKER, community, made.grids[1]),
    ]
    for name, role, unit, where in posts:
        building = made.buildings[0] if name == "building_head" else None
        made.people[name] = make_user(role, unit, where, building=building, username=name)
    made.people["nobody"] = make_user(username="nobody")


def client_of(city: SmallCity, name: str) -> Client:
    """Return a browser with the person's session."""
    client = Client()
    client.force_login(city[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def file_report(city: SmallCity, actor: Actor = RESIDENT, **values: Any) -> Filed:
    """File a report in the first grid, by a resident unless said otherwise."""
    report = {
        "category_code": GARBAGE,
        "description": "垃圾桶旁堆了很多垃圾",
        "channel": usual_channel(filing_standing(actor).parties) or Channel.PATROL,
        "grid_id": city.grids[0].pk,
        **values,
    }
    return incident_file(actor=actor, report=Report(**report))


def make_incident(city: SmallCity, **values: Any) -> Incident:
    """File a report and return its incident."""
    return file_report(city, **values).incident


def do(city: SmallCity, who: str, incident: Incident, verb: Verb, **given: Any) -> Incident:
    """Let a person of the city, "resident" or "system" do one verb."""
    return incident_perform(actor=city.actor(who), incident_id=incident.pk, verb=verb, given=given)


def whistle_values(city: SmallCity, **values: Any) -> dict[str, Any]:
    """Return what a whistle must say: the first department leads, the second supports."""
    return {
        "kind": "routine",
        "grounds": "stubborn",
        "lead_department": city.departments["D38"].pk,
        "supporting_departments": [city.departments["D24"].pk],
        "response_limit": "4wh",
        "standard": "清理干净并恢复原貌",
        "reason": "多次清理后反弹",
        **values,
    }


def at_street(city: SmallCity, **values: Any) -> Incident:
    """Return an incident that worker and community have raised to the street."""
    incident = make_incident(city, **values)
    do(city, "grid_worker", incident, Verb.ESCALATE, cause="缺少车辆", difficulty="量大")
    do(city, "community_staff", incident, Verb.ESCALATE, cause="需要执法", difficulty="跨部门")
    return do(city, "street_staff", incident, Verb.SIGN)


def whistled(city: SmallCity, **values: Any) -> Incident:
    """Return an incident that the street has whistled."""
    return do(city, "street_leader", at_street(city), Verb.WHISTLE, **whistle_values(city, **values))
