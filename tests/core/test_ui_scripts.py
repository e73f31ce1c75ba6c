"""The scripts in a real Chromium, under the site's content-security policy."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django_htmx
import pytest
from django.template import Context, Template
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser

SITE = "https://site.test"  # positions are told to secure pages only
STATIC_ROOTS = [
    Path(__file__).resolve().parents[2] / "static",
    Path(django_htmx.__file__).parent / "static",
]
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"

QUEUE = """
{% extends "base.html" %}{% load static %}
{% block head %}<script type="module" src="{% static 'js/queue.js' %}"></script>{% endblock %}
{% block content %}
<form method="post" action="/sign/" data-confirm="Sign for {n}?">
  <table data-queue><tbody>{% for number in numbers %}
    <tr data-queue-row data-id="{{ number }}">
      <td><input type="checkbox" name="pick" value="{{ number }}" aria-label="pick"
                 data-select data-title="Case {{ number }}"></td>
      <td><a data-open href="#case-{{ number }}">Case {{ number }}</a></td>
    </tr>{% endfor %}
  </tbody></table>
  {% include "components/batch_bar.html" with actions=actions %}
</form>
{% endblock %}
"""
ACTIONS = '<button type="submit" name="verb" value="sign" data-key="s" data-key-label="Sign">Sign</button>'

REPORT = """
{% extends "base.html" %}{% load static %}
{% block head %}<script type="module" src="{% static 'js/capture.js' %}"></script>{% endblock %}
{% block content %}
<form method="post">
  {% include "components/photo_input.html" with name="photos" label="Photos" max=2 %}
  {% include "components/location_input.html" %}
</form>
{% endblock %}
"""


class Site:
    """Answers the browser from templates and static files; `posts` holds what forms sent."""

    def __init__(self) -> None:
        self.html = ""
        self.posts: list[str] = []

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        if route.request.method == "POST":
            self.posts.append(route.request.post_data or "")
            route.fulfill(status=204)
        elif path.startswith("/static/"):
            self._answer_file(route, path.removeprefix("/static/"))
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8", headers=headers)

    def _answer_file(self, route: Route, name: str) -> None:
        found = [root / name for root in STATIC_ROOTS if (root / name).is_file()]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        route.fulfill(path=found[0], content_type=kind)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(
        permissions=["geolocation"], geolocation={"latitude": 26.88, "longitude": 120}
    )
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    tab.route("**/*", site.answer)
    yield tab
    context.close()
    assert complaints == []


def open_page(page: Page, site: Site, source: str, **values: Any) -> None:
    site.html = Template(source).render(Context({"csrf_token": "token", **values}))
    page.goto(f"{SITE}/page/")
    page.wait_for_selector("html.has-js")


def open_queue(page: Page, site: Site, numbers: list[int]) -> None:
    open_page(page, site, QUEUE, numbers=numbers, actions=Template(ACTIONS))


def current(page: Page) -> str | None:
    row = page.locator("[data-queue-row][aria-current]")
    return row.get_attribute("data-id") if row.count() else None


def test_keys_move_open_and_keep_the_place(page: Page, site: Site) -> None:
    open_queue(page, site, [1, 2, 3])
    for key in ("j", "j", "j", "j", "k"):
        page.keyboard.press(key)
    assert current(page) == "2"
    page.keyboard.press("Enter")
    page.wait_for_url("**#case-2")
    open_queue(page, site, [1, 3])  # case 2 is done: the one after it is current by itself
    assert current(page) == "3"


def test_a_letter_acts_on_the_current_row_after_a_question_and_only_once(page: Page, site: Site) -> None:
    open_queue(page, site, [1, 2, 3])
    page.keyboard.press("s")
    dialog = page.locator("#confirm-dialog")
    assert "Sign for 1?" in dialog.inner_text()
    assert "Case 1" in dialog.inner_text()
    assert site.posts == []
    page.keyboard.press("Enter")
    expect(page.locator("form[data-sent]")).to_be_attached()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert len(site.posts) == 1
    assert "pick=1" in site.posts[0]
    assert "verb=sign" in site.posts[0]


def test_the_question_names_every_picked_case_and_can_be_declined(page: Page, site: Site) -> None:
    open_queue(page, site, [1, 2, 3])
    for key in ("x", "j", "j", "x", "s"):
        page.keyboard.press(key)
    assert page.locator("#confirm-dialog li").all_inner_texts() == ["Case 1", "Case 3"]
    page.keyboard.press("Escape")
    assert site.posts == []


def test_single_keys_can_be_explained_and_switched_off(page: Page, site: Site) -> None:
    open_queue(page, site, [1, 2])
    page.keyboard.press("?")
    assert "Sign" in page.locator("#key-help").inner_text()
    page.uncheck("[data-keys-enabled]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert current(page) == "1"


def test_photos_are_made_smaller_counted_and_refused_in_words(page: Page, site: Site, tmp_path: Path) -> None:
    big, fake = tmp_path / "big.png", tmp_path / "fake.jpg"
    Image.new("RGB", (3000, 1500), "grey").save(big)
    fake.write_text("not a photo")
    open_page(page, site, REPORT)
    page.set_input_files("[data-capture-input] >> nth=1", [fake, big, big, big])
    expect(page.locator(".photos__item")).to_have_count(2)
    script = "[...document.querySelector('[data-capture-input]').files].map((file) => file.type)"
    assert page.evaluate(script) == ["image/jpeg", "image/jpeg"]
    assert page.evaluate("document.querySelector('.photos__item canvas').width") == 2000
    expect(page.locator("[data-capture-status]")).to_contain_text("2")
    page.click(".photos__remove >> nth=0")
    assert page.locator(".photos__item").count() == 1


def test_the_position_fills_the_form(page: Page, site: Site) -> None:
    open_page(page, site, REPORT)
    page.click("[data-locate-button]")
    expect(page.locator("[data-locate-lat]")).to_have_value("26.880000")
    expect(page.locator("[data-locate-lng]")).to_have_value("120.000000")


def test_messages_of_scripts_offer_undo_only_on_this_site(page: Page, site: Site) -> None:
    open_page(page, site, REPORT)
    for undo in ("/undo/1/", "//elsewhere.example/"):
        detail = f"{{detail: {{level: 'success', text: 'Done', undoUrl: '{undo}'}}}}"
        page.evaluate(f"document.dispatchEvent(new CustomEvent('toast', {detail}))")
    assert page.locator(".toast").count() == 2
    assert page.locator(".toast form").count() == 1
    page.click(".toast form button")
    page.wait_for_timeout(100)
    assert len(site.posts) == 1
    assert "csrfmiddlewaretoken=token" in site.posts[0]
