"""Reading a row of a table of people: cleaned by the one reader of people, or every reason why not.

Source: R-222. Knows which columns hold what, and nothing of databases or of where the table came from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from residents.rules.documents import DocumentKind, Gender
from residents.rules.import_cells import (
    has_control_signs,
    is_scientific,
    read_date,
    read_text,
    read_word,
)
from residents.rules.people import CleanPerson, PersonDraft, Problem, read_person

# Everything a column may hold, in the order of the template.
FIELDS = (
    *("name", "document_kind", "document_number", "gender", "birth_date", "phone", "kinship"),
    *("population_type", "political_status", "registered_division", "household_number", "community"),
    *("grid", "building", "unit", "room", "lived_since"),
)
NEEDED = ("name", "document_number")
_PLACES = {"household_number": 30, "community": 60, "grid": 80, "building": 80, "unit": 20, "room": 30}
_WORDS = ("document_kind", "gender", "kinship", "population_type", "political_status")
_DATES = ("birth_date", "lived_since")
_NUMBERS = ("document_number", "phone")
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Layout:
    """Which column holds which field, by its place from 0."""

    columns: Mapping[str, int]

    @cached_property
    def width(self) -> int:
        """Return how many cells a row must have at least."""
        return max(self.columns.values(), default=-1) + 1


@dataclass(frozen=True)
class ImportedPerson:
    """A row as it was understood; `given` names the fields that were not empty, `places` what was written."""

    person: CleanPerson
    kinship: str
    lived_since: date | None
    places: Mapping[str, str]
    given: frozenset[str]


def read_row(
    cells: Sequence[str], layout: Layout, words: Words, *, today: date
) -> tuple[ImportedPerson | None, tuple[Problem, ...]]:
    """Return what the row tells of a person, or every problem; with problems there is no person."""
    if len(cells) < layout.width:
        return None, (Problem("row", "short"),)
    told = {field: text for field, place in layout.columns.items() if (text := read_text(cells[place]))}
    problems: list[Problem] = []
    codes = _codes(told, words, problems)
    dates = _dates(told, today, problems)
    places = _places(told, problems)
    lost = [field for field in _NUMBERS if is_scientific(told.get(field, ""))]
    problems += [Problem(field, "scientific") for field in lost]
    draft = PersonDraft(
        name=told.get("name", ""),
        document_kind=DocumentKind(codes.get("document_kind", DocumentKind.RESIDENT_ID)),
        document_number=told.get("document_number", ""),
        gender=Gender(codes.get("gender", Gender.UNKNOWN)),
        birth_date=dates.get("birth_date"),
        phone=told.get("phone", ""),
        population_type=codes.get("population_type", "registered"),
        political_status=codes.get("political_status", ""),
        registered_division=told.get("registered_division", ""),
    )
    person, found = read_person(draft, today=today)
    problems += [problem for problem in found if problem.field not in lost]
    if problems:
        return None, tuple(problems)
    kinship, since = codes.get("kinship", ""), dates.get("lived_since")
    return ImportedPerson(person, kinship, since, places, frozenset(told)), ()


def _codes(told: Mapping[str, str], words: Words, problems: list[Problem]) -> dict[str, str]:
    codes = {}
    for field in _WORDS:
        if field in told:
            code = read_word(told[field], words[field])
            if code is None:
                problems.append(Problem(field, "word"))
            else:
                codes[field] = code
    return codes


def _dates(told: Mapping[str, str], today: date, problems: list[Problem]) -> dict[str, date]:
    dates = {}
    for field in _DATES:
        if field in told:
            day = read_date(told[field])
            if day is None:
                problems.append(Problem(field, "format"))
            elif field == "lived_since" and day > today:
                problems.append(Problem(field, "ahead"))
            else:
                dates[field] = day
    return dates


def _places(told: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    places = {}
    for field, longest in _PLACES.items():
        text = told.get(field, "")
        places[field] = text
        if len(text) > longest:
            problems.append(Problem(field, "long"))
        elif text and has_control_signs(text):
            problems.append(Problem(field, "signs"))
    if places["room"] and not places["building"]:
        problems.append(Problem("building", "missing"))
    return places
