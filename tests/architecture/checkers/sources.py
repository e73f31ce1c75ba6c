"""Which files the checks read."""

from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("core", "organizations", "grids", "residents", "incidents", "volunteers", "gridgov")
SKIPPED = {"node_modules", "__pycache__", "staticfiles", "media"}


def files(root: Path, pattern: str) -> Iterator[Path]:
    """Yield files of the project that fit the pattern, without hidden and generated folders."""
    for path in sorted(root.rglob(pattern)):
        parts = path.relative_to(root).parts
        if path.is_file() and not any(part.startswith(".") or part in SKIPPED for part in parts[:-1]):
            yield path


def python_files(root: Path, *, migrations: bool = False) -> Iterator[Path]:
    """Yield Python files, migrations only if asked for."""
    for path in files(root, "*.py"):
        if migrations or "migrations" not in path.relative_to(root).parts:
            yield path


def package_files(root: Path) -> Iterator[Path]:
    """Yield the Python files of the apps, without migrations and tests."""
    for path in python_files(root):
        if path.relative_to(root).parts[0] in PACKAGES:
            yield path
