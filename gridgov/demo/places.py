"""The demo city's places: real divisions, and invented grids and buildings in the published numbers."""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

import organizations
from core.actor import SYSTEM
from gridgov.demo import shapes
from gridgov.demo.cities import City
from gridgov.demo.names import estate_names
from grids.models import Building, Grid
from grids.services.bulk import BuildingDraft, GridDraft, buildings_create, grids_create
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.services import organization_create, reference
from organizations.services.divisions import divisions_import

REFERENCE = Path(organizations.__file__).resolve().parent / "reference"
COMMUNITY = "社区"
LARGE_NAMES = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Places:
    """What has been built, in order; `leaves` are the grids a position belongs to."""

    root: Organization
    larges: list[Grid]
    leaves: list[Grid]
    buildings: list[Building]


def build(city: City, *, seed: int) -> Places:
    """Build the whole tree and forest of a city that is not there yet."""
    root = _divisions(city)
    _departments(city, root)
    chance = random.Random(seed)
    communities = {unit.code: unit for unit in Organization.objects.filter(code__in=city.community_codes)}
    drafts = _grid_drafts(city, [communities[code] for code in city.community_codes], seed)
    grids = grids_create(actor=SYSTEM, drafts=[*drafts.larges, *drafts.smalls])
    larges = [grids[draft.code] for draft in drafts.larges]
    leaves = [grids[draft.code] for draft in drafts.smalls] or larges
    return Places(root, larges, leaves, _buildings(city, leaves, chance))


def _divisions(city: City) -> Organization:
    content = (REFERENCE / "divisions" / f"{city.code}.csv").read_bytes()
    divisions_import(actor=SYSTEM, content=content, template_code=city.template)
    root: Organization = Organization.objects.get(code=city.root_code)
    return root


def _departments(city: City, root: Organization) -> None:
    with (REFERENCE / "departments.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] not in city.departments_left_out]
    reference.load_roles()
    for number, row in enumerate(rows):
        name = row["name_zh"]
        organization_create(
            actor=SYSTEM,
            code=row["code"],
            name=city.prefix + name[1:] if name.startswith("市") else name,
            kind=OrganizationKind.DEPARTMENT,
            parent_id=root.pk,
            duties=row["duties"],
            phone=f"142059300{number:02d}",
        )


@dataclass(frozen=True, slots=True)
class _Drafts:
    larges: list[GridDraft]
    smalls: list[GridDraft]


def _grid_drafts(city: City, communities: Sequence[Organization], seed: int) -> _Drafts:
    plan = _plan(city)
    cells = shapes.city_cells(centre=city.centre, radius_km=city.radius_km, plan=plan, seed=seed)
    estates = estate_names(city.estates["first"], city.estates["second"])
    larges: list[GridDraft] = []
    smalls: list[GridDraft] = []
    for number, community in enumerate(communities):
        for large in range(len(plan[number])):
            own = [cell.area for cell in cells if (cell.community, cell.large) == (number, large)]
            parent = _large_draft(community, large, shapes.joined(own))
            larges.append(parent)
            if city.small_grids:
                smalls += [
                    _small_draft(parent, place, area, estates) for place, area in enumerate(own, start=1)
                ]
    return _Drafts(larges, smalls)


def _large_draft(community: Organization, place: int, area: shapes.Area) -> GridDraft:
    return GridDraft(
        community=community,
        code=f"{community.code}{place + 1:02d}0",
        name=f"{community.name.split(COMMUNITY)[0]}第{_counted(place + 1)}网格",
        boundary=shapes.geojson(area),
    )


def _small_draft(parent: GridDraft, place: int, area: shapes.Area, estates: Iterator[str]) -> GridDraft:
    return GridDraft(
        community=parent.community,
        code=f"{parent.code[:14]}{place}",
        name=f"{next(estates)}网格",
        boundary=shapes.geojson(area),
        parent_code=parent.code,
    )


def _plan(city: City) -> list[list[int]]:
    """Return the number of small grids per community and large grid; the sums are the published ones."""
    shares = _even(city.large_grids, len(city.community_codes))
    smalls = iter(_even(city.small_grids or city.large_grids, city.large_grids))
    return [list(islice(smalls, share)) for share in shares]


def _even(total: int, parts: int) -> list[int]:
    """Share a total out as evenly as whole numbers allow, the larger parts spread over the list."""
    return [total * (part + 1) // parts - total * part // parts for part in range(parts)]


def _buildings(city: City, leaves: Sequence[Grid], chance: random.Random) -> list[Building]:
    drafts: list[BuildingDraft] = []
    for grid, count in zip(leaves, _even(city.buildings, len(leaves)), strict=True):
        area = shapes.read(grid.boundary)
        estate = grid.name.removesuffix("网格")
        for number, (east, north) in enumerate(shapes.points_inside(area, count, chance), start=1):
            drafts.append(
                BuildingDraft(
                    grid=grid,
                    code=f"{grid.code}{number:03d}",
                    name=f"{estate} {number} 号楼",
                    address=f"{_short(grid.community)}{estate} {number} 号楼",
                    longitude=Decimal(str(east)),
                    latitude=Decimal(str(north)),
                )
            )
    return buildings_create(actor=SYSTEM, drafts=drafts)


def _counted(number: int) -> str:
    if number <= 10:
        return LARGE_NAMES[number - 1]
    return f"十{LARGE_NAMES[number - 11]}" if number < 20 else str(number)


def _short(community: Organization) -> str:
    """Return how people call a community: without what kind of committee runs it."""
    return community.name.split(COMMUNITY)[0] + COMMUNITY
