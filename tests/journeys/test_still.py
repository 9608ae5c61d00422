"""Nothing on a page moves by itself: what was painted stays where it is, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .conftest import PHONE, WIDE, Visit
from .test_axe import first_card

pytestmark = pytest.mark.only_on("postgres", "the same pages")

# The browser sums what moved and how far (layout shift); what answers a key or a click does not count.
WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries())
    if (!one.hadRecentInput) window.moved.push(`${one.value.toFixed(4)} ${one.sources.map((each) => each.node?.outerHTML?.slice(0, 80)).join(" | ")}`);
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED = "() => new Promise((done) => requestIdleCallback(() => setTimeout(() => done(window.moved), 150)))"


def moved(tab: Page, *addresses: str) -> list[str]:
    found = []
    for size in (WIDE, PHONE):
        tab.set_viewport_size(size)
        for address in addresses:
            tab.goto(address)
            found += [f"{address} {size['width']}: {each}" for each in tab.evaluate(SETTLED)]
    return found


@pytest.fixture
def tab(visit: Visit) -> Page:
    made = visit("admin")
    made.add_init_script(WATCH)
    return made


def test_pages_stand_still(tab: Page) -> None:
    pages = (
        "/",
        "/settings",
        "/settings/personal",
        "/settings/house",
        "/keys",
        "/more",
        "/search?q=ро",
        "/reports",
        "/reports/sales-funnel",
        "/partners/import",
    )
    assert moved(tab, *pages) == []


def test_lists_boards_cards_and_forms_stand_still(tab: Page) -> None:
    pages = ["/deals", "/deals?look=board", "/partners?q=ро", "/partners/new", "/deals/new", "/interactions"]
    for path in ("/deals?status=in_work", "/partners", "/interactions"):
        card = first_card(tab, path).split("?")[0]
        pages += [card, f"{card}/history", f"{card}/edit"]
    assert moved(tab, *pages) == []


@pytest.mark.parametrize("comes", [True, False])
def test_the_rows_below_the_window_are_there_whether_scripts_come_or_not(
    browser: Browser, visit: Visit, comes: bool
) -> None:
    seen = visit("admin")
    context = browser.new_context(
        viewport=WIDE, base_url=seen.url, storage_state=seen.context.storage_state()
    )
    tab = context.new_page()
    if not comes:
        tab.route("**/main-*.js", lambda route: route.abort())
    tab.goto("/deals")
    rows = tab.locator("table.list > tbody > tr")
    assert rows.count() > 35
    expect(rows.last).to_be_visible()
    expect(tab.locator("html[data-waking]")).to_have_count(0)
    if comes:
        tab.wait_for_function("window.htmx")
    context.close()


def test_what_is_pressed_before_the_scripts_wake_up_is_done_then(tab: Page) -> None:
    held: list[Route] = []
    tab.route("**/main-*.js", lambda route: [held.append(route)])
    tab.goto("/deals", wait_until="commit")
    expect(tab.locator("table.list > tbody > tr").nth(1)).to_be_visible()
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    tab.get_by_role("button", name="Настроить список").click()
    expect(tab.locator("tr.cur, #list-settings:not([hidden])")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(tab.locator("table.list > tbody > tr").nth(1)).to_have_class("cur")
    expect(tab.locator("#list-settings")).to_be_visible()
