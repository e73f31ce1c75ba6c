"""Nothing that works on one machine only: no private paths, and a lock file that names the public index."""

import re
from pathlib import Path

from tests.architecture.checkers.sources import files

# Built from pieces, so that this file does not find itself.
PRIVATE = re.compile(
    "|".join(
        [
            r"(?<![\w./-])/(?:home|root|Users)/[\w.]+",
            r"(?<![\w.-])/(?:wo" + r"rk/(?:main|sha" + r"red)|fa" + r"rm)\b",
            r"\.\./sha" + r"red\b",
            r"(?<![\w.-])/tm" + r"p/(?:bri" + r"ef|w" + r"t)\b",
        ]
    )
)
READ = (
    "*.py",
    "*.html",
    "*.css",
    "*.js",
    "*.toml",
    "*.yml",
    "*.yaml",
    "*.md",
    "*.csv",
    "*.po",
    "run",
    "Dockerfile",
)
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
HOST = re.compile(r"https?://([^/\"\s]+)")


def problems(root: Path) -> list[str]:
    """Return every private path and every foreign host in the lock file."""
    found = []
    for pattern in READ:
        for path in files(root, pattern):
            text = path.read_text(encoding="utf-8")
            for match in PRIVATE.finditer(text):
                number = text.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(root)}:{number}: {match[0]} exists on one machine only")
    lock = root / "uv.lock"
    hosts = set(HOST.findall(lock.read_text(encoding="utf-8"))) if lock.exists() else set()
    return found + [f"uv.lock: packages come from {host}" for host in sorted(hosts - PUBLIC_HOSTS)]
