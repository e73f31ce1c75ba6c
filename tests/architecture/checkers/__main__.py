"""`python -m tests.architecture.checkers NAME`: run one check on the project; exit 1 on any find."""

import sys
from pathlib import Path

from tests.architecture.checkers import (
    catalogue,
    compose,
    cycles,
    portable,
    size,
    templates,
    tree_owner,
    unfinished,
)

CHECKS = {
    "size": size.problems,
    "cycles": cycles.problems,
    "tree": tree_owner.problems,
    "unfinished": unfinished.problems,
    "portable": portable.problems,
    "templates": templates.problems,
    "translations": catalogue.problems,
    "compose": compose.problems,
}


def main(name: str) -> int:
    """Print the problems a check finds in the project; return 1 if there are any."""
    found = CHECKS[name](Path(__file__).resolve().parents[3])
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
