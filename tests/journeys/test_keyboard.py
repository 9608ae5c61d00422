"""A salesman's morning by keys alone: in, find a client, look at it, begin a deal, move it, write a note, take it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Demo, Visit
from .test_a_deal import KIND, SCRIPTED, STAGES, choose_by_keys, language, say, shipped, tab_to

pytestmark = pytest.mark.only_on("sqlite", "pages and scripts are the same; their acts are tested on both")

__all__ = ["language", "say"]

CLIENT = "Эллинг на мысу"

Say = Callable[[str], str]


@pytest.fixture(scope="module")
def client(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A client of the manager, from a file."""
    path = tmp_path_factory.mktemp("files") / "partners.csv"
    path.write_text(f"name,is_client,manager\n{CLIENT},1,manager\n")
    assert demo.run("import", "partners", str(path))["refused"] == 0


def sign_in(tab: Page, demo: Demo) -> None:
    expect(tab.locator("#login")).to_be_focused()
    tab.keyboard.type("manager")
    tab.keyboard.press("Tab")
    tab.keyboard.type(demo.passwords["manager"])
    tab.keyboard.press("Enter")
    expect(tab.locator("command-palette")).to_be_attached()


def palette(tab: Page, words: str) -> Locator:
    """Open it and type; answers the option that Enter would take."""
    tab.keyboard.press("Control+k")
    expect(tab.locator("dialog.palette input")).to_be_focused()
    tab.keyboard.type(words)
    return tab.locator("dialog.palette [role=option][aria-selected=true]")


def test_a_morning_without_a_mouse(visit: Visit, demo: Demo, client: None, language: str, say: Say) -> None:
    name = {"ru": "Парус к весне", "en": "Sail for spring"}[language]
    first, second = (shipped(STAGES[one], language) for one in ("first", "second"))
    tab = visit("", language)
    sign_in(tab, demo)
    look_at_the_client(tab, say)
    begin_a_deal(tab, name, say)
    move(tab, second, say)
    expect(tab.locator(".route li.done")).to_contain_text([first])
    write_a_note(tab, say)
    take_back(tab, say)
    find_it_again(tab, name, say)


def look_at_the_client(tab: Page, say: Say) -> None:
    tab.keyboard.press("g")
    tab.keyboard.press("p")
    expect(tab.locator("h1")).to_have_text(say("Partners"))
    tab.keyboard.press("/")
    tab.keyboard.type("эллинг")
    expect(tab.locator("td.name a")).to_have_text([CLIENT])
    tab.keyboard.press("Escape")
    tab.keyboard.press("j")
    tab.keyboard.press("Space")
    expect(tab.locator("row-preview h2")).to_have_text(CLIENT)
    tab.keyboard.press("b")
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("row-preview .pop .mi:focus")).to_have_text(say("Deal"))
    tab.keyboard.press("Escape")


def begin_a_deal(tab: Page, name: str, say: Say) -> None:
    """From the palette: the client is found, Tab shows what can be done with it."""
    expect(palette(tab, "'kkbyu vsc")).to_contain_text(CLIENT)  # «эллинг мыс» in the other layout
    tab.keyboard.press("Tab")
    expect(tab.locator("dialog.palette input")).to_have_attribute("placeholder", CLIENT)
    tab.keyboard.type(say("Deal")[:4])
    expect(tab.locator("dialog.palette [role=option][aria-selected=true]")).to_contain_text(say("Deal"))
    tab.keyboard.press("Enter")
    expect(tab.locator("#f-name")).to_be_focused()
    tab.keyboard.type(name)
    tab_to(tab, "#f-kind-ts-control")
    choose_by_keys(tab, KIND)
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".rec-head .title")).to_contain_text(name)
    expect(tab.locator(".facts").first).to_contain_text(CLIENT)


def move(tab: Page, stage: str, say: Say) -> None:
    """The act that the card offers, chosen in the palette."""
    expect(palette(tab, say("Move to a stage"))).to_contain_text(say("Move to a stage"))
    tab.keyboard.press("Enter")
    expect(tab.locator("#f-stage-ts-control")).to_be_focused()
    choose_by_keys(tab, stage)
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".route [aria-current=step]")).to_contain_text(stage)


def write_a_note(tab: Page, say: Say) -> None:
    tab.keyboard.press("n")
    expect(tab.locator("#composer textarea")).to_be_focused()
    tab.keyboard.type("Паруса сшиты")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".tl")).to_contain_text("Паруса сшиты")


def take_back(tab: Page, say: Say) -> None:
    """Typing is nobody's but the field's: Ctrl Z undoes the act when no field has the focus."""
    expect(tab.locator("toast-note [data-key='ctrl+z']")).to_be_visible()
    tab.keyboard.press("Escape")
    with tab.expect_navigation():
        tab.keyboard.press("Control+z")
    expect(tab.locator(f"#star{SCRIPTED}")).to_be_attached()
    expect(tab.locator(".tl .said", has_text="Паруса сшиты")).to_have_count(0)


def find_it_again(tab: Page, name: str, say: Say) -> None:
    """Among the recent ones, without typing; the star keeps it."""
    tab.keyboard.press("s")
    expect(tab.locator(".star")).to_have_attribute("aria-pressed", "true")
    tab.wait_for_timeout(1200)  # so long a card is looked at before it counts as opened
    tab.keyboard.press("g")
    tab.keyboard.press("o")
    expect(tab.locator("main a", has_text=name)).to_be_visible()
    tab.keyboard.press("g")
    tab.keyboard.press("f")
    expect(tab.locator("main a", has_text=name)).to_be_visible()
    tab.keyboard.press("Control+k")
    expect(tab.locator("dialog.palette [role=option]", has_text=name).first).to_be_visible()


def test_nothing_is_said_of_the_palette_the_preview_and_the_pages_of_ones_own(
    visit: Visit, client: None
) -> None:
    from .test_axe import look_at, told

    tab = visit("manager", "ru")
    tab.goto("/partners")
    expect(tab.locator("[data-htmx-powered]").first).to_be_attached()
    tab.keyboard.press("j")
    tab.keyboard.press("Space")
    expect(tab.locator("row-preview h2")).to_be_visible()
    found = look_at(tab)
    tab.keyboard.press("s")
    expect(tab.locator(".star")).to_have_attribute("aria-pressed", "true")
    palette(tab, "эллинг")
    expect(tab.locator("dialog.palette mark").first).to_be_visible()
    found += look_at(tab)
    for address in ("/opened", "/favourites", "/search?q=эллинг", "/search?q=zzzz"):
        tab.goto(address)
        found += look_at(tab)
    assert told(found) == ""


def test_single_keys_are_silent_where_somebody_types_and_when_they_are_switched_off(
    visit: Visit, client: None
) -> None:
    tab = visit("head", "ru")
    tab.goto("/partners")
    expect(tab.locator("[data-htmx-powered]").first).to_be_attached()
    tab.keyboard.press("/")
    tab.keyboard.type("gd")
    expect(tab.locator("#find")).to_have_value("gd")
    tab.goto("/settings/personal")
    tab.locator("[name=single_keys]").uncheck()
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("body")).to_have_attribute("data-keys", "off")
    tab.goto("/partners")
    expect(tab.locator("[data-htmx-powered]").first).to_be_attached()
    tab.keyboard.press("j")
    tab.keyboard.press("?")
    expect(tab.locator("tr.cur")).to_have_count(0)
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("tr.cur")).to_have_count(1)
    expect(tab.locator("dialog[open]")).to_have_count(0)
    tab.keyboard.press("Control+k")
    expect(tab.locator("dialog.palette input")).to_be_focused()
