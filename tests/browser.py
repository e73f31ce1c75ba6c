"""A real Chromium, one per test process: Playwright cannot be started twice in one."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

_CURE = (
    "No Chromium found. Install it (Debian: apt-get install chromium fonts-noto-cjk) and run the tests again."
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the browser; without one the test fails and names the cure."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail(_CURE)
    # Playwright keeps an event loop running in this thread; queries are still made one at a time.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()
