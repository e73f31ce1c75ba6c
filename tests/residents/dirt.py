"""The ways in which a row of people can be wrong or merely odd, each with what must become of it."""

from collections.abc import Callable
from datetime import date, timedelta

from stdnum.cn import ric

from core import clock
from tests.factories.residents import resident_id

Row = dict[str, str]
Mutation = Callable[[Row], Row]


def _number(**parts: str) -> str:
    body = f"{parts.get('place', '350921')}{parts.get('born', '19800517')}{parts.get('order', '123')}"
    return body + ric.calc_check_digit(body + "0")


def _with(**cells: str) -> Mutation:
    return lambda row: row | cells


def _wrong_digit(row: Row) -> Row:
    number = row["身份证号"]
    return row | {"身份证号": number[:-1] + ("0" if number[-1] != "0" else "1")}


def _swapped(row: Row) -> Row:
    number = row["身份证号"]
    place = next(at for at in range(6, 16) if number[at] != number[at + 1])
    return row | {"身份证号": number[:place] + number[place + 1] + number[place] + number[place + 2 :]}


def _ahead() -> str:
    return f"{clock.today() + timedelta(days=400):%Y%m%d}"


# What is refused: the field and the reason.
BAD: dict[str, tuple[Mutation, tuple[str, str]]] = {
    "check digit": (_wrong_digit, ("document_number", "check_digit")),
    "two digits swapped": (_swapped, ("document_number", "check_digit")),
    "a day that does not exist": (
        lambda row: row | {"身份证号": _number(born="19800230")},
        ("document_number", "birth_date"),
    ),
    "born tomorrow": (
        lambda row: row | {"身份证号": _number(born=_ahead())},
        ("document_number", "birth_date"),
    ),
    "fifteen digits": (_with(身份证号="350921800517123"), ("document_number", "length")),
    "no number": (_with(身份证号=""), ("document_number", "missing")),
    "letters for a number": (_with(身份证号="ABCDEFGHIJKLMNOPQR"), ("document_number", "shape")),
    "scientific": (_with(身份证号="4.40524E+17"), ("document_number", "scientific")),
    "passport as a resident ID": (_with(身份证号="E12345678"), ("document_number", "length")),
    "a number without a document": (_with(证件类型="无证件"), ("document_number", "unwanted")),
    "unknown document": (_with(证件类型="学生证"), ("document_kind", "word")),
    "no name": (_with(姓名="  "), ("name", "missing")),
    "signs in the name": (_with(姓名="林<b>"), ("name", "signs")),
    "a name of a paragraph": (_with(姓名="林" * 61), ("name", "long")),
    "other gender than the number": (
        lambda row: row | {"性别": "女" if int(row["身份证号"][16]) % 2 else "男"},
        ("gender", "differs"),
    ),
    "unknown gender": (_with(性别="不详吧"), ("gender", "word")),
    "other birth than the number": (_with(出生日期="1933-03-03"), ("birth_date", "differs")),
    "no date": (_with(出生日期="三月生"), ("birth_date", "format")),
    "day and month the other way round": (_with(出生日期="17/05/1980"), ("birth_date", "format")),
    "wrong kinship": (_with(与户主关系="一家之主的人"), ("kinship", "word")),
    "unknown population type": (_with(人口类型="外星人"), ("population_type", "word")),
    "half a phone": (_with(联系电话="138059300"), ("phone", "shape")),
    "unknown building": (_with(楼栋="蓬莱阁"), ("building", "unknown")),
    "a room without a building": (_with(楼栋=""), ("building", "missing")),
    "unknown grid": (_with(网格="天边网格"), ("grid", "unknown")),
    "unknown community": (_with(社区="蓬莱社区"), ("community", "unknown")),
    "tomorrow's move": (lambda row: row | {"入住日期": _ahead()}, ("lived_since", "ahead")),
}

# What is only odd and must be taken as it is meant.
ODD: dict[str, Mutation] = {
    "small x": lambda row: row | {"身份证号": _ending_in_x().lower()},
    "full-width digits": lambda row: row | {"身份证号": _wide(row["身份证号"])},
    "spaces and a quote": lambda row: (
        row | {"身份证号": f"'{row['身份证号'][:6]} {row['身份证号'][6:14]} {row['身份证号'][14:]}"}
    ),
    "surname of two characters": _with(姓名="欧阳 娜娜"),
    "beyond the basic plane": _with(姓名="𠅤䶮"),
    "minority name": _with(姓名="阿卜杜拉.买买提"),
    "foreigner": _with(姓名="Maria da Silva", 证件类型="护照", 身份证号="FX1234567", 性别="女"),
    "without a document": _with(证件类型="无证件", 身份证号="", 出生日期="2025.3.1"),
    "date with signs": lambda row: row | {"出生日期": _told(row, "%Y年%m月%d日")},
    "date with slashes": lambda row: row | {"出生日期": _told(row, "%Y/%m/%d")},
    "date in digits": lambda row: row | {"出生日期": _told(row, "%Y%m%d")},
    "date of a spreadsheet": lambda row: row | {"出生日期": _serial(row)},
    "country code": _with(联系电话="+86 138-0593-0001"),
}


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in text)


def _ending_in_x() -> str:
    return next(number for number in (resident_id() for _ in range(1000)) if number.endswith("X"))


def _born(row: Row) -> date:
    digits = row["身份证号"][6:14]
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _told(row: Row, form: str) -> str:
    return _born(row).strftime(form)


def _serial(row: Row) -> str:
    return str((_born(row) - date(1899, 12, 30)).days)
