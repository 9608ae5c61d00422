"""Many records changed from their list: chosen rows at once, all of a filter by a run; both are taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Page, expect

from .conftest import Demo, Visit
from .test_axe import look_at, told

pytestmark = pytest.mark.only_on("postgres", "pages and scripts are the same; their acts are tested on both")

FIRMS = {"ru": "Флотилия", "en": "Flotilla"}


@pytest.fixture(scope="package")
def fleet(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> None:
    path: Path = tmp_path_factory.mktemp("bulk") / "partners.csv"
    rows = [f"{name} {number},1,manager" for name in FIRMS.values() for number in range(3)]
    path.write_text("\n".join(["name,is_client,manager", *rows]))
    assert demo.run("import", "partners", str(path))["refused"] == 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_many_are_changed_and_taken_back(visit: Visit, fleet: None, language: str) -> None:
    def say(text: str) -> str:
        with override(language):
            return gettext(text)

    tab = visit("manager", language)
    tab.goto(f"/partners?q={FIRMS[language]}")
    rows = tab.locator("row-list tbody tr")
    expect(rows).to_have_count(3)
    for place in (0, 1):
        rows.nth(place).locator("td.chk input").check()
    tab.locator(".bulkbar").get_by_role("button", name=say("Change…")).click()
    dialog = tab.locator("#dialog")
    choose_field(tab, "comment")
    dialog.locator("[name=comment]").fill("Якорь")
    found = look_at(tab)
    dialog.locator("button.primary[value=preview]").click()
    expect(dialog.locator("[data-difference] li")).to_have_count(2)
    found += look_at(tab)
    assert told(found) == ""
    dialog.locator("button[value=run]").click()
    expect(tab.locator("#toasts")).to_contain_text("2")
    expect(dialog).not_to_be_visible()
    with tab.expect_navigation():
        tab.locator("#toasts form button").first.click()

    all_of_the_list(tab, say)
    undo_the_run(tab)


def choose_field(tab: Page, name: str) -> None:
    dialog = tab.locator("#dialog")
    dialog.locator("#f-add-field").select_option(name)
    dialog.locator("#f-add-field + button").click()
    expect(dialog.locator(f"[name={name}]")).to_be_visible()


def all_of_the_list(tab: Page, say: Callable[[str], str]) -> None:
    """Every row that the list finds, and a value that is wrong at first."""
    dialog = tab.locator("#dialog")
    tab.get_by_role("button", name=say("Change all…")).click()
    choose_field(tab, "name")
    dialog.locator("button.primary[value=preview]").click()
    expect(dialog.locator(".field-note.bad")).to_be_visible()
    dialog.locator("button[name=_drop]").click()
    expect(dialog.locator("[name=name]")).to_have_count(0)
    choose_field(tab, "is_supplier")
    choose_field(tab, "note")
    dialog.locator("[name=note]").fill("На рейде")
    dialog.locator("button.primary[value=preview]").click()
    expect(dialog.locator("[data-difference] li")).to_have_count(3)
    dialog.locator("button[value=run]").click()
    tab.wait_for_url("**/runs/**")
    expect(tab.locator(".equation")).to_contain_text("3")
    assert told(look_at(tab)) == ""


def undo_the_run(tab: Page) -> None:
    tab.locator("a[href*='/undo/'][data-htmx-powered]").click()
    dialog = tab.locator("#dialog")
    expect(dialog.locator("button.primary")).to_be_visible()
    dialog.locator("button.primary").click()
    expect(tab.locator("#toasts")).to_contain_text("3")
