"""No file over 400 lines, no function over 60."""

import ast
from pathlib import Path

from tests.architecture.checkers.sources import files, python_files

FILE_LINES = 400
FUNCTION_LINES = 60
COUNTED = ("*.py", "*.html", "*.css", "*.js")


def problems(root: Path) -> list[str]:
    """Return every file and function that is too long."""
    found = []
    for pattern in COUNTED:
        for path in files(root, pattern):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > FILE_LINES and "migrations" not in path.parts:
                found.append(f"{path.relative_to(root)}: {lines} lines, {FILE_LINES} are allowed")
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    where = f"{path.relative_to(root)}:{node.lineno}"
                    found.append(f"{where}: {node.name} has {lines} lines, {FUNCTION_LINES} are allowed")
    return found
