"""Real PostgreSQL and Redis for every test run, started before Django's settings are read.

The settings module is named here and not in pyproject.toml: pytest-django would read it before any conftest.
Parallel test processes share the controller's servers, each with its own test database and Redis databases.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import pgtrigger
import pytest
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.services import DATA_DIR, Services, embedded_services, remove_data
from gridgov.launcher.testing import redis_of_worker, services_for_tests
from gridgov.launcher.translations import compile_translations

# The same examples every time, so that a run tells of the change it follows; HYPOTHESIS_PROFILE=default looks
# for new ones.
hypothesis_settings.register_profile("same", derandomize=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

pytest_plugins = ["tests.browser"]
SERVICES = pytest.StashKey[Services]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "gridgov.settings"
    os.environ["GRIDGOV_ENV"] = "test"
    if not hasattr(config, "workerinput"):  # the controller starts the servers and passes their addresses on
        compile_translations()
        stack = ExitStack()
        config.add_cleanup(stack.close)
        try:
            services = stack.enter_context(services_for_tests())
        except LauncherError as error:
            raise pytest.UsageError(str(error)) from error
        config.stash[SERVICES] = services
        os.environ.update(services.environment())
    django.setup()


def pytest_sessionstart() -> None:
    """Make the apps ready: pytest-django looked for settings before there were any."""
    django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    for number, spec in enumerate(specs):
        spec.env = (spec.env or {}) | redis_of_worker(config.stash[SERVICES], number)


@pytest.fixture(scope="session", autouse=True)
def _log_is_emptied_between_tests() -> Iterator[None]:
    """Let Django empty the access log after tests outside a transaction; else the database refuses."""
    empty = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with pgtrigger.ignore("core.AccessLog:access_log_not_emptied"):
            empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture
def own_data_dir() -> Iterator[Path]:
    """Give a data folder of the test's own; pytest's own tmp_path is closed to the account of PostgreSQL."""
    DATA_DIR.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="own-", dir=DATA_DIR))
    folder.chmod(0o755)
    yield folder
    remove_data(folder)
    shutil.rmtree(folder)


@pytest.fixture
def own_servers(own_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Give PostgreSQL and Redis of the test's own, durable, to be killed and restarted at will."""
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    with embedded_services(own_data_dir) as services:
        yield services
