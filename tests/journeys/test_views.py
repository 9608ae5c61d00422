"""Saved views by hand: kept, changed, turned into a board, taken back, removed."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from .conftest import Visit

pytestmark = pytest.mark.only_on("postgres", "pages and scripts are the same; their acts are tested on both")

NAMES = {"ru": "Пробный вид", "en": "View on trial"}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_view_is_kept_changed_and_taken_back(visit: Visit, language: str) -> None:
    def say(text: str) -> str:
        with override(language):
            return gettext(text)

    name = NAMES[language]
    tab = visit("manager", language)
    tab.goto("/deals?status=in_work")
    tab.get_by_role("link", name=say("Save as a view"), exact=True).first.click()
    tab.locator("#dialog input[name=name]").fill(name)
    tab.locator("#dialog button[type=submit]").click()
    expect(chosen(tab)).to_contain_text(name)

    undo(tab)
    expect(tab.locator(".vtabs")).not_to_contain_text(name)
    undo(tab)  # and the undo, too
    expect(tab.locator(".vtabs")).to_contain_text(name)
    tab.locator(".vtab", has_text=name).click()
    expect(chosen(tab)).to_contain_text(name)

    view = tab.url
    tab.goto(f"{view}&group=responsible")
    expect(tab.locator("tr.grp").first).to_be_visible()
    tab.get_by_role("button", name=say("Save"), exact=True).click()
    tab.goto(view)
    expect(tab.locator("tr.grp").first).to_be_visible()

    tab.locator(".viewbar .seg a").last.click()
    expect(tab.locator("board-lanes .lane").first).to_be_visible()
    tab.get_by_role("button", name=say("Save"), exact=True).click()
    tab.goto(view)
    expect(tab.locator("board-lanes .lane").first).to_be_visible()
    tab.get_by_role("link", name=say("Settings of the view")).click()
    tab.locator("#dialog button[name=remove]").click()
    expect(tab.locator(".vtabs")).not_to_contain_text(name)


def chosen(tab: Page) -> Locator:
    return tab.locator(".vtab[aria-current=page]")


def undo(tab: Page) -> None:
    tab.locator("#toasts form button").first.click()
    expect(tab.locator("#toasts form button").first).to_be_visible()
