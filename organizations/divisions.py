"""Reading division files: bytes in, good rows and refusals with line and reason out. No database here.

A file is CSV in UTF-8 (a byte order mark is fine) with the columns code, name, level, parent_code. Strict on
codes, free on names. One bad row never spoils another, except the rows below it: their parent is unknown.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from organizations.choices import OrganizationKind

COLUMNS = ("code", "name", "level", "parent_code")
LEVEL_KINDS: Mapping[str, str] = {
    "prefecture": OrganizationKind.CITY,
    "city": OrganizationKind.CITY,
    "county": OrganizationKind.CITY,
    "street": OrganizationKind.STREET,
    "community": OrganizationKind.COMMUNITY,
}
MAX_NAME = 120
_CODE_LENGTH = 12


class Problem(StrEnum):
    """Why a row is refused; put into words by the command."""

    ENCODING = "encoding"
    QUOTING = "quoting"
    COLUMNS = "columns"
    CODE_LENGTH = "code_length"
    CODE_DIGITS = "code_digits"
    NAME_EMPTY = "name_empty"
    NAME_LONG = "name_long"
    NAME_CONTROL = "name_control"
    LEVEL_UNKNOWN = "level_unknown"
    DUPLICATE = "duplicate"
    PARENT_UNKNOWN = "parent_unknown"
    PARENT_KIND = "parent_kind"
    PARENT_CYCLE = "parent_cycle"
    PARENT_CLOSED = "parent_closed"
    PARENT_MISSING = "parent_missing"
    OTHER_KIND = "other_kind"


class Unreadable(Exception):
    """The file as a whole is no division file; the argument says why in one word of `Problem`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One division as the file names it, well-formed on its own."""

    line: int
    code: str
    name: str
    kind: str
    parent_code: str
    text: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """One refused row: where, as it stands in the file, why, and what the reason is about."""

    line: int
    text: str
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A node that is there already, as far as a plan needs it."""

    kind: str
    parent_code: str
    closed: bool = False


@dataclass(slots=True)
class Plan:
    """The rows to apply, parents before children, and the refused ones."""

    rows: list[Row] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


def read(content: bytes) -> Plan:
    """Return the rows well-formed on their own; raises Unreadable where there is no header."""
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    header = lines[0].strip() if lines else b""
    if tuple(part.strip() for part in header.decode("utf-8", "replace").split(",")) != COLUMNS:
        raise Unreadable(Problem.COLUMNS)
    plan = Plan()
    first_lines: dict[str, int] = {}
    for number, raw in enumerate(lines[1:], start=2):
        if not raw.strip():
            continue
        found = _read_line(number, raw)
        if isinstance(found, Row):
            first = first_lines.setdefault(found.code, number)
            if first != number:
                found = Rejection(number, found.text, Problem.DUPLICATE, str(first))
        if isinstance(found, Row):
            plan.rows.append(found)
        else:
            plan.rejections.append(found)
    return plan


def arrange(
    read_plan: Plan, *, known: Mapping[str, Known], allowed: Iterable[tuple[str, str]], limit_to: str = ""
) -> Plan:
    """Return the plan with parents before children, refusing what cannot stand where it says.

    `known` are the nodes there already, by code; `allowed` the pairs (parent kind, child kind) of the tier
    template. A row without a parent is a root if it is new, and stays where it is if it is known. With
    `limit_to` only that division, what lies below and what stands above it are taken.
    """
    allowed_pairs = frozenset(allowed)
    plan = Plan(rejections=list(read_plan.rejections))
    waiting: dict[str, list[Row]] = {}
    in_file = {row.code for row in read_plan.rows}
    ready: list[Row] = []
    for row in read_plan.rows:
        if row.parent_code in in_file:
            waiting.setdefault(row.parent_code, []).append(row)
        else:
            ready.append(row)
    kinds = {code: node.kind for code, node in known.items()}
    parents = {code: node.parent_code for code, node in known.items()}
    while ready:
        row = ready.pop(0)
        rejection = _place(row, known, kinds, parents, allowed_pairs)
        if rejection is not None:
            plan.rejections.append(rejection)
            # What is there already stays there, and its rows below still find it.
            ready.extend(waiting.pop(row.code, []) if row.code in known else [])
            continue
        kinds[row.code] = row.kind
        parents[row.code] = row.parent_code or parents.get(row.code, "")
        plan.rows.append(row)
        ready.extend(waiting.pop(row.code, []))
    plan.rejections.extend(_left_behind(waiting))
    plan.rejections.sort(key=lambda rejection: rejection.line)
    if limit_to:
        plan.rows = list(_around(plan.rows, limit_to, _upwards(limit_to, parents)))
    return plan


def _read_line(number: int, raw: bytes) -> Row | Rejection:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Rejection(number, raw.decode("utf-8", "backslashreplace"), Problem.ENCODING)
    try:
        cells = [cell.strip() for cell in next(csv.reader([text], strict=True))]
    except (csv.Error, StopIteration):
        return Rejection(number, text, Problem.QUOTING)
    if len(cells) != len(COLUMNS):
        return Rejection(number, text, Problem.COLUMNS, str(len(cells)))
    code, name, level, parent_code = cells
    problem = _code_problem(code) or _name_problem(name)
    if problem is not None:
        return Rejection(number, text, problem, code if problem in _ABOUT_CODE else "")
    if level not in LEVEL_KINDS:
        return Rejection(number, text, Problem.LEVEL_UNKNOWN, level)
    if parent_code and _code_problem(parent_code):
        return Rejection(number, text, Problem.PARENT_UNKNOWN, parent_code)
    return Row(number, code, name, LEVEL_KINDS[level], parent_code, text)


_ABOUT_CODE = frozenset({Problem.CODE_DIGITS, Problem.CODE_LENGTH})


def _code_problem(code: str) -> Problem | None:
    if not (code.isascii() and code.isdigit()):
        return Problem.CODE_DIGITS
    return None if len(code) == _CODE_LENGTH else Problem.CODE_LENGTH


def _name_problem(name: str) -> Problem | None:
    if not name:
        return Problem.NAME_EMPTY
    if len(name) > MAX_NAME:
        return Problem.NAME_LONG
    # Control, format and private characters are never part of a name, but come out of broken exports.
    if any(unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn"} for character in name):
        return Problem.NAME_CONTROL
    return None


def _place(
    row: Row,
    known: Mapping[str, Known],
    kinds: Mapping[str, str],
    parents: Mapping[str, str],
    allowed: frozenset[tuple[str, str]],
) -> Rejection | None:
    def refused(problem: Problem, detail: str = "") -> Rejection:
        return Rejection(row.line, row.text, problem, detail)

    there = known.get(row.code)
    if there is not None and there.kind != row.kind:
        return refused(Problem.OTHER_KIND, row.code)
    if not row.parent_code:
        is_fine = there is not None or ("", row.kind) in allowed
        return None if is_fine else refused(Problem.PARENT_MISSING)
    if row.parent_code not in kinds:
        return refused(Problem.PARENT_UNKNOWN, row.parent_code)
    if (kinds[row.parent_code], row.kind) not in allowed:
        return refused(Problem.PARENT_KIND, row.parent_code)
    above = known.get(row.parent_code)
    if above is not None and above.closed:
        return refused(Problem.PARENT_CLOSED, row.parent_code)
    if row.code in _upwards(row.parent_code, parents):
        return refused(Problem.PARENT_CYCLE, row.parent_code)
    return None


def _upwards(code: str, parents: Mapping[str, str]) -> set[str]:
    """Return the code and every code above it; ends also where the map itself runs in a circle."""
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        code = parents.get(code, "")
    return seen


def _left_behind(waiting: Mapping[str, list[Row]]) -> Iterator[Rejection]:
    """Yield the rows whose parent in the file was refused or never reached, as in a circle of parents."""
    unreached = {row.code: row.parent_code for rows in waiting.values() for row in rows}
    for rows in waiting.values():
        for row in rows:
            circular = row.code in _upwards(row.parent_code, unreached)
            problem = Problem.PARENT_CYCLE if circular else Problem.PARENT_UNKNOWN
            yield Rejection(row.line, row.text, problem, row.parent_code)


def _around(rows: Iterable[Row], limit_to: str, above: set[str]) -> Iterator[Row]:
    below = {limit_to}
    for row in rows:
        if row.parent_code in below:
            below.add(row.code)
        if row.code in below or row.code in above:
            yield row
