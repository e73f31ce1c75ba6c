"""Incidents in different places and states, and everybody who might look at them."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from guardian.shortcuts import assign_perm
from PIL import Image

from core import clock
from incidents.models import Category, Incident
from incidents.rules.vocabulary import Channel, Verb
from incidents.services.rule_rows import rule_row_save
from organizations.choices import Role
from organizations.models import User
from organizations.scopes import AnyUser
from tests.factories.incidents import (
    CONDUCT,
    MANHOLE,
    TIP_OFF,
    SmallCity,
    at_street,
    do,
    make_incident,
    small_city,
    whistle_values,
)

ANONYMOUS = "anonymous"
SHARED_WITH = "nobody"
# Who sees the secret category; neither all who stand at its place nor the officers who own it.
NAMED = [Role.CITY_GRID_OFFICE, Role.STREET_LEADER, Role.DEPARTMENT_LEADER]
# They hold the same post at the same place as somebody else.
_ALIKE = frozenset({"department_colleague", "outsider_leader", "street_leader"})


@dataclass(frozen=True, slots=True)
class World:
    """The city, its incidents by what they are, and a viewer's name → user."""

    city: SmallCity
    incidents: dict[str, Incident]

    def viewers(self) -> list[str]:
        """Return everybody once: each kind of person of the city, and somebody without an account."""
        return [name for name in (*self.city.people, ANONYMOUS) if name not in _ALIKE]

    def user(self, name: str) -> AnyUser:
        """Return the viewer as visible_to takes them, without anything remembered."""
        return AnonymousUser() if name == ANONYMOUS else User.objects.get(pk=self.city[name].pk)

    def client(self, name: str) -> Client:
        """Return a browser with the viewer's session."""
        client = Client()
        if name != ANONYMOUS:
            client.force_login(self.city[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def visible(self, name: str) -> set[str]:
        """Return what the viewer sees by the one definition, as names of incidents."""
        numbers = set(Incident.objects.visible_to(self.user(name)).values_list("number", flat=True))
        return {what for what, incident in self.incidents.items() if incident.number in numbers}


def make_world() -> World:
    """File incidents through the services; every one has a photo, so that attachments can be asked for."""
    city = small_city()
    first, neighbour, far = city.grids[0].pk, city.grids[1].pk, city.grids[4].pk
    incidents = {
        "in the grid": make_incident(city, grid_id=first, photos=(_photo(1),)),
        "in the next grid": make_incident(city, grid_id=neighbour, photos=(_photo(2),)),
        "in the next community": make_incident(city, grid_id=city.grids[2].pk, photos=(_photo(3),)),
        "in the other street": make_incident(city, grid_id=far, photos=(_photo(4),)),
        "at the other street": make_incident(city, grid_id=far, category_code=MANHOLE, photos=(_photo(5),)),
        "at a department": make_incident(city, grid_id=far, category_code=CONDUCT, photos=(_photo(6),)),
        "whistled": _whistled(city),
        "closed": _closed(city),
        "not accepted": _not_accepted(city),
        "reported by the building head": make_incident(
            city,
            actor=city.actor("building_head"),
            channel=Channel.PATROL,
            building_id=city.buildings[0].pk,
            grid_id=None,
            photos=(_photo(10),),
        ),
    }
    incidents |= _withheld(city)
    incidents |= _decided_upon(city)
    assign_perm("incidents.view_incident", city[SHARED_WITH], incidents["in the other street"])
    return World(city, {what: Incident.objects.get(pk=row.pk) for what, row in incidents.items()})


def _withheld(city: SmallCity) -> dict[str, Incident]:
    """File what some who stand at its place may not see: one secret, the others about a unit there."""
    secret = Category.objects.get(code=TIP_OFF)
    secret.lead_department, secret.supporting_department = "D16", ""
    secret.is_secret, secret.secret_roles = True, NAMED
    rule_row_save(actor=city.actor("city_grid_office"), row=secret)
    community, street, department = city.communities[0], city.streets[0], city.departments["D38"]
    return {
        "secret": make_incident(city, category_code=TIP_OFF, photos=(_photo(11),)),
        "about the community": make_incident(city, accused_id=community.pk, photos=(_photo(12),)),
        "about the street": make_incident(city, accused_id=street.pk, photos=(_photo(4, 20),)),
        "about the department": make_incident(city, accused_id=department.pk, photos=(_photo(5, 20),)),
    }


def _decided_upon(city: SmallCity) -> dict[str, Incident]:
    """File what stands on the pages of decisions: asked for, given back, set aside, and supervised."""
    asked, returned, aside = (_at_department(city, _photo(shade, 40)) for shade in (1, 2, 3))
    later = asked.first_due_at + timedelta(days=3)
    do(city, "department_officer", asked, Verb.SIGN)
    do(city, "department_officer", asked, Verb.REQUEST_EXTENSION, reason="待料", wanted_limit=later)
    do(city, "street_leader", asked, Verb.SUPERVISE, reason="限期办结")
    grounds = {"reason": "不属本部门", "basis": "三定方案", "suggested_unit": "unknown", "suggestion": "物业"}
    do(city, "department_officer", returned, Verb.RETURN, **grounds)
    do(city, "department_officer", aside, Verb.SIGN)
    day = clock.today() + timedelta(days=30)
    works = {"suspension_kind": "works", "reason": "待改造", "review_on": day}
    do(city, "department_officer", aside, Verb.REQUEST_SUSPENSION, **works)
    do(city, "street_leader", aside, Verb.GRANT_SUSPENSION)
    return {"asked for": asked, "given back": returned, "set aside": aside}


def _at_department(city: SmallCity, photo: SimpleUploadedFile) -> Incident:
    incident = make_incident(city, photos=(photo,))
    target = city.departments["D38"].pk
    return do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target, reason="请办理")


def _whistled(city: SmallCity) -> Incident:
    incident = at_street(city, photos=(_photo(7),))
    return do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))


def _closed(city: SmallCity) -> Incident:
    incident = make_incident(city, photos=(_photo(8),))
    do(city, "grid_worker", incident, Verb.SIGN)
    do(city, "grid_worker", incident, Verb.FINISH, note="已清理")
    return do(city, "resident", incident, Verb.JUDGE_SATISFIED)


def _not_accepted(city: SmallCity) -> Incident:
    incident = make_incident(city, category_code="1202", photos=(_photo(9),))
    return do(city, "community_staff", incident, Verb.REJECT, reason="不属于受理范围")


def _photo(shade: int, other: int = 90) -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), (shade * 20, other, 90)).save(picture, "JPEG")
    return SimpleUploadedFile(f"{shade}.jpg", picture.getvalue(), "image/jpeg")
