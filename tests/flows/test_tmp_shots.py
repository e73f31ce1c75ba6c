from tests.flows.test_visits import *
from tests.flows.test_visits import told_later

del (
    test_an_ordinary_visit_takes_three_taps,
    test_what_was_not_sent_comes_back_with_the_tab_and_is_saved_once,
    test_the_pages_are_accessible,
)


def test_shots(city, open_page):
    household = told_later(city).household_id
    looks = [
        ("grid_worker", "/residents/visits/today/", "route"),
        ("grid_worker", f"/residents/visits/{household}/", "visit"),
        ("community_staff", "/residents/needs/?state=all", "needs"),
        ("city_grid_office", "/residents/visits/coverage/", "coverage"),
        ("community_staff", "/residents/visits/households/?seen=no", "households"),
        ("community_staff", f"/residents/households/{household}/", "file"),
    ]
    for who, path, name in looks:
        for tag, size in (("d", DESKTOP), ("p", PHONE)):
            page = open_page(city[who], path, size)
            page.locator("#main").wait_for()
            if name == "visit" and tag == "p":
                page.screenshot(path=f"/tmp/v_shot_{name}0_{tag}.png", full_page=True)
                page.get_by_text("不认可", exact=True).click()
                page.get_by_text("住户有需求").click()
                page.locator(".need").first.get_by_text("问题", exact=True).click()
            page.screenshot(path=f"/tmp/v_shot_{name}_{tag}.png", full_page=True)
            page.context.close()
