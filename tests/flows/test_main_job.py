"""The main job in Chromium, from a resident's QR code to the closed case, with a real worker and beat."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.actor import SYSTEM
from grids.services.qr import qr_issue, token_for
from incidents.models import Clock, Incident
from incidents.rules.vocabulary import ClockKind, Level, State, Verb
from tests.factories.incidents import SmallCity, small_city
from tests.flows.celery_processes import MovableClock, worker_and_beat
from tests.flows.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_SECONDS = 60


# Steps that cannot be taken back are confirmed in a dialog.
ASKED_TWICE = frozenset({Verb.WHISTLE, Verb.REJECT, Verb.JUDGE_SATISFIED, Verb.JUDGE_BASICALLY})


class Story:
    """One city, one case, and the pages of its people."""

    def __init__(self, city: SmallCity, clock: MovableClock, open_page: Callable[..., Page]) -> None:
        self.city = city
        self.clock = clock
        self.open_page = open_page
        self.number = ""
        self._pages: dict[str, Page] = {}

    def page_of(self, name: str, path: str) -> Page:
        """Open a page as this person, in the window they have kept open."""
        if name not in self._pages:
            self._pages[name] = self.open_page(self.city[name], path)
        else:
            self._pages[name].goto(path)
        return self._pages[name]

    @property
    def incident(self) -> Incident:
        found: Incident = Incident.objects.get(number=self.number)
        return found

    def case_of(self, name: str) -> Page:
        """Open the case as this person."""
        return self.page_of(name, f"/incidents/{self.number}/")

    def act(self, name: str, verb: Verb, **fields: Any) -> None:
        """Let this person take one step on the case's page, through its form."""
        page = self.case_of(name)
        step = page.locator(f"#act-{verb}")
        if fields:
            step.locator("summary").click()
        for field, value in fields.items():
            _fill(page.locator(f"#id_{verb}_{field}"), value)
        step.locator("button[type=submit]").click()
        if verb in ASKED_TWICE:
            page.locator("#confirm-dialog [data-confirm-yes]").click()
        expect(page.locator("main")).to_be_visible()
        page.wait_for_load_state()

    def sees_in_inbox(self, name: str, *words: str) -> None:
        """Assert that a message about the case with these words lies in this person's inbox."""
        page = self.page_of(name, "/inbox/")
        message = page.locator(".card__title", has_text=self.number)
        for word in words:
            message = message.filter(has_text=word)
        expect(message.first).to_be_visible()

    def may_not_see(self, name: str) -> None:
        page = self.page_of(name, f"/incidents/{self.number}/")
        expect(page.get_by_role("heading", level=1)).not_to_contain_text(str(self.incident.category))

    def steps_of(self, name: str) -> set[str]:
        """Return the verbs offered to this person on the case's page."""
        ids = self.case_of(name).locator("[id^=act-]").evaluate_all("all => all.map(each => each.id)")
        return {each.removeprefix("act-") for each in ids}

    def let_time_run_out(self, kind: ClockKind, until: Callable[[Incident], bool]) -> None:
        """Move the clock just past this limit and wait until beat and worker have done the rest."""
        running = Clock.objects.get(incident=self.incident, kind=kind, stopped_at=None)
        self.clock.move_to(running.due_at + timedelta(minutes=1))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not until(self.incident):
            assert time.monotonic() < deadline, "the sweep did not come"
            time.sleep(0.2)


def _fill(control: Locator, value: Any) -> None:
    if control.evaluate("node => node.tagName") == "SELECT":
        control.select_option(str(value))
    elif isinstance(value, list):
        for each in value:
            control.locator(f"input[value='{each}']").check()
    else:
        control.fill(value)


@pytest.fixture
def story(
    tmp_path: Path, settings: Any, open_page: Callable[..., Page], transactional_db: None
) -> Iterator[Story]:
    clock = MovableClock(tmp_path / "clock")
    settings.CLOCK_OFFSET_FILE = str(clock.path)
    city = small_city()
    with worker_and_beat(tmp_path, clock):
        yield Story(city, clock, open_page)


def test_from_the_residents_report_to_the_closed_case(story: Story) -> None:
    page, code = _resident_reports(story)
    _worker_signs_and_runs_out_of_time(story)
    _community_runs_out_of_time(story)
    _street_whistles(story)
    _departments_report_in_and_done(story)
    _resident_is_asked_and_is_dissatisfied(story, page, code)
    _departments_rectify(story)
    _resident_is_satisfied(story, page, code)


def _resident_reports(story: Story) -> tuple[Page, str]:
    place = qr_issue(actor=SYSTEM, grid_id=story.city.grids[0].pk, building_id=story.city.buildings[0].pk)
    page = story.open_page(None, f"/q/{token_for(place)}/", PHONE)
    page.locator("button[name=category][value='0101']").first.click()
    page.locator("[name=description]").fill("楼下垃圾堆了三天没人清，味道很大。")
    page.locator("form button.button--primary").click()
    page.locator("[name=phone]").fill("13900000000")
    page.locator("form button.button--primary").click()
    page.locator("form button.button--primary").click()
    story.number = page.locator("#receipt-number").inner_text()
    code = page.locator("#receipt-code").inner_text()
    assert re.fullmatch(r"\d{12}", story.number)
    page.goto(f"/track/{story.number}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert story.incident.owner_level == Level.GRID
    return page, code


def _worker_signs_and_runs_out_of_time(story: Story) -> None:
    story.sees_in_inbox("grid_worker", "请")
    story.may_not_see("outsider_street")
    story.may_not_see("outsider_department")
    assert Verb.SIGN not in story.steps_of("community_staff")
    story.act("grid_worker", Verb.SIGN)
    assert story.incident.state == State.SIGNED
    story.let_time_run_out(ClockKind.RESOLVE, lambda incident: incident.owner_level == Level.COMMUNITY)
    story.sees_in_inbox("grid_worker", "社区")
    story.sees_in_inbox("community_staff", "社区")
    assert Verb.SIGN in story.steps_of("community_staff")


def _community_runs_out_of_time(story: Story) -> None:
    story.let_time_run_out(ClockKind.SIGN, lambda incident: incident.owner_level == Level.STREET)
    story.sees_in_inbox("community_staff", "街道")
    story.sees_in_inbox("street_leader", "街道")
    assert Verb.WHISTLE in story.steps_of("street_leader")
    assert Verb.WHISTLE not in story.steps_of("street_staff")


def _street_whistles(story: Story) -> None:
    departments = story.city.departments
    story.act(
        "street_leader",
        Verb.WHISTLE,
        kind="routine",
        grounds="stubborn",
        lead_department=departments["D38"].pk,
        response_limit="4wh",
        standard="垃圾清空，地面冲洗，三天内不再堆放。",
        supporting_departments=[departments["D24"].pk],
    )
    assert story.incident.state == State.WHISTLED
    story.sees_in_inbox("department_officer", "吹哨")
    story.sees_in_inbox("supporting_officer", "吹哨")
    story.may_not_see("outsider_department")
    queue = story.page_of("supporting_officer", "/queue/?part=whistle")
    expect(queue.locator("main")).to_contain_text(story.number)


def _departments_report_in_and_done(story: Story) -> None:
    for officer in ("department_officer", "supporting_officer"):
        story.act(officer, Verb.WHISTLE_SIGN)
        story.act(officer, Verb.WHISTLE_REPORT_IN, note="派两人带车到现场。")
        story.sees_in_inbox("street_leader", "报到")
    assert Verb.ASK_RESIDENT not in story.steps_of("street_staff")
    for officer in ("department_officer", "supporting_officer"):
        story.act(officer, Verb.WHISTLE_REPORT_DONE, note="垃圾已清运。")
    assert Verb.ASK_RESIDENT in story.steps_of("street_staff")


def _look_up(story: Story, page: Page, code: str) -> None:
    # Working hours have passed since the last look: the page asks for number and code again.
    page.goto("/track/")
    page.locator("[name=number]").fill(story.number)
    page.locator("[name=code]").fill(code)
    page.locator("form button.button--primary").click()


def _resident_is_asked_and_is_dissatisfied(story: Story, page: Page, code: str) -> None:
    story.act("street_staff", Verb.ASK_RESIDENT, note="请居民看看是否清干净。")
    assert story.incident.state == State.CALLBACK
    _look_up(story, page, code)
    page.get_by_role("link", name="不满意").click()
    page.locator("textarea").fill("还有一半没有运走。")
    page.locator("form button.button--primary").click()
    assert story.incident.state == State.RECTIFYING
    rectify = Clock.objects.get(incident=story.incident, kind=ClockKind.RECTIFY, stopped_at=None)
    assert rectify.fires_at is not None, "the rework has a limit of its own"
    for name in ("street_leader", "department_officer", "supporting_officer"):
        story.sees_in_inbox(name, "不满意", "还有一半没有运走。")


def _departments_rectify(story: Story) -> None:
    for officer in ("department_officer", "supporting_officer"):
        story.act(officer, Verb.WHISTLE_REPORT_DONE, note="剩下的也运走了，地面已冲洗。")
    story.act("street_staff", Verb.ASK_RESIDENT, note="已返工，请再看看。")
    assert story.incident.state == State.CALLBACK


def _resident_is_satisfied(story: Story, page: Page, code: str) -> None:
    page.context.clear_cookies()
    _look_up(story, page, code)
    page.get_by_role("button", name="满意", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert story.incident.state == State.EVALUATED
    assert story.incident.verdict == "satisfied"
    assert not Clock.objects.filter(incident=story.incident, stopped_at=None).exists()
    for name in ("street_leader", "department_officer", "supporting_officer"):
        story.sees_in_inbox(name, "满意")
