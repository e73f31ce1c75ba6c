"""The web server as it runs in production, on the test's own database, and a plain browser for it."""

import os
import re
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from gridgov.launcher.children import Child, stop_all
from tests.flows.celery_processes import CELERY, url_of_test_database

HOST = "127.0.0.1"
READY_SECONDS = 60


@contextmanager
def web_and_worker(folder: Path) -> Iterator[int]:
    """Run gunicorn, told of a proxy before it, and a Celery worker, with logs in the folder; give a port."""
    port = _free_port()
    environment = dict(os.environ) | {
        "DATABASE_URL": url_of_test_database(),
        "MEDIA_ROOT": str(folder / "media"),
        "BEHIND_PROXY": "true",
        "ALLOWED_HOSTS": HOST,
        "PYTHONUNBUFFERED": "1",
    }
    web = ("gunicorn", "gridgov.wsgi:application", "--worker-class", "gthread", "--threads", "4")
    quiet = ("--without-gossip", "--without-mingle", "--loglevel", "info")
    commands = {
        "web": [sys.executable, "-m", *web, "--bind", f"{HOST}:{port}", "--worker-tmp-dir", str(folder)],
        "worker": [*CELERY, "worker", "-c", "1", *quiet],
    }
    children = [Child(name, args, environment, folder / f"{name}.log") for name, args in commands.items()]
    try:
        for child in children:
            child.start()
        _wait_ready(port)
        yield port
    finally:
        stop_all(children)


class Browser:
    """Keeps cookies, fills in the hidden fields of the form it has read last, and sends given headers."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port = port
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.page = ""
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> int:
        """Open a page, following redirects; returns the status."""
        return self._send("GET", path)

    def post(self, path: str, values: Mapping[str, Any]) -> int:
        """Send the form of the page read last with these values, following redirects; returns the status."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page))
        data = {name: unescape(value) for name, value in hidden.items()} | dict(values)
        return self._send("POST", path, encode_multipart(BOUNDARY, data))

    def _send(self, method: str, path: str, body: bytes | None = None) -> int:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = self.headers | {"Cookie": cookies}
        if body is not None:
            headers |= {"Content-Type": MULTIPART_CONTENT}
        line = HTTPConnection(HOST, self.port, timeout=30)
        line.request(method, path, body, headers)
        answer = line.getresponse()
        self.page = answer.read().decode()
        line.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: each.value for name, each in SimpleCookie(cookie).items()}
        onward = answer.headers.get("Location")
        return self._send("GET", onward) if onward else answer.status


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_ready(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        line = HTTPConnection(HOST, port, timeout=10)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            line.close()
    raise TimeoutError("the web server does not answer")
