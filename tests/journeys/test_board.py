"""Deals on the board: by the mouse, by the keyboard, from the menu; what is refused comes back with what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from .conftest import PHONE, Demo, Visit
from .test_axe import look_at, told

pytestmark = pytest.mark.only_on("postgres", "pages and scripts are the same; their acts are tested on both")

KIND, CLIENT = "Продажа по этапам", "Верфь у причала"
WORDS = {
    "ru": ("Якорь", "Первичный контакт", "Квалификация клиента", "Презентация", "Высокая цена"),
    "en": ("Anchor", "First contact", "Client qualification", "Presentation", "Высокая цена"),
}


@pytest.fixture(scope="package")
def anchored(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("board")
    deals = "name,client,kind,responsible,potential\n"
    deals += "".join(f"{words[0]},{CLIENT},{KIND},manager,1000\n" for words in WORDS.values())
    for entity, text in (
        ("partners", f"name,is_client,manager\n{CLIENT},1,manager\n"),
        ("deals", deals),
    ):
        path: Path = folder / f"{entity}.csv"
        path.write_text(text)
        assert demo.run("import", entity, str(path))["refused"] == 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_deal_goes_over_the_board(visit: Visit, anchored: None, language: str) -> None:
    name, first, second, _third, reason = WORDS[language]

    tab = visit("manager", language)
    tab.goto("/deals?look=board")
    tab.locator(".boardbar summary").first.click()
    tab.locator(".boardbar .pop a", has_text=KIND).click()
    expect(tab.locator(".boardbar summary").first).to_contain_text(KIND)

    expect(lane(tab, first).locator(".kcard", has_text=name)).to_be_visible()
    by_mouse(tab, name, second)
    expect(lane(tab, second).locator(".kcard", has_text=name)).not_to_have_class("saving")
    expect(tab.locator("#toasts form button")).to_be_visible()

    by_mouse(tab, name, "lost")  # a reason is missing: the card is back, the dialog asks
    dialog = tab.locator("#dialog")
    expect(dialog.locator("[name=loss_reason]")).to_have_count(1)
    expect(lane(tab, second).locator(".kcard.refused", has_text=name)).to_be_visible()
    choose(tab, dialog, reason)
    dialog.locator("button[type=submit]").click()
    expect(lane(tab, "lost").locator(".kcard", has_text=name)).to_be_visible()

    by_keyboard(tab, name, back=language == "ru")
    with override(language):
        expect(tab.locator("#toasts")).to_contain_text(gettext("The deal is in work."))
    tab.locator("#toasts form button").click()
    expect(lane(tab, "lost").locator(".kcard", has_text=name)).to_be_visible()

    folds_and_unfolds(tab, second, name)

    from_the_menu(tab, name, second)
    expect(lane(tab, second).locator(".kcard", has_text=name)).to_be_visible()
    tab.set_viewport_size(PHONE)
    expect(card(tab, name)).to_be_visible()


def lane(tab: Page, name: str) -> Locator:
    return tab.locator(f'.lane[data-lane="{name}"], .lane[aria-label="{name}"]')


def card(tab: Page, name: str) -> Locator:
    return tab.locator(".kcard", has_text=name)


def by_mouse(tab: Page, name: str, to: str) -> None:
    card(tab, name).scroll_into_view_if_needed()
    start = card(tab, name).bounding_box()
    assert start
    tab.mouse.move(start["x"] + 30, start["y"] + 50)
    tab.mouse.down()
    tab.mouse.move(start["x"] + 60, start["y"] + 60, steps=3)
    expect(tab.locator(".kcard.ghost")).to_be_visible()
    for _step in range(60):  # at the edge the board scrolls by itself
        end = lane(tab, to).bounding_box()
        assert end
        if end["x"] + 60 < 1400:
            break
        tab.mouse.move(1430, end["y"] + 150 + _step % 2)
    tab.mouse.move(end["x"] + 60, end["y"] + 160, steps=5)
    expect(lane(tab, to)).to_have_class("lane over")
    tab.mouse.up()


def by_keyboard(tab: Page, name: str, *, back: bool) -> None:
    """From Lost two lanes back; given back once before."""
    one = card(tab, name)
    one.focus()
    tab.keyboard.press("Space")
    expect(tab.locator("board-lanes [data-said]")).to_contain_text(name)
    tab.keyboard.press("ArrowLeft")
    if back:
        tab.keyboard.press("Escape")
        expect(lane(tab, "lost").locator(".kcard", has_text=name)).to_be_focused()
        tab.keyboard.press("Space")
        tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("Space")
    expect(lane(tab, "lost").locator(".kcard", has_text=name)).to_have_count(0)


def choose(tab: Page, dialog: Locator, text: str) -> None:
    field = dialog.locator("ref-pick[data-ready] input").first
    field.fill(text)
    dialog.locator(".option", has_text=text).first.click()


def folds_and_unfolds(tab: Page, second: str, name: str) -> None:
    """A lane folded by its button and one by a key; a card goes over a strip; both strips unfolded by keyboard."""
    lane(tab, second).hover()
    lane(tab, second).locator(".lane-head [data-fold]").click()
    strip = lane(tab, second).locator(".strip")
    expect(strip).to_be_focused()
    box = lane(tab, second).bounding_box()
    assert box
    assert box["width"] == 40
    card(tab, name).focus()  # won or lost deals stand in the last lane
    tab.keyboard.press("Space")
    while not lane(tab, second).locator(".kcard", has_text=name).count():
        tab.keyboard.press("ArrowLeft")
    expect(card(tab, name)).to_be_visible()  # the strip opens for the card that is held over it
    tab.keyboard.press("Escape")
    expect(card(tab, name)).to_be_focused()
    card(tab, name).press("-")
    expect(tab.locator('.lane[data-lane="lost"] .strip')).to_be_focused()
    tab.keyboard.press("Enter")
    expect(card(tab, name)).to_be_visible()
    tab.reload()
    strip.press("Enter")
    expect(strip).to_have_count(0)


def from_the_menu(tab: Page, name: str, to: str) -> None:
    card(tab, name).hover()
    card(tab, name).locator("[data-move]").click()
    tab.locator("#dialog button", has_text=to).click()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_on_a_phone_a_lane_is_picked_by_its_name(visit: Visit, language: str) -> None:
    tab = visit("manager", language)
    tab.set_viewport_size(PHONE)
    tab.goto("/deals?look=board")
    picks = tab.locator(".lane-picks a")
    expect(picks).to_have_count(tab.locator(".lane").count())
    lost = tab.locator('.lane[data-lane="lost"]')
    expect(lost).not_to_be_in_viewport()
    picks.last.click()
    expect(lost).to_be_in_viewport(ratio=0.9)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert told(look_at(tab, [(theme, PHONE) for theme in ("light", "dark")])) == ""
