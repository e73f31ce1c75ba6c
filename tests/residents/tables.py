"""Tables of invented people as long as wanted, 1 % of their rows dirty, for measuring and for faults.

The same seed gives the same rows; nothing is kept in memory.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from stdnum.cn import ric

from tests.residents.dirt import BAD
from tests.residents.importing import HEADINGS

SURNAMES = "林陈黄王李张吴刘蔡郑洪苏许叶庄谢曾杨潘郭"
GIVEN = "志明建国秀英丽华伟强芳敏静娜军杰涛超海燕红玉梅桂兰金凤文彬俊豪子轩雨涵思宇欣怡"
KIN = ("户主", "配偶", "子", "女", "父亲")
DIRTY_EVERY = 100
_FIRST_DAY = date(1935, 1, 1)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a household of the table lives."""

    community: str
    building: str


@dataclass(slots=True)
class Made:
    """How many rows a table has, and the lines that are dirty with what is wrong with them."""

    rows: int
    bad: dict[int, str]


def write_table(path: Path, homes: Sequence[Home], rows: int, *, seed: int = 7) -> Made:
    """Write so many rows, two to four people a household, the households of a building together."""
    made = Made(rows, {})
    kinds = list(BAD)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADINGS, restval="")
        writer.writeheader()
        for number, row in enumerate(_people(homes, rows, random.Random(seed))):
            if number % DIRTY_EVERY == DIRTY_EVERY // 2:
                kind = kinds[number // DIRTY_EVERY % len(kinds)]
                row = BAD[kind][0](row)
                made.bad[number + 2] = kind
            writer.writerow(row)
    return made


def _people(homes: Sequence[Home], rows: int, chance: random.Random) -> Iterator[dict[str, str]]:
    number, household = 0, 0
    per_home = max(1, round(rows / 3 / len(homes)))
    while number < rows:
        home = homes[household // per_home % len(homes)]
        surname = chance.choice(SURNAMES)
        for place in range(min(chance.choice((2, 3, 3, 4)), rows - number)):
            born = _FIRST_DAY + timedelta(days=chance.randrange(33_000))
            yield {
                "姓名": surname + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2)))),
                "身份证号": _unique(number, born),
                "联系电话": f"13{chance.randrange(10**9):09d}",
                "与户主关系": KIN[place],
                "人口类型": "户籍人口",
                "户号": f"H{household:08d}",
                "社区": home.community,
                "楼栋": home.building,
                "单元": "1",
                "房号": f"{household % per_home + 101}",
                "政治面貌": "群众",
            }
            number += 1
        household += 1


def _unique(number: int, born: date) -> str:
    """Return a number nobody else in the table has: its place code and order count the rows."""
    place, order = divmod(number, 1000)
    body = f"{110_000 + place % 880_000:06d}{born:%Y%m%d}{order:03d}"
    return body + ric.calc_check_digit(body + "0")
