"""Rows pasted from a spreadsheet: their columns are matched, the first rows and then all are tried, and they come in."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from .conftest import Visit

pytestmark = pytest.mark.only_on(
    "sqlite", "pages and scripts are the same; what is written is tested on both"
)

ROWS = "Фирма\tТел\tЧто это\nГавань\t8 (495) 787-40-08\tпричал\nБухта\tнет\t\nМель\t\t\n"


def test_columns_are_matched_once_and_then_known(visit: Visit) -> None:
    def say(text: str) -> str:
        with override("ru"):
            return gettext(text)

    tab = visit("admin", "ru")
    tab.goto("/partners/import")
    tab.locator("#f-pasted").fill(ROWS)
    tab.get_by_role("button", name=say("Next")).click()
    seen = tab.locator("#checked")
    expect(seen).to_contain_text("«Рабочее наименование»")
    tab.get_by_label("Фирма", exact=True).select_option("name")
    expect(seen.locator("tbody tr")).to_have_count(3)
    expect(seen.locator("td.wrong")).to_have_count(0)
    tab.get_by_label("Тел", exact=True).select_option("name")
    expect(seen.get_by_role("alert")).to_be_visible()
    tab.get_by_label("Тел", exact=True).select_option("phone")
    expect(seen.locator("td.wrong")).to_have_count(1)
    expect(seen.get_by_role("alert")).to_have_count(0)

    tab.reload()
    expect(seen.locator("td.wrong")).to_have_count(1)
    tab.get_by_role("button", name=say("Check all rows")).click()
    counts = seen.locator(".equation .v")
    expect(counts).to_have_text(["3", "2", "0", "0", "1"])
    with tab.expect_navigation():
        tab.keyboard.press("Control+Enter")
    expect(tab.locator("main .equation .v")).to_have_text(["3", "2", "0", "0", "1"])

    tab.goto("/partners/import")
    tab.locator("#f-pasted").fill(ROWS)
    tab.get_by_role("button", name=say("Next")).click()
    expect(tab.get_by_label("Фирма", exact=True)).to_have_value("name")
    expect(seen.locator("tbody .tag")).to_have_text(["уже есть", "отклонена", "уже есть"])
