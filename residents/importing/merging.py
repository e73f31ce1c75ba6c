"""What becomes of the rows of one piece: added, changed, left as they are, or refused with the reason.

Reads and locks, and writes nothing: residents.importing.writing does. Source: R-221, R-223.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from residents.choices import LifeState
from residents.importing.cleaning import BadRow, CleanedChunk, ReadyRow
from residents.importing.differences import differing
from residents.importing.existing import (
    people_by_document,
    people_of_households,
    people_without_household,
    touched_by,
)
from residents.importing.homes import Home, Homes, find_homes
from residents.importing.places import Communities, NoPlace, Place, places_of
from residents.models import Person
from residents.rules.sources import Origin


@dataclass(frozen=True, slots=True)
class Change:
    """A file with the columns it takes over, by field; `home` where it had no household and gets one."""

    person: Person
    fields: dict[str, dict[str, Any]]
    home: Home | None


@dataclass(slots=True)
class Outcome:
    """What becomes of every row of a piece."""

    homes: Homes
    added: list[tuple[ReadyRow, Home]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    refused: list[BadRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Purpose:
    """For which import the rows are read, and where its facts come from."""

    job_id: int
    origin: Origin
    today: date


def merge(chunk: CleanedChunk, communities: Communities, purpose: Purpose) -> Outcome:
    """Decide on every row; a dozen queries at most, whatever the number of rows. Locks the files it finds."""
    merger = _Merger(communities, purpose)
    merger.refused.extend(chunk.bad)
    placed = merger.placed(merger.once(chunk.ready))
    known = people_by_document(
        {row.document.document_mark for row, _place in placed if row.document.document_mark}
    )
    by_line = {row.line: known[row.document_key] for row, _place in placed if row.document_key in known}
    homes = find_homes(placed, by_line, today=purpose.today)
    living = merger.at_home(placed, homes)
    by_line |= merger.by_name(living, by_line)
    return merger.settled(living, by_line, homes)


class _Merger:
    def __init__(self, communities: Communities, purpose: Purpose) -> None:
        self.communities = communities
        self.purpose = purpose
        self.refused: list[BadRow] = []

    def refuse(self, row: ReadyRow, *problem: str) -> None:
        self.refused.append(BadRow(row.line, row.cells, [list(problem)]))

    def once(self, rows: Iterable[ReadyRow]) -> list[ReadyRow]:
        """Return the rows whose document no row before them has."""
        lines: dict[Any, int] = {}
        kept = []
        for row in rows:
            first = lines.setdefault(row.document_key, row.line) if row.document_key else row.line
            if first == row.line:
                kept.append(row)
            else:
                self.refuse(row, "document_number", "twice", str(first))
        return kept

    def placed(self, rows: Sequence[ReadyRow]) -> list[tuple[ReadyRow, Place]]:
        kept = []
        for row, place in zip(rows, places_of(rows, self.communities), strict=True):
            if isinstance(place, NoPlace):
                self.refuse(row, place.field, place.code)
            else:
                kept.append((row, place))
        return kept

    def at_home(self, rows: Sequence[tuple[ReadyRow, Place]], homes: Homes) -> list[tuple[ReadyRow, Home]]:
        """Return the rows that have a home and are not the same person of the same home as one before."""
        kept: list[tuple[ReadyRow, Home]] = []
        seen: dict[Any, tuple[int, bool]] = {}
        for row, _place in rows:
            home = homes.by_line[row.line]
            if isinstance(home, NoPlace):
                self.refuse(row, home.field, home.code)
                continue
            documented = row.document_key is not None
            line, other = seen.setdefault((_home_key(home), *_name_key(row)), (row.line, documented))
            if line != row.line and not (documented and other):
                self.refuse(row, "name", "twice", str(line))
            else:
                kept.append((row, home))
        return kept

    def by_name(self, rows: Sequence[tuple[ReadyRow, Home]], known: dict[int, Person]) -> dict[int, Person]:
        """Return the files of rows whose document nobody has, by name and birth within the home."""
        asked = [(row, home) for row, home in rows if row.line not in known and home.new is None]
        at_home = people_of_households({home.household_id for _row, home in asked if home.household_id})
        homeless = people_without_household(
            {
                (home.place.community_id, row.imported.person.name)
                for row, home in asked
                if not home.household_id
            }
        )
        taken = {person.pk for person in known.values()}
        found = {}
        for row, home in asked:
            name = row.imported.person.name
            there = (
                at_home.get(home.household_id, [])
                if home.household_id
                else homeless.get((home.place.community_id, name), [])
            )
            fitting = [one for one in there if one.pk not in taken and _fits(one, row)]
            if fitting:
                found[row.line] = fitting[0]
                taken.add(fitting[0].pk)
        return found

    def settled(
        self, rows: Sequence[tuple[ReadyRow, Home]], known: dict[int, Person], homes: Homes
    ) -> Outcome:
        outcome = Outcome(homes)
        touched = touched_by(self.purpose.job_id, known.values())
        for row, home in rows:
            person = known.get(row.line)
            if person is None:
                outcome.added.append((row, home))
                continue
            problem = self._problem(person, home, touched)
            if problem:
                self.refuse(row, *problem)
                continue
            new_home = home if person.household_id is None and (home.household_id or home.new) else None
            fields = differing(person, row, self.purpose.origin)
            if fields or new_home:
                outcome.changes.append(Change(person, fields, new_home))
            else:
                outcome.unchanged += 1
        _keep_needed(outcome)
        outcome.refused = sorted(self.refused, key=lambda bad: bad.line)
        return outcome

    def _problem(self, person: Person, home: Home, touched: set[int]) -> tuple[str, ...]:
        if person.pk in touched:
            return "document_number", "twice_before"
        if person.community_id not in self.communities.streets:
            return "document_number", "elsewhere"
        if person.state != LifeState.LIVING:
            return "document_number", "gone"
        if person.household_id and not _same_home(person, home):
            return "room", "moved"
        return ()


def _same_home(person: Person, home: Home) -> bool:
    """Return whether a file's household is the row's, or the row names none and the community is the same."""
    if home.household_id == person.household_id:
        return True
    return home.household_id is None and home.new is None and home.place.community_id == person.community_id


def _fits(person: Person, row: ReadyRow) -> bool:
    """Return whether a file has the same name and birth; two documents are two people."""
    same = (person.name, person.birth_date) == _name_key(row)
    return same and (row.document_key is None or person.document_mark is None)


def _name_key(row: ReadyRow) -> tuple[str, date | None]:
    return row.imported.person.name, row.imported.person.birth_date


def _home_key(home: Home) -> object:
    return home.household_id or (id(home.new) if home.new else ("community", home.place.community_id))


def _keep_needed(outcome: Outcome) -> None:
    """Drop the households and dwellings in which nobody comes to live: their rows have been refused."""
    homes = [home for _row, home in outcome.added] + [one.home for one in outcome.changes if one.home]
    wanted = {home.new.pk for home in homes if home.new}
    kept = {key: new for key, new in outcome.homes.households.items() if new.pk in wanted}
    lived_in = {new.dwelling_id for new in kept.values()}
    outcome.homes.households = kept
    outcome.homes.dwellings = {
        key: (pk, place) for key, (pk, place) in outcome.homes.dwellings.items() if pk in lived_in
    }
