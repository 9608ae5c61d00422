"""In a real Chromium, under the strict policy: keys, find as you type, drafts, references, dialogs."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect, sync_playwright

from artel.kernel.models import Token
from artel.web.assets import BUILT

from .toys import PASSWORD, token

CHROMIUM = os.environ.get("ARTEL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.only_on("sqlite", "toy pages under scripts: what they are made of is the same"),
]


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "no Chromium on this machine: apt-get install chromium, or set ARTEL_CHROMIUM"
    if not (BUILT / "manifest.json").exists():
        pytest.fail("the islands are not built: npm ci && npm run build")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # Playwright keeps a loop in this thread; the tests read the base between clicks
    )
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(browser, live_server, alice):
    """Open pages as alice; whatever the console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(path, *, theme="light", language="en", viewport=None):
        context = browser.new_context(viewport=viewport or WIDE, base_url=live_server.url)
        contexts.append(context)
        look = f"theme={theme}&density=dense&single_keys=on"
        context.add_cookies([{"name": "artel_look", "value": look, "url": live_server.url}])
        tab = context.new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        tab.goto("/sign-in")
        tab.fill("#login", "alice")
        tab.fill("#password", PASSWORD)
        tab.keyboard.press("Enter")
        expect(tab.locator(".rail")).to_be_attached()
        tab.goto(path)
        expect(
            tab.locator("[data-htmx-powered]").first
        ).to_be_attached()  # no person is faster than the scripts
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_list_under_the_keyboard(visit, alice):
    for name in "abc":
        token(alice, name)
    tab = visit("/toy-tokens")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    expect(tab.locator("tr.cur td.name")).to_have_text("b")
    tab.keyboard.press("x")
    expect(tab.locator("[data-selected-count]")).to_have_text("1")
    expect(tab.locator(".bulkbar")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator(".bulkbar")).to_be_hidden()
    tab.keyboard.press("f")
    expect(tab.locator(".pop.filters")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator(".pop.filters")).to_be_hidden()
    tab.keyboard.press("?")
    expect(tab.locator("dialog[open] h2")).to_have_text("Keys")
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog[open]")).to_have_count(0)
    tab.keyboard.press("k")
    tab.keyboard.press("Enter")
    expect(tab.locator(".rec-head .title")).to_contain_text("a (")


def test_filters_and_settings_come_when_they_are_opened_and_again_after_a_failure(visit, alice):
    token(alice, "one")
    tab = visit("/toy-tokens")
    tab.route("**/toy-tokens/filters?*", lambda route: route.abort())
    tab.keyboard.press("f")
    expect(tab.locator(".toast-u.bad, toast-note").first).to_contain_text("No connection")
    expect(tab.locator(".pop.filters .mi").first).to_be_visible()
    tab.keyboard.press("Escape")
    tab.unroute("**/toy-tokens/filters?*")
    tab.keyboard.press("f")
    expect(tab.locator(".pop.filters details > summary").first).to_be_visible()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(tab.locator(".pop.filters .filter-form:visible")).to_have_count(1)
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Set up the list").click()
    expect(tab.locator("#set-columns input[name=column]").first).to_be_visible()
    assert tab.evaluate("document.querySelector('#list-settings').contains(document.activeElement)")
    tab.locator("#list-settings [data-toggle]").click()
    tab.keyboard.press("j")
    tab.keyboard.press("e")
    expect(tab).to_have_url(re.compile("/toy-tokens/[0-9a-f-]+/edit$"))


def test_on_a_phone_the_settings_of_a_list_lie_over_it(visit, alice):
    token(alice, "one")
    tab = visit("/toy-tokens", viewport=PHONE)
    tab.get_by_role("button", name="Set up the list").click()
    expect(tab.locator("#set-columns input[name=column]").first).to_be_in_viewport()
    expect(tab.get_by_role("button", name="Done")).to_be_in_viewport()
    tab.locator("#list-settings [data-toggle]").click()
    expect(tab.locator("#list-settings")).to_be_hidden()
    expect(tab.locator("td.name")).to_be_visible()


def test_finding_as_you_type_keeps_the_words_and_the_address(visit, bob):
    tab = visit("/toy-users")
    expect(tab.locator("td.name")).to_have_count(2)
    tab.keyboard.press("/")
    tab.keyboard.type("alic")
    expect(tab.locator("td.name")).to_have_text(["Alice Lee"])
    expect(tab).to_have_url(re.compile("q=alic"))
    tab.keyboard.type("xyz")
    expect(tab.locator(".still h2")).to_have_text("Nothing here with these filters")
    expect(tab.locator("#find")).to_have_value("alicxyz")


def test_what_was_typed_survives_a_reload_and_goes_when_it_is_saved(visit):
    tab = visit("/toy-tokens/new")
    tab.fill("#f-name", "half a name")
    tab.click("#f-user-ts-control")
    tab.keyboard.type("lee")
    expect(tab.locator(".ts-dropdown .option")).to_contain_text(["Alice Lee"])
    tab.keyboard.press("Enter")
    tab.reload()
    expect(tab.locator("#f-name")).to_have_value("half a name")
    expect(tab.locator(".ts-control .item")).to_have_text("Alice Lee")
    expect(tab.get_by_text("Restored what you typed")).to_be_visible()
    tab.fill("#f-expires_at", "never")
    tab.keyboard.press("Control+s")
    expect(tab.locator("#e-expires_at")).to_be_visible()
    expect(tab.locator("#f-name")).to_have_value("half a name")
    expect(tab.locator(".ts-control .item")).to_have_text("Alice Lee")
    tab.fill("#f-expires_at", "1.2.2027")
    tab.keyboard.press("Control+s")
    expect(tab.locator(".rec-head .title")).to_contain_text("half a name")
    expect(tab.locator("toast-note")).to_contain_text("Saved")
    assert Token.objects.get().expires_at is not None
    tab.goto("/toy-tokens/new")
    expect(tab.locator("#f-name")).to_have_value("")


def test_an_act_asks_in_a_dialog_and_says_why_not(visit, alice):
    one = token(alice, "one")
    tab = visit(f"/toy-tokens/{one.pk}")
    tab.get_by_role("link", name="Revoke…").click()
    expect(tab.locator("#f-why")).to_be_focused()
    tab.keyboard.type("lost")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("dialog .callout")).to_contain_text("Say first when it ends.")
    expect(tab.locator("#f-why")).to_have_value("lost")
    tab.fill("#f-expires_at", "2026-12-31")
    tab.get_by_role("button", name="Revoke").click()
    expect(tab.locator(".rec-head .title")).to_contain_text("lost")


def test_the_theme_turns_at_once_and_is_kept(visit):
    tab = visit("/toy-groups")
    with tab.expect_response("**/settings/theme"):
        tab.get_by_role("button", name="Light or dark").click()
    expect(tab.locator("html")).to_have_attribute("data-bs-theme", "dark")
    tab.reload()
    expect(tab.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_bulk_bar_offers_what_makes_sense_for_the_chosen(visit, alice):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    token(alice, "dead", revoked_at=now)
    token(alice, "live", expires_at=now)
    tab = visit("/toy-tokens")
    button = tab.locator("[data-act=revoke_toy]")
    tab.locator("tbody td.chk input").nth(0).check()
    expect(button).to_be_hidden()
    tab.locator("tbody td.chk input").nth(1).check()
    expect(button).to_be_visible()
    button.click()
    tab.fill("#f-why", "old")
    tab.get_by_role("button", name="Revoke").last.click()
    expect(tab.locator("dialog .why")).to_contain_text("It is revoked already.")


def test_what_was_typed_into_an_act_survives_an_expired_session(visit, alice):
    one = token(alice, "one", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    tab = visit(f"/toy-tokens/{one.pk}")
    tab.get_by_role("link", name="Revoke…").click()
    tab.fill("#f-why", "a long story")
    tab.context.clear_cookies(name="sessionid")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#login")).to_be_visible()
    tab.fill("#login", "alice")
    tab.fill("#password", PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.locator(".rec-head .title")).to_contain_text("one")
    tab.get_by_role("link", name="Revoke…").click()
    expect(tab.locator("#f-why")).to_have_value("a long story")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".rec-head .title")).to_contain_text("a long story")
    assert tab.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('artel-draft'))") == []


def test_what_was_typed_into_a_form_survives_an_expired_session_and_the_way_back(visit):
    tab = visit("/toy-groups/new")
    tab.fill("#f-name", "Wholesale of the North")
    tab.goto("/toy-groups")
    tab.go_back()
    expect(tab.locator("#f-name")).to_have_value("Wholesale of the North")
    tab.context.clear_cookies(name="sessionid")
    tab.keyboard.press("Control+s")
    tab.fill("#login", "alice")
    tab.fill("#password", PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.locator("#f-name")).to_have_value("Wholesale of the North")
    tab.keyboard.press("Control+s")
    expect(tab.locator(".rec-head .title")).to_contain_text("Wholesale of the North")


def test_a_card_explains_who_sees_it(visit, alice, bob):
    one = token(alice, "one")
    tab = visit(f"/toy-tokens/{one.pk}")
    tab.get_by_label("More acts").click()
    tab.get_by_text("Why do I see this?").click()
    expect(tab.locator("dialog .callout")).to_contain_text("Visible")
    expect(tab.locator("details.menu[open]")).to_have_count(0)
    tab.click("dialog .ts-control")
    # Nobody types before the list stands.
    expect(tab.locator("dialog .ts-dropdown .option").first).to_be_visible()
    tab.keyboard.type("reed")
    expect(tab.locator("dialog .ts-dropdown .option.active")).to_contain_text("Bob Reed")
    expect(tab.locator("dialog .ts-control .item")).to_be_hidden()
    tab.keyboard.press("Enter")
    expect(tab.locator("dialog .ts-control .item")).to_have_text("Bob Reed")
    tab.get_by_role("button", name="Explain").click()
    expect(tab.locator("dialog .callout")).to_contain_text("Not visible")


def first_choice(tab):
    return tab.locator("dialog.palette [role=option][aria-selected=true]")


def test_the_palette_opens_without_the_server_and_says_when_it_does_not_answer(visit):
    tab = visit("/toy-groups")
    tab.route("**/palette*", lambda route: route.abort())
    tab.route("**/palette/find*", lambda route: route.fulfill(status=500))
    tab.keyboard.press("Control+k")
    expect(tab.locator("dialog.palette input")).to_be_focused()
    expect(tab.locator("dialog.palette [role=option]").first).to_be_visible()  # the acts of the page itself
    tab.keyboard.type("retail")
    expect(tab.locator("dialog.palette [role=status]")).not_to_be_empty()
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog.palette")).to_be_hidden()


def test_a_late_answer_of_the_palette_is_dropped(visit, alice):
    def answer(route):
        words = route.request.url.rsplit("=", 1)[1]
        if words == "first":
            tab.wait_for_timeout(600)
        item = {"label": f"Found by {words}", "href": f"/{words}", "note": "", "icon": "key"}
        route.fulfill(json={"items": [item]})

    tab = visit("/toy-groups")
    tab.route("**/palette/find*", answer)
    tab.keyboard.press("Control+k")
    tab.keyboard.type("first")
    tab.wait_for_timeout(200)
    tab.locator("dialog.palette input").fill("second")
    expect(tab.locator("dialog.palette [role=option]", has_text="Found by second")).to_be_visible()
    tab.wait_for_timeout(700)
    expect(tab.locator("dialog.palette [role=option]", has_text="Found by first")).to_have_count(0)


def test_enter_waits_for_what_is_about_to_be_found(visit, alice):
    tab = visit("/toy-groups")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("alice lee")
    tab.keyboard.press("Enter")
    expect(tab.locator(".rec-head .title")).to_contain_text("Alice Lee")


def test_a_list_is_found_as_it_was_left(visit, alice):
    for name in "abc":
        token(alice, name)
    tab = visit("/toy-tokens")
    for key in ("j", "x", "j", "x", "Space", "Enter"):
        tab.keyboard.press(key)
    expect(tab.locator(".rec-head .title")).to_contain_text("b")
    tab.go_back()
    expect(tab.locator("tr.cur td.name")).to_have_text("b")
    expect(tab.locator("td.chk input:checked")).to_have_count(2)
    expect(tab.locator("row-preview h2")).to_contain_text("b")
    tab.keyboard.press("k")
    expect(tab.locator("row-preview h2")).to_contain_text("a")
    tab.keyboard.press("Escape")
    expect(tab.locator("row-preview")).to_be_hidden()
    expect(tab.locator("td.chk input:checked")).to_have_count(2)
