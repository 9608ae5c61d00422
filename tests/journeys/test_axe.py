"""Every kind of page, as axe reads it (WCAG 2.0-2.2 A and AA, good practice): nothing to say, light and dark, desk and phone."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE, WIDE, Visit
from .test_a_deal import press_main

# The journey and the sweeps over pages run on both databases; what a page is made of does not depend on them.
pytestmark = pytest.mark.only_on("sqlite", "the same pages; it takes two minutes")

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
COLOURS = {**OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""A page that has been looked at whole is the same in the other theme but for its colours."""
WAYS = [(theme, size) for size in (WIDE, PHONE) for theme in ("light", "dark")]
FILE = "name;phone\nЛодочная станция;нет\nДва весла;8 (495) 787-40-08\n"

AXE = "([without, options]) => axe.run(without ? {exclude: [without]} : document, options)"
SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
ALIKE = ("tbody > tr", ".lane-list > .kcard", ".hists > .hist", ".tl > li")
"""What repeats on a page; the first of them tell what all would."""
TOLD = 8

Violations = list[tuple[str, str, str, str, list[str]]]


def look_at(tab: Page, ways: list[tuple[str, Any]] | None = None, without: str = "") -> Violations:
    """What axe says of the page as it stands, in every theme and width; `without` what was looked at elsewhere."""
    found: Violations = []
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(SOURCE)
    last = None
    for theme, size in ways or WAYS:
        options = COLOURS if size == last else OPTIONS
        last = size
        tab.set_viewport_size(size)
        tab.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
        said = tab.evaluate(AXE, [without, options])["violations"]
        where = (tab.url.split("/", 3)[3], theme, str(size["width"]))
        found += [(*where, each["id"], [node["html"][:160] for node in each["nodes"]]) for each in said]
    tab.set_viewport_size(WIDE)
    return found


def told(found: Violations) -> str:
    """One line a violation: the page, the way it was looked at, the rule, the first of its places."""
    return "".join(
        f"/{page} {theme} {width}: {rule}: {places[:4]}\n" for page, theme, width, rule, places in found
    )


def looked(tab: Page, *addresses: str) -> Violations:
    found: Violations = []
    for address in addresses:
        tab.goto(address)
        shorten(tab)
        found += look_at(tab)
    return found


def shorten(tab: Page) -> None:
    """Leave a few of what repeats: axe takes as long as a page has elements."""
    tab.evaluate(
        """([kinds, left]) => kinds.forEach(kind => {
            const parents = new Set([...document.querySelectorAll(kind)].map(one => one.parentElement));
            parents.forEach(parent => [...parent.querySelectorAll(`:scope > ${kind.split(" > ")[1]}`)].slice(left).forEach(one => one.remove()));
        })""",
        [ALIKE, TOLD],
    )


@pytest.fixture
def admin(visit: Visit) -> Page:
    return visit("admin")


def first_card(tab: Page, path: str) -> str:
    tab.goto(path)
    address: str = tab.locator("td.name a").first.evaluate("link => link.href")
    return address


def test_the_door_and_what_went_wrong(visit: Visit) -> None:
    tab = visit("")
    assert told(look_at(tab)) == ""
    tab.fill("#login", "nobody")
    tab.fill("#password", "wrong")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("alert")).to_be_visible()
    assert told(look_at(tab)) == ""
    tab.route("**/boom", lambda route: route.fulfill(status=500, body=broken(), content_type="text/html"))
    assert told(looked(tab, "/boom", "/offline")) == ""


def broken() -> str:
    """The page of a fault: a healthy server has no address that shows it."""
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from artel.web.pages import errors

    request = RequestFactory().get("/boom")
    request.user = AnonymousUser()
    request.actor = None  # type: ignore[attr-defined]
    return errors.broken(request).content.decode()


def test_pages_of_the_person(admin: Page) -> None:
    pages = (
        "/",
        "/settings",
        "/settings/personal",
        "/settings/as",
        "/settings/start-pages",
        "/settings/house",
        "/settings/views",
        "/settings/password",
        "/keys",
        "/more",
        "/search?q=ро",
        "/search?q=zzzz",
        "/nothing",
    )
    assert told(looked(admin, *pages)) == ""


def test_what_is_closed_to_the_person(visit: Visit) -> None:
    tab = visit("marketer")
    assert tab.goto("/partners/new").status == 403  # type: ignore[union-attr]
    assert told(look_at(tab)) == ""


def test_every_list_and_form(admin: Page) -> None:
    """Each in one way in turn: they are one kind of page; a list and a form of every kind of field in all ways below."""
    from artel.screens import registry

    found: Violations = []
    for number, entity in enumerate(sorted(registry.all_entities(), key=lambda one: one.path)):
        pages = [f"/{entity.path}"] + ([f"/{entity.path}/new"] if entity.create else [])
        for address in pages:
            answer = admin.goto(address)
            if answer and answer.status == 200:
                shorten(admin)
                found += look_at(admin, [WAYS[number % len(WAYS)]], without=".rail")
    assert told(found) == ""


def test_lists_cards_and_forms(admin: Page) -> None:
    found = looked(
        admin, "/deals", "/partners?q=ро", "/deals?q=zzzz", "/partners/new", "/deals/new", "/deals?look=board"
    )
    for path in ("/deals?status=in_work", "/partners"):
        card = first_card(admin, path)
        bare = card.split("?")[0]
        found += looked(admin, card, f"{bare}/history", f"{bare}/edit")
    assert told(found) == ""


def test_dialogs(admin: Page) -> None:
    card = first_card(admin, "/deals?status=in_work").split("?")[0]
    found = looked(admin, f"{card}/act/lose_deal", f"{card}/act/add_participant")
    admin.goto(card)
    admin.locator(".rec-head a[href*='/act/lose_deal'][data-htmx-powered]").click()
    expect(admin.locator("dialog[open] h2")).to_be_visible()
    found += look_at(admin)
    press_main(admin)
    expect(admin.locator("dialog[open] [role=alert], dialog[open] .field-note.bad").first).to_be_visible()
    found += look_at(admin)
    admin.goto(f"{card}/history")
    admin.locator(".hist a[href*='/undo/'][data-htmx-powered]").first.click()
    expect(admin.locator("dialog[open] h2")).to_be_visible()
    assert told(found + look_at(admin)) == ""


def test_an_import_from_the_file_to_its_result(admin: Page, tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_text(FILE)
    found = looked(admin, "/partners/import")
    admin.set_input_files("#f-file", path)
    admin.keyboard.press("Control+s")
    expect(admin.locator("table.imp")).to_be_visible()
    found += look_at(admin)
    admin.locator("button[value=check]").click()
    expect(admin.locator(".equation")).to_be_visible(timeout=60_000)
    admin.locator("#checked .seg a").last.click()
    expect(admin.locator("table.imp tbody tr")).to_have_count(1)
    admin.locator("td[data-place='1']").click()
    expect(admin.locator("td.open input")).to_be_focused()
    found += look_at(admin)
    admin.locator("td.open input").fill("8 (495) 787-40-09")
    admin.keyboard.press("Enter")
    expect(admin.locator("td.mended")).to_have_count(1)
    found += look_at(admin)
    with admin.expect_navigation():
        admin.keyboard.press("Control+Enter")
    expect(admin.locator(".equation")).to_be_visible(timeout=60_000)
    found += look_at(admin)
    undo = admin.locator("a[href^='/undo/']").first.get_attribute("href")
    assert told(found + looked(admin, f"{undo}/stays")) == ""


def test_reports_and_the_rows_behind_a_number(admin: Page) -> None:
    from artel.reports.registry import all_reports

    found = looked(admin, "/reports", *(f"/reports/{each.name}" for each in all_reports()))
    admin.goto("/reports/sales-funnel?level=2")
    admin.locator("button.drill[data-htmx-powered]").first.click()
    expect(admin.locator("#drill a").first).to_be_visible()
    assert told(found + look_at(admin)) == ""
