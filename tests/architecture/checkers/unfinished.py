"""Nothing half-done and nothing silenced: no notes for later, no muted checks, no skipped tests."""

import re
from pathlib import Path

from tests.architecture.checkers.sources import files

# Built from pieces, so that this file does not find itself.
WORDS = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")
MUTES = (
    "# type:" + " ignore",
    "# no" + "qa",
    "# no" + "sec",
    "pragma:" + " no cover",
    "mypy:" + " ignore-errors",
    "ruff:" + " noqa",
    "djlint:" + "off",
    "pytest.mark." + "skip",
    "pytest." + "skip(",
    "pytest.mark." + "xfail",
)
PATTERN = re.compile("|".join([*(rf"\b{word}\b" for word in WORDS), *map(re.escape, MUTES)]))
READ = ("*.py", "*.pyi", "*.html", "*.css", "*.js", "*.toml", "*.yml", "*.yaml", "*.md", "run", "Dockerfile")


def problems(root: Path) -> list[str]:
    """Return every line that holds such a note or mute."""
    found = []
    for pattern in READ:
        for path in files(root, pattern):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                word = PATTERN.search(line)
                if word:
                    found.append(f"{path.relative_to(root)}:{number}: {word[0]!r}")
    return found
