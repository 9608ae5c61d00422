"""A day is arranged by keys and by mouse and taken back; an administrator looks at what somebody sees. Axe has nothing to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Visit
from .test_a_deal import language, say
from .test_axe import look_at, told

pytestmark = pytest.mark.only_on("sqlite", "pages and scripts are the same; their acts are tested on both")

__all__ = ["language", "say"]
Say = Callable[[str], str]


def titles(tab: Page) -> Locator:
    return tab.locator(".day h2[id^=w-]")


def test_a_day_is_arranged_and_taken_back(visit: Visit, language: str, say: Say) -> None:
    tab = visit("marketer", language)
    first = titles(tab).nth(0).inner_text()
    second = titles(tab).nth(1).inner_text()
    expect(tab.locator(".later .barline, .later .nothing").first).to_be_visible()
    arranges = tab.get_by_role("button", name=say("Arrange the page"))
    arranges.press("Enter")
    lines = tab.locator("#home-settings li")
    assert told(look_at(tab)) == ""
    lines.nth(0).get_by_role("checkbox").press("Alt+ArrowDown")  # by keys: one place down
    expect(lines.nth(1)).to_contain_text(first)
    lines.nth(0).get_by_role("combobox").select_option("half")
    tab.get_by_role("button", name=say("Done")).click()
    expect(titles(tab).nth(0)).to_have_text(second)
    expect(tab.locator(".tiles > section").first).to_have_class("blk half")
    tab.keyboard.press("Control+z")
    expect(titles(tab).nth(0)).to_have_text(first)
    drag_below(tab, arranges, lines)
    expect(titles(tab).nth(0)).to_have_text(second)
    arranges.click()
    tab.get_by_role("button", name=say("As my role has it")).click()
    expect(titles(tab).nth(0)).to_have_text(first)


def drag_below(tab: Page, arranges: Locator, lines: Locator) -> None:
    """By mouse: the first line's grip is dropped on the second."""
    arranges.click()
    lines.nth(0).locator("[data-grip]").drag_to(lines.nth(1), target_position={"x": 20, "y": 34})
    tab.locator("#home-settings button.primary").click()


def test_an_administrator_looks_at_what_somebody_sees(visit: Visit, language: str, say: Say) -> None:
    tab = visit("admin", language)
    tab.goto("/settings")
    tab.locator("#find").fill({"ru": "глазами", "en": "somebody"}[language])
    line = tab.get_by_role("link", name=say("What somebody sees"))
    expect(tab.locator("#settings-found li")).to_have_count(1)
    line.click()
    tab.locator("#f-user-ts-control").press_sequentially("Лебедева")
    expect(tab.locator(".ts-dropdown [role=option].active")).to_contain_text("Лебедева")
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name=say("Look"), exact=True).click()
    expect(tab.get_by_role("heading", name=say("Rights and reach"))).to_be_visible()
    expect(tab.locator("#sample tbody tr").first).to_be_visible()
    assert told(look_at(tab)) == ""
