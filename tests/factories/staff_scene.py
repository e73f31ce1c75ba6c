"""A small city at work for the staff's pages: a street with its people, departments, and cases on demand."""

from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from grids.models import Grid
from incidents.choices import COLOURS
from incidents.models import Category, Incident, TimeLimit
from incidents.rules.vocabulary import Channel, ClockKind, Verb
from incidents.services import Report, incident_file, incident_perform
from organizations.choices import Role
from organizations.models import Organization, User
from tests.factories.grids import make_grid, square
from tests.factories.organizations import make_city, make_community, make_department, make_street, make_user

PASSWORD = "Tower-Bridge-1"
_LIMITS = {"red": "2h", "orange": "4h", "yellow": "1d", "blue": "3d"}
_CATEGORIES = [
    ("0101", "市容环境", "暴露垃圾", "yellow"),
    ("0102", "市容环境", "占道经营", "blue"),
    ("0201", "公共安全", "消防通道堵塞", "orange"),
    ("0202", "公共安全", "燃气泄漏", "red"),
    ("0301", "公用设施", "井盖缺失", "orange"),
    ("0302", "公用设施", "路灯不亮", "blue"),
    ("0401", "矛盾纠纷", "邻里纠纷", "yellow"),
    ("0402", "矛盾纠纷", "噪声扰民", "yellow"),
    ("0501", "民生服务", "独居老人需要帮助", "blue"),
]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who and what there is; `other_*` stand outside the street and see none of its cases."""

    city: Organization
    street: Organization
    community: Organization
    grid: Grid
    department: Organization
    helper_department: Organization
    worker: User
    community_staff: User
    leader: User
    staff: User
    officer: User
    second_officer: User
    helper_officer: User
    office: User
    other_staff: User

    def people(self) -> dict[str, User]:
        """Return one person per role."""
        return {
            "grid_worker": self.worker,
            "community": self.community_staff,
            "street_leader": self.leader,
            "street": self.staff,
            "officer": self.officer,
            "city": self.office,
        }


def make_scene() -> Scene:
    """Make the city, its people and the reference rows that filing needs."""
    city = make_city("霞浦县", "350921000000")
    street = make_street(city, "松城街道", "350921001000")
    community = make_community(street, "龙首社区", "350921001001")
    grid = make_grid(
        community, boundary=square(120.0, 26.88), name="龙首社区第一网格", code="350921001001001"
    )
    department = make_department(city, "D38", "城市管理局")
    helper = make_department(city, "D24", "住房和城乡建设局")
    for code, group, name, colour in _CATEGORIES:
        Category.objects.create(
            code=code,
            group=group,
            name=name,
            colour=colour,
            lead_department="D38",
            respond_within="2h",
            close_within=_LIMITS[colour],
        )
    for colour, _label in COLOURS:
        for kind in ClockKind:
            TimeLimit.objects.create(colour=colour, clock_kind=kind, limit=_LIMITS[colour])
    other_street = make_street(city, "松港街道", "350921002000")

    def person(role: str, place: Organization, name: str, at: Grid | None = None) -> User:
        return make_user(role, place, at, username=f"{role}-{name}", full_name=name, password=PASSWORD)

    return Scene(
        city=city,
        street=street,
        community=community,
        grid=grid,
        department=department,
        helper_department=helper,
        worker=person(Role.GRID_WORKER, community, "林秀英", grid),
        community_staff=person(Role.COMMUNITY_STAFF, community, "陈志强"),
        leader=person(Role.STREET_LEADER, street, "郑国平"),
        staff=person(Role.STREET_STAFF, street, "吴晓燕"),
        officer=person(Role.DEPARTMENT_OFFICER, department, "黄建华"),
        second_officer=person(Role.DEPARTMENT_OFFICER, department, "周敏"),
        helper_officer=person(Role.DEPARTMENT_OFFICER, helper, "何伟"),
        office=person(Role.CITY_GRID_OFFICE, city, "高丽"),
        other_staff=person(Role.STREET_STAFF, other_street, "邱明"),
    )


def file_case(scene: Scene, category: str = "0101", **parts: Any) -> Incident:
    """File one case by the grid worker; it waits for the worker to sign."""
    report = {
        "description": "小区东门垃圾堆放三天无人清运，异味明显，影响居民出行。",
        "address": "太康路 12 号小区东门",
        "channel": Channel.GRID_WORKER,
        "grid_id": scene.grid.pk,
    }
    filed = incident_file(
        actor=Actor.of(scene.worker), report=Report(category_code=category, **{**report, **parts})
    )
    return filed.incident


def do(user: User, incident: Incident, verb: Verb, **given: Any) -> Incident:
    """Take one step as this person."""
    return incident_perform(actor=Actor.of(user), incident_id=incident.pk, verb=verb, given=given)


def to_department(scene: Scene, category: str = "0101", **parts: Any) -> Incident:
    """File a case and have the city office hand it to the department."""
    incident = file_case(scene, category, **parts)
    return do(
        scene.office, incident, Verb.REASSIGN, target_unit=scene.department.pk, reason="属城管职责，请办理。"
    )


def to_street(scene: Scene, category: str = "0101", **parts: Any) -> Incident:
    """File a case and have the city office hand it to the street."""
    incident = file_case(scene, category, **parts)
    return do(scene.office, incident, Verb.REASSIGN, target_unit=scene.street.pk, reason="请街道统筹。")


def whistled(scene: Scene, category: str = "0201") -> Incident:
    """Have the street blow its whistle for both departments."""
    return do(
        scene.leader,
        to_street(scene, category, description="沿街店铺长期占用消防通道，多次劝导无效。"),
        Verb.WHISTLE,
        kind="tough",
        grounds="joint_enforcement",
        lead_department=scene.department.pk,
        supporting_departments=[scene.helper_department.pk],
        response_limit="4wh",
        standard="消防通道恢复畅通，划线并设置标识。",
    )
