"""What is reported in a run: ordinary, secret, about a unit, to be accepted first, or worked on already."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from core.actor import RESIDENT
from core.errors import DomainError
from incidents.models import Category, Incident
from incidents.policies import filing_standing
from incidents.rules.channels import usual_channel
from incidents.rules.vocabulary import Channel, Verb
from incidents.services import Report, incident_file
from incidents.services.rule_rows import rule_row_save
from organizations.choices import Role
from tests.factories.incidents import (
    BENEFITS,
    CONDUCT,
    GARBAGE,
    MANHOLE,
    TIP_OFF,
    SmallCity,
    at_street,
    do,
    make_incident,
    small_city,
    whistled,
)
from tests.factories.rules import a_rule, put_in_force
from tests.lifecycle.values import given_for

RUBBLE = "0102"  # a dispatcher accepts and registers it first
CHECKED = "0103"  # the result is looked at by somebody else before it is closed
_FILERS = ("resident", "resident", "grid_worker", "street_staff", "building_head", "community_staff")
_CATEGORIES = (GARBAGE, GARBAGE, CHECKED, RUBBLE, MANHOLE, BENEFITS, CONDUCT, TIP_OFF)
# Of few roles one at each level: the others stand beside it and must not see it.
_NAMED = (Role.CITY_GRID_OFFICE, Role.STREET_LEADER, Role.DEPARTMENT_LEADER)


def busy_city() -> SmallCity:
    """Make a city where one matter is always checked, one is secret and one is accepted first."""
    city = small_city()
    Category.objects.filter(code=CHECKED).update(check_percent=100)
    put_in_force(a_rule(code="rubble", category_codes=[RUBBLE], needs_acceptance=True))
    secret = Category.objects.get(code=TIP_OFF)
    secret.lead_department, secret.supporting_department = "D38", ""
    secret.is_secret, secret.secret_roles = True, list(_NAMED)
    rule_row_save(actor=city.actor("city_grid_office"), row=secret)
    return city


def some_report(rng: Random, city: SmallCity) -> tuple[str, Report]:
    """Return who reports and what."""
    who = rng.choice(_FILERS)
    actor = city.actor(who)
    reached = who == "resident" and rng.random() < 0.5
    accused = [None, None, None, city.communities[0], city.streets[0], city.departments["D38"]]
    unit = rng.choice(accused)
    report = Report(
        category_code=rng.choice(_CATEGORIES),
        description="路口有垃圾堆积",
        channel=usual_channel(filing_standing(actor).parties) or Channel.PATROL,
        grid_id=city.grids[rng.choice((0, 0, 0, 1, 4))].pk,
        reporter_name="张三" if reached else "",
        reporter_phone="13800000001" if reached else "",
        anonymous=who == "resident" and not reached,
        settled_note="当场清理" if who == "grid_worker" and rng.random() < 0.3 else "",
        accused_id=unit.pk if unit is not None else None,
    )
    return who, report


def plain_report(city: SmallCity) -> Report:
    """Return a report that nobody can refuse."""
    return Report(
        category_code=GARBAGE,
        description="垃圾未清",
        channel=Channel.RESIDENT_WEB,
        grid_id=city.grids[0].pk,
    )


def file_plainly(city: SmallCity, report: Report) -> list[Incident]:
    """File what a resident would say instead of a report that was refused."""
    plain = replace(plain_report(city), description=report.description)
    return [incident_file(actor=RESIDENT, report=plain).incident]


def come_far(rng: Random, city: SmallCity) -> list[Incident]:
    """Return incidents that people have worked on already, in one of several places of the life cycle."""
    return rng.choice(_SCENES)(rng, city)


def _at_street(_rng: Random, city: SmallCity) -> list[Incident]:
    return [at_street(city)]


def _whistled(_rng: Random, city: SmallCity) -> list[Incident]:
    return [whistled(city)]


def _checked(_rng: Random, city: SmallCity) -> list[Incident]:
    return [at_street(city, category_code=CHECKED, reporter_phone="13800000004")]


def _a_pair(_rng: Random, city: SmallCity) -> list[Incident]:
    main, child = make_incident(city), make_incident(city, reporter_phone="13800000002")
    do(city, "community_staff", child, Verb.MERGE, main=main.number)
    return [main, child]


def _in_department(rng: Random, city: SmallCity) -> list[Incident]:
    incident = make_incident(city, reporter_phone="13800000003")
    unit = city.departments["D38"].pk
    do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=unit, reason="请办理")
    do(city, "department_officer", incident, Verb.SIGN)
    return [_applied_for(rng, city, incident)]


def _applied_for(rng: Random, city: SmallCity, incident: Incident) -> Incident:
    verb, fields = rng.choice(
        (
            (Verb.REQUEST_EXTENSION, ("reason", "wanted_limit", "works")),
            (Verb.REQUEST_SUSPENSION, ("reason", "suspension_kind", "review_on")),
            (Verb.FINISH, ("note",)),
        )
    )
    try:
        given = given_for(rng, city, incident, fields, spoil=False)
        return do(city, "department_officer", incident, verb, **given)
    except DomainError:  # a day or a limit too far away; then nobody has asked
        incident.refresh_from_db()
        return incident


_SCENES: tuple[Callable[[Random, SmallCity], list[Incident]], ...] = (
    _at_street,
    _whistled,
    _checked,
    _a_pair,
    _in_department,
)
