"""The keyboard alone clears a department's queue, and the next case always appears by itself."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from incidents.models import Incident
from incidents.rules.vocabulary import State, Verb
from tests.factories.staff_scene import Scene, do, make_scene, to_department, whistled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


SUBMIT = "document.activeElement?.type === 'submit'"


def tab_to(page: Page, wanted: str) -> None:
    """Tab on until the wanted element has the focus, as a person would."""
    for _press in range(8):
        if page.evaluate(wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(wanted)


def states(*incidents: Incident) -> list[str]:
    return [Incident.objects.get(pk=incident.pk).state for incident in incidents]


def shown(page: Page, incident: Incident) -> None:
    expect(page.locator(f"[data-panel-for='{incident.number}']")).to_be_visible()
    expect(page.locator(f"[data-id='{incident.number}'][aria-current]")).to_be_visible()
    # The new part takes the focus a moment after it is there; nobody types within that moment.
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def test_letters_sign_start_and_finish_case_after_case(scene: Scene, open_page: Callable[..., Page]) -> None:
    first, second = to_department(scene, "0202"), to_department(scene, "0302")
    page = open_page(scene.officer, "/queue/?show=to_sign")
    shown(page, first)
    page.keyboard.press("s")
    shown(page, second)
    page.keyboard.press("s")
    expect(page.locator("[data-queue-row]")).to_have_count(0)
    assert states(first, second) == [State.SIGNED, State.SIGNED]

    page.goto("/queue/?show=working")
    shown(page, second)  # the place is kept from one list to the other
    page.keyboard.press("k")
    for incident in (first, second):
        shown(page, incident)
        page.keyboard.press("f")
        expect(page.locator("#id_finish_note")).to_be_focused()
        page.keyboard.insert_text("已清运并消杀，现场恢复整洁。")
        tab_to(page, SUBMIT)
        page.keyboard.press("Enter")
        expect(page.locator(f"[data-id='{incident.number}']")).to_have_count(0)
    assert states(first, second) == [State.CALLBACK, State.CALLBACK]


def test_j_and_k_move_and_the_panel_follows(scene: Scene, open_page: Callable[..., Page]) -> None:
    first, second, third = (to_department(scene, code) for code in ("0202", "0101", "0302"))
    page = open_page(scene.officer, "/queue/")
    shown(page, first)
    page.keyboard.press("j")
    shown(page, second)
    page.keyboard.press("j")
    shown(page, third)
    page.keyboard.press("k")
    shown(page, second)
    page.keyboard.press("s")
    shown(page, third)
    assert states(first, second, third) == [State.DISPATCHED, State.SIGNED, State.DISPATCHED]


def test_x_picks_and_b_signs_after_a_summary(scene: Scene, open_page: Callable[..., Page]) -> None:
    first, second = to_department(scene, "0202"), to_department(scene, "0302")
    page = open_page(scene.officer, "/queue/?show=to_sign")
    shown(page, first)
    page.keyboard.press("x")
    page.keyboard.press("j")
    shown(page, second)
    page.keyboard.press("x")
    page.keyboard.press("b")
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text(first.number)
    expect(dialog).to_contain_text(second.number)
    tab_to(page, "document.activeElement?.matches('[data-confirm-yes]')")
    page.keyboard.press("Enter")
    expect(page.locator("[data-queue-row]")).to_have_count(0)
    assert states(first, second) == [State.SIGNED, State.SIGNED]


def test_the_whole_answer_to_a_whistle_by_letters(scene: Scene, open_page: Callable[..., Page]) -> None:
    incident = whistled(scene)
    page = open_page(scene.officer, "/queue/?show=answer")
    shown(page, incident)
    page.keyboard.press("s")
    expect(page.locator("#act-whistle_sign")).to_have_count(0)
    shown(page, incident)
    page.keyboard.press("i")
    tab_to(page, SUBMIT)
    page.keyboard.press("Enter")
    expect(page.locator("#act-whistle_report_in")).to_have_count(0)
    answer = incident.whistles.get().responses.get(department=scene.department)
    assert answer.signed_at is not None
    assert answer.reported_in_at is not None


def test_the_second_press_is_told_who_was_faster(scene: Scene, open_page: Callable[..., Page]) -> None:
    incident = to_department(scene)
    page = open_page(scene.second_officer, "/queue/")
    shown(page, incident)
    do(scene.officer, incident, Verb.SIGN)
    page.keyboard.press("s")
    expect(page.locator("#panel [role=alert]")).to_contain_text(scene.officer.full_name)


def test_the_question_mark_lists_the_letters(scene: Scene, open_page: Callable[..., Page]) -> None:
    incident = to_department(scene)
    page = open_page(scene.officer, "/queue/")
    shown(page, incident)
    page.keyboard.press("?")
    expect(page.locator("#key-help")).to_be_visible()
    expect(page.locator("[data-key-list]")).to_contain_text("j")
    page.keyboard.press("Escape")
    expect(page.locator("#key-help")).to_be_hidden()
