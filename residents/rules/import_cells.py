"""Reading single cells of a table somebody else has made: dates, words of a list, numbers. Source: R-222."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]0?0:00(?::00)?)?")
# Day numbers of spreadsheets: 1 March 1900 to the year 2099; before that their calendar is wrong by a day.
_SERIAL = re.compile(r"\d{2,5}(\.0+)?")
_FIRST_SERIAL, _LAST_SERIAL = 61, 73_050
_SERIAL_BASE = date(1899, 12, 30)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d{1,3}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


def read_text(text: str) -> str:
    """Return the cell as it is compared: half-width, single spaces, no quote before a formula."""
    if text.startswith("'"):
        text = text[1:]
    if text.isascii():
        return " ".join(text.split()) if " " in text else text
    return " ".join(unicodedata.normalize("NFKC", text).split())


def read_date(text: str) -> date | None:
    """Return the day in any of the ways it is written, as a spreadsheet's number too; None for others."""
    found = _DATE.fullmatch(text)
    if found is None:
        return _serial_date(text)
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _serial_date(text: str) -> date | None:
    if not _SERIAL.fullmatch(text):
        return None
    days = int(float(text))
    return _SERIAL_BASE + timedelta(days=days) if _FIRST_SERIAL <= days <= _LAST_SERIAL else None


def read_word(text: str, words: Mapping[str, str]) -> str | None:
    """Return the code a word of a list stands for; None for a word nobody knows."""
    return words.get("".join(text.split()).lower())


def is_scientific(text: str) -> bool:
    """Return whether a spreadsheet has turned a long number into one like 3.50921E+17: its end is lost."""
    return _SCIENTIFIC.fullmatch(text.lower()) is not None


def has_control_signs(text: str) -> bool:
    """Return whether the text holds signs no address has: line ends, tabs, backslashes."""
    return _CONTROL.search(text) is not None
