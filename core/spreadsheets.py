"""Texts that are safe in somebody's spreadsheet."""

# Signs with which a spreadsheet would take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# The mark by which spreadsheets know UTF-8.
BOM = "\ufeff"


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
