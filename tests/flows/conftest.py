"""Pages for the flows: one fresh context per person, in the browser of tests/browser.py.

Read before Django's settings are, when a test of this folder is named on the command line: no models here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page as a person (None: nobody) in a window of the given size.

    A script error or a refusal of the content-security policy fails the test.
    """
    contexts = []
    faults: list[str] = []

    def open_as(user: Any, path: str, size: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if _is_refusal(line) else None)
        page.goto(path)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert faults == []


def session_of(user: Any) -> str:
    """Return the key of a fresh session of this person."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _is_refusal(line: Any) -> bool:
    return line.type == "error" and "Content Security Policy" in line.text
