"""The container's health checks tell well from unwell."""

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gridgov.launcher import probe


class Ready(BaseHTTPRequestHandler):
    """Answers 200 on /readyz under the allowed host name only, as the application does."""

    def do_GET(self) -> None:
        well = self.path == "/readyz" and self.headers["Host"] == "grid.example.gov.cn"
        self.send_response(200 if well else 400)
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Stay silent."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Ready)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_web_is_ready_under_its_own_host_name(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "PORT", port)
    monkeypatch.setenv("ALLOWED_HOSTS", ".grid.example.gov.cn,other.example")
    assert probe.main("web") == 0
    monkeypatch.setenv("ALLOWED_HOSTS", "other.example")
    assert probe.main("web") == 1


def test_web_that_does_not_listen_is_unwell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "PORT", 9)
    assert probe.main("web") == 1


def test_beat_is_well_while_it_saves_its_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert probe.main("beat") == 1
    schedule = tmp_path / "beat-schedule.db"
    schedule.touch()
    assert probe.main("beat") == 0
    long_ago = time.time() - probe.BEAT_SAVES_WITHIN_SECONDS - 1
    os.utime(schedule, (long_ago, long_ago))
    assert probe.main("beat") == 1
