"""Where servers keep data and sockets, and whom they run as.

PostgreSQL refuses to run as root, so under root it runs as `nobody`, who must be able to reach its folders.
"""

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gridgov.launcher.errors import LauncherError

PROJECT = Path(__file__).resolve().parents[2]
SHARED_PLACE = Path("/var/lib/gridgov")  # for root only, where the project lies in a closed home folder
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
LONGEST_SOCKET_PATH = 103  # the smallest limit of the systems we run on (macOS), less its closing zero


@dataclass(frozen=True)
class Identity:
    """The unprivileged account of a server that root starts."""

    uid: int
    gid: int


def server_identity() -> Identity | None:
    """Return the account PostgreSQL runs as when we are root, else None: our own account serves."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("nobody")
    return Identity(account.pw_uid, account.pw_gid)


def can_reach(path: Path, identity: Identity | None) -> bool:
    """Tell whether the account may enter every folder above the path."""
    if identity is None:
        return True
    for folder in path.resolve().parents:
        if not folder.exists():
            continue
        status = folder.stat()
        needed = stat.S_IXUSR if status.st_uid == identity.uid else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def key_of(path: Path) -> str:
    """Return a short stable name for a folder."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def cluster_place(data_dir: Path) -> Path:
    """Return where PostgreSQL's data lies: in the data folder, or beside it where `nobody` cannot enter."""
    inside = data_dir.resolve() / "postgres"
    return inside if can_reach(inside, server_identity()) else SHARED_PLACE / key_of(data_dir) / "postgres"


def private_folder(path: Path, identity: Identity | None) -> Path:
    """Create a folder only its owner enters; one that somebody else prepared is refused."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LauncherError(
            f"{path} cannot be created ({error.strerror}).", "run from a folder you may write to."
        ) from error
    status = path.lstat()
    allowed = {os.geteuid(), identity.uid if identity else os.geteuid()}
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in allowed:
        raise LauncherError(
            f"{path} belongs to somebody else.", "remove it, or set TMPDIR to a folder of your own."
        )
    path.chmod(0o700)
    if identity:
        os.chown(path, identity.uid, identity.gid)
    return path


def socket_folder(data_dir: Path) -> Path:
    """Return the folder of the sockets, short enough for the operating system's limit."""
    identity = server_identity()
    inside = data_dir.resolve() / "run"
    if _fits(inside) and can_reach(inside, identity):
        return private_folder(inside, identity)
    for base in (Path(tempfile.gettempdir()).resolve(), Path(os.sep, "tmp")):
        folder = base / f"gridgov-{os.geteuid()}-{key_of(data_dir)}"
        if _fits(folder):
            return private_folder(folder, identity)
    raise LauncherError("No folder has a path short enough for a socket.", "set TMPDIR to a short path.")


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH
