"""A table of people of the demo, handed in by the community: most rows go in, two come back with the reasons.

Through the services of the page. The numbers are of nobody: no place has the code they begin with.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date

from stdnum.cn import ric

from core.actor import Actor
from gridgov.demo.names import Names
from grids.models import Building
from organizations.models import User
from residents.services.import_work import import_step
from residents.services.imports import import_start, import_take

TITLES = ("姓名", "身份证号", "与户主关系", "手机号", "人口类型", "楼栋", "单元", "房号")
NO_PLACE = "990001"
_RELATIONS = ("户主", "妻子", "长子")
_ROOMS = ("1201", "1202", "1203")


def settle(username: str, buildings: Sequence[Building], *, seed: int) -> None:
    """Import the table in the name of the account, whose community rows without one belong to."""
    user = User.objects.get(username=username)
    building = buildings[0]
    actor = Actor.of(user)
    job = import_take(
        actor=actor,
        file_name="十二层住户登记表.csv",
        stream=io.BytesIO(_table(building, seed).encode("gb18030")),
        community_id=building.grid.community_id,
    )
    import_start(actor=actor, job_id=job.pk, mapping=job.mapping)
    while import_step(job.pk):
        pass


def _table(building: Building, seed: int) -> str:
    names, out = Names(seed + 2), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(TITLES)
    for number in range(len(_ROOMS) * len(_RELATIONS)):
        room, relation = divmod(number, len(_RELATIONS))
        born = date(2012 if relation == 2 else 1984, 1 + number, 3 + number)
        writer.writerow(
            [
                names.person(),
                _number(born, number),
                _RELATIONS[relation],
                f"1380000{2000 + number}",
                "户籍人口",
                # What happens to every such table: a building nobody has heard of, and a digit too few.
                building.name if number != 4 else "新楼",
                "1",
                _ROOMS[room],
            ]
        )
    return out.getvalue().replace("13800002008", "1380000200")


def _number(born: date, serial: int) -> str:
    body = f"{NO_PLACE}{born:%Y%m%d}{serial + 101:03d}"
    return body + str(ric.calc_check_digit(body + "0"))
