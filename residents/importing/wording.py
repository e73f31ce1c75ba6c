"""Why a row of a table was not taken, in words with the cure."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Text
from residents.importing.headings import titles
from residents.wording import PROBLEMS

_WORD = _("This word is not known here. Use one of those in the template.")
_FORMAT = _("This is no day. Write it as 2026-01-31.")
_LONG = _("This is too long for such a column.")
_SIGNS = _("This holds signs that cannot be kept.")
_SCIENTIFIC = _("The spreadsheet has cut this number off. Format the column as text and type it again.")
_SEVERAL = _("Several are called so. Write the code instead of the name.")
IMPORT_PROBLEMS: Mapping[tuple[str, str], Text] = {
    ("row", "short"): _("The row has fewer cells than there are columns. Compare it with the titles."),
    ("document_number", "scientific"): _SCIENTIFIC,
    ("phone", "scientific"): _SCIENTIFIC,
    ("document_kind", "word"): _WORD,
    ("gender", "word"): _WORD,
    ("kinship", "word"): _WORD,
    ("population_type", "word"): _WORD,
    ("political_status", "word"): _WORD,
    ("birth_date", "format"): _FORMAT,
    ("lived_since", "format"): _FORMAT,
    ("lived_since", "ahead"): _("The day lies ahead. Give today or an earlier day."),
    ("building", "missing"): _("A room is given without its building."),
    ("building", "unknown"): _(
        "There is no such building in this community. Check the name, or add it first."
    ),
    ("building", "several"): _SEVERAL,
    ("grid", "unknown"): _("There is no such grid in this community."),
    ("grid", "several"): _SEVERAL,
    ("community", "missing"): _("The community is missing. Name it, or choose one for the whole table."),
    ("community", "unknown"): _("There is no such community within your area."),
    ("community", "several"): _SEVERAL,
    ("room", "closed"): _("This dwelling no longer exists."),
    ("room", "moved"): _(
        "This person lives elsewhere by our files. Record the move first, then import again."
    ),
    ("household_number", "several"): _("Several households live here. Give the household's number."),
    ("document_number", "twice"): _("The same document stands in line %(detail)s of this table already."),
    ("document_number", "twice_before"): _("The same person stands further up in this table already."),
    ("document_number", "elsewhere"): _(
        "Somebody with this document is registered outside your area. Ask the office above you."
    ),
    ("document_number", "gone"): _(
        "Whoever has this document is registered as deceased or moved away. Compare it with the file."
    ),
    ("name", "twice"): _("The same person of the same household stands in line %(detail)s already."),
} | {
    (field, code): sentence
    for field in ("household_number", "community", "grid", "building", "unit", "room")
    for code, sentence in (("long", _LONG), ("signs", _SIGNS))
}


def reason(problem: Sequence[Any]) -> str:
    """Return one problem as a sentence, the column's usual title in front."""
    field, code, *details = (str(part) for part in problem)
    sentence = str(IMPORT_PROBLEMS.get((field, code)) or PROBLEMS[field, code])
    if details:
        sentence %= {"detail": details[0]}
    known = titles().get(field)
    return f"{known[0]}：{sentence}" if known else sentence


def reasons(problems: Sequence[Sequence[Any]]) -> str:
    """Return all problems of a row as one text."""
    return " ".join(reason(problem) for problem in problems)
