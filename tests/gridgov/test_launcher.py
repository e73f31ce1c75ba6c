"""The launcher against real servers: start, join, kill -9, leftovers, long paths, and who stops them."""

import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest

from gridgov.launcher import embedded_services
from gridgov.launcher.children import Child, revive, stop_all
from gridgov.launcher.demo import _only_demo, _require_free
from gridgov.launcher.environment import kept_secret
from gridgov.launcher.errors import LauncherError
from gridgov.launcher.places import LONGEST_SOCKET_PATH, Identity, can_reach, socket_folder
from gridgov.launcher.processes import is_alive, wait_until
from gridgov.launcher.services import Services, celery_form, remove_data
from gridgov.launcher.testing import services_for_tests
from gridgov.launcher.translations import compile_translations


def one(services: Services, query: str) -> object:
    with psycopg.connect(services.database_url) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


@pytest.mark.faults
def test_servers_are_utf8_without_jit_and_end_with_their_last_user(
    own_data_dir: Path, own_servers: Services
) -> None:
    assert one(own_servers, "SHOW server_encoding") == "UTF8"
    assert one(own_servers, "SHOW jit") == "off"
    assert one(own_servers, "SELECT datcollate FROM pg_database WHERE datname = 'gridgov'") == "C.UTF-8"
    with embedded_services(own_data_dir) as joined:
        assert [server.pid() for server in joined.servers()] == [
            server.pid() for server in own_servers.servers()
        ]
    assert all(server.pid() and server.answers() for server in own_servers.servers())


@pytest.mark.faults
def test_servers_stop_with_their_only_user(own_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with embedded_services(own_data_dir) as services:
        ids = [server.pid() for server in services.servers()]
    assert not any(is_alive(pid) for pid in ids if pid)
    assert [server.pid() for server in services.servers()] == [None, None]


@pytest.mark.faults
def test_data_survives_kill_9(own_servers: Services) -> None:
    with psycopg.connect(own_servers.database_url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    assert own_servers.redis is not None
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(own_servers.redis.socket))
        line.sendall(b"SET kept 7\r\n")
        assert line.recv(64).startswith(b"+OK")
    for server in own_servers.servers():
        server.kill9()
        assert server.pid() is None
        server.start()
        server.restart()
    assert one(own_servers, "SELECT n FROM kept") == 7
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(own_servers.redis.socket))
        line.sendall(b"GET kept\r\n")
        assert b"7" in line.recv(64)


@pytest.mark.faults
def test_a_lock_naming_a_reused_process_id_is_cleared(own_servers: Services) -> None:
    postgres = own_servers.postgres
    assert postgres is not None
    lines = postgres.id_file.read_text().splitlines()
    postgres.kill9()
    postgres.id_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")  # alive, but not PostgreSQL
    assert postgres.pid() is None
    postgres.start()
    assert postgres.answers()


@pytest.mark.faults
def test_two_starts_at_once_share_one_server(own_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    together = threading.Barrier(2, timeout=60)
    ids: list[int | None] = []

    def user() -> None:
        with embedded_services(own_data_dir) as services:
            together.wait()
            ids.append(services.servers()[0].pid())
            together.wait()

    threads = [threading.Thread(target=user) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 2
    assert ids[0] == ids[1] is not None


@pytest.mark.faults
def test_data_in_use_is_not_removed(own_data_dir: Path, own_servers: Services) -> None:
    with pytest.raises(LauncherError, match="in use"):
        remove_data(own_data_dir)


def test_given_addresses_start_nothing(own_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@db/b")
    monkeypatch.setenv("REDIS_URL", "redis://cache/3")
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    with embedded_services(own_data_dir) as services:
        assert services.servers() == []
        assert services.environment() == {
            "DATABASE_URL": "postgresql://a@db/b",
            "REDIS_URL": "redis://cache/3",
            "CELERY_BROKER_URL": "redis://cache/3",
        }
    assert list(own_data_dir.iterdir()) == []


def test_celery_form_of_a_socket() -> None:
    assert celery_form("unix:///x/redis.sock?db=1") == "redis+socket:///x/redis.sock?virtual_host=0"


def test_sockets_of_a_long_path_lie_in_a_short_private_folder(own_data_dir: Path) -> None:
    folder = socket_folder(own_data_dir / ("long" * 30))
    assert len(str(folder / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


def test_closed_folders_are_out_of_reach() -> None:
    # In the system's folder for temporary files: the checkout itself may lie in a closed one.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        inner = folder / "closed" / "inner"
        inner.mkdir(parents=True)
        nobody = Identity(65534, 65534)
        assert can_reach(inner, None)
        assert can_reach(folder, nobody)
        inner.parent.chmod(0o700)
        assert can_reach(inner, nobody) == (inner.stat().st_uid == nobody.uid)


def test_a_secret_is_kept_and_private(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "key", "first") == "first"
    assert kept_secret(tmp_path / "key", "second") == "first"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_taken_port_is_named_with_its_cure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LauncherError, match=r"(?s)cannot be used.*Cure: .*--port 8000"):
            _require_free(taken.getsockname()[1])


def test_a_second_demo_of_the_same_folder_is_refused(tmp_path: Path) -> None:
    with _only_demo(tmp_path), pytest.raises(LauncherError, match=str(os.getpid())), _only_demo(tmp_path):
        pass
    with _only_demo(tmp_path):
        pass


def test_two_test_runs_of_one_checkout_do_not_meet(own_data_dir: Path) -> None:
    with services_for_tests(own_data_dir) as first, services_for_tests(own_data_dir) as second:
        assert first.database_url == second.database_url == os.environ["DATABASE_URL"]
    assert sorted(path.name for path in own_data_dir.iterdir()) == ["test", "test-2"]


def test_a_dying_child_is_told_and_started_again_until_it_dies_too_often(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('last words')"]
    child = Child("web", command, os.environ, tmp_path / "web.log")
    child.start()
    for _ in range(3):
        assert wait_until(lambda: not child.is_running(), 20)
        revive(child)
    assert wait_until(lambda: not child.is_running(), 20)
    with pytest.raises(LauncherError, match="4 times"):
        revive(child)
    assert "last words" in capsys.readouterr().out


def test_stopping_ends_grandchildren_and_the_deaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridgov.launcher.children.GRACE_SECONDS", 0.5)
    deaf = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print(p.pid, flush=True); p.wait()"
    )
    child = Child("deaf", [sys.executable, "-c", deaf], os.environ, tmp_path / "log")
    child.start()
    assert wait_until(lambda: bool((tmp_path / "log").read_text().strip()), 20)
    grandchild = int((tmp_path / "log").read_text())
    stop_all([child])
    assert not child.is_running()
    assert wait_until(lambda: not is_alive(grandchild), 10)


def test_translations_are_compiled_when_newer(tmp_path: Path) -> None:
    source = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "甲"\n'
    )
    assert compile_translations(tmp_path) == [source.with_suffix(".mo")]
    assert compile_translations(tmp_path) == []
    assert "甲".encode() in source.with_suffix(".mo").read_bytes()


def test_run_names_its_commands_and_refuses_unknown_ones() -> None:
    run = Path(__file__).resolve().parents[2] / "run"
    shown = subprocess.run([run, "help"], capture_output=True, text=True, cwd="/", check=True)
    assert "./run demo" in shown.stdout
    assert subprocess.run([run, "dance"], capture_output=True, cwd="/", check=False).returncode == 2
