"""Only core/tree.py names the columns of the nested set."""

import re
from pathlib import Path

from tests.architecture.checkers.sources import PACKAGES, files, package_files

OWNER = Path("core/tree.py")
COLUMNS = re.compile(r"(?<![A-Za-z0-9])(?:lft|rght|tree_id)(?![A-Za-z0-9])")  # lft__gte is one too


def problems(root: Path) -> list[str]:
    """Return every line elsewhere that names such a column, in code, SQL or templates."""
    found = []
    templates = [
        path for path in files(root, "*.html") if path.relative_to(root).parts[0] in {*PACKAGES, "templates"}
    ]
    for path in [*package_files(root), *templates]:
        if path.relative_to(root) == OWNER:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            column = COLUMNS.search(line)
            if column:
                found.append(f"{path.relative_to(root)}:{number}: {column[0]} belongs to {OWNER} alone")
    return found
