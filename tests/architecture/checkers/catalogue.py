"""The Chinese catalogue is complete: every string of the source is there, translated, none of them fuzzy.

Extracts anew with GNU gettext into a copy and compares, so that a forgotten extraction shows too.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.architecture.checkers.sources import PACKAGES

LOCALE = "zh_Hans"
CATALOGUE = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
NEEDED = ("xgettext", "msgmerge", "msguniq", "msgattrib", "msgfmt")


def problems(root: Path) -> list[str]:
    """Return every missing, empty, fuzzy or malformed translation."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        return [f"GNU gettext is missing ({', '.join(missing)}). Cure: apt-get install gettext"]
    if not (root / CATALOGUE).exists():
        return [f"{CATALOGUE} is missing"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy_sources(root, copy)
        extracted = subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", LOCALE, "--no-obsolete", "--no-wrap"],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin", "LANG": "C.UTF-8"},
        )
        if extracted.returncode:
            return [f"the strings cannot be extracted: {extracted.stderr.strip()}"]
        wanted = _read(copy / CATALOGUE)
    return missing_translations(wanted, _read(root / CATALOGUE))


def missing_translations(wanted: Catalog, have: Catalog) -> list[str]:
    """Return the problems of a catalogue against the strings freshly extracted."""
    found = ["the header is fuzzy, so GNU gettext ignores it: fill it in"] if have.fuzzy else []
    for message in wanted:
        if not message.id:
            continue
        translated = have.get(_plain_id(message), message.context)
        name = f"{_plain_id(message)!r}"
        if translated is None:
            found.append(f"not in the catalogue: {name}")
        elif translated.fuzzy:
            found.append(f"fuzzy: {name}")
        elif not all(translated.string if isinstance(translated.string, tuple) else [translated.string]):
            found.append(f"not translated: {name}")
        else:
            found += [f"{error}: {name}" for error in translated.check(have)]
    return found


def _plain_id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def _copy_sources(root: Path, copy: Path) -> None:
    for name in [*PACKAGES, "templates", "locale", "static"]:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
