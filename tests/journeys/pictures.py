"""The pictures of the handbook: whose page each shows, what is done there before, and how much of the page it takes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

HANDBOOK = Path(__file__).parents[2] / "docs/handbook"
FOLDER = HANDBOOK / "pictures"
MOMENT = "2026-10-14T11:40:00+03:00"
"""A Wednesday morning; the data of the demo lie around it."""
SIZE = {"width": 1280, "height": 800}
PLANES, SHADES, ALIKE = 24, 40, 6
SEEN, STRAY = 24, 12
"""How far a point is from what it was when that is seen, and how many such points are none."""
FILE = "name;phone\nЛодочная станция;нет\nДва весла;8 (495) 787-40-08\nМаяк;8 (495) 787-40-09\n"
STRANGE = (
    "Фирма;Куда звонить;С нами с;Пометки\nЛодочная станция;нет;03.03.2015;зовут Инной\n"
    "Два весла;8 (495) 787-40-08;31.02.2019;\nМаяк;8 (495) 787-40-09;12.05.2021;перезвонить осенью\n"
)
COMES_LATER = "[aria-busy=true], .htmx-request, #view-counts[hx-get], .place[hx-get]"
READY = "[data-htmx-powered]"
STILL = "document.fonts.ready.then(() => document.activeElement?.blur())"

Step = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """`steps` lead from the address to what is shown; `of` is the part of the page, without it the whole is taken."""

    name: str
    login: str
    address: str
    steps: tuple[Step, ...] = ()
    of: str = ""
    height: int = SIZE["height"]
    waits_for: str = "main"
    focused: bool = field(default=False, kw_only=True)


def standing_clock() -> dict[str, str]:
    """What makes the processes of a demo live at the moment of the pictures."""
    folder = Path(__file__).parent / "standing_clock"
    sources = Path(__file__).parents[2] / "src"
    return {
        "PYTHONPATH": f"{folder}{os.pathsep}{sources}",
        "CLOCK_STANDS_AT": MOMENT,
        "CLOCK_STARTED": str(time.time()),
    }


def take(tab: Page, picture: Picture, path: Path) -> None:
    """Go there, do what is to be done, and keep what is seen."""
    tab.set_viewport_size({**SIZE, "height": picture.height})
    tab.goto(picture.address)
    for step in picture.steps:
        step(tab)
    expect(tab.locator(picture.waits_for).first).to_be_visible()
    expect(tab.locator(COMES_LATER)).to_have_count(0)
    if not picture.focused:
        tab.evaluate(STILL)
    seen = tab.locator(picture.of).first if picture.of else tab
    keep(seen.screenshot(animations="disabled", caret="hide"), path)


def keep(taken: bytes, path: Path) -> None:
    """Few colours make a small file; one that looks as before stays as it is."""
    image = Image.open(BytesIO(taken)).convert("RGB")
    small = _with_few_colours(image)
    if not path.exists() or _differ(small, Image.open(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        small.save(path, optimize=True)


def _with_few_colours(image: Image.Image) -> Image.Image:
    """The colours of its planes as they are; the shades between them as near as a few more come."""
    counted = image.getcolors(image.width * image.height) or []
    planes = [colour for _count, colour in sorted(counted, reverse=True)[:PLANES]]
    parts = image.quantize(SHADES, Image.Quantize.MAXCOVERAGE).getpalette() or []
    kept: list[Any] = []
    for colour in [*planes, *zip(*[iter(parts)] * 3, strict=True)]:
        if all(_apart(colour, other) > ALIKE for other in kept):
            kept.append(colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in kept for part in colour])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def _apart(one: Any, other: Any) -> int:
    return max(abs(ours - theirs) for ours, theirs in zip(one, other, strict=True))


def _differ(one: Image.Image, other: Image.Image) -> bool:
    """To an eye: the browser does not smooth every last point alike."""
    if one.size != other.size:
        return True
    by_point = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L")
    return sum(by_point.histogram()[SEEN:]) > STRAY


def press(selector: str) -> Step:
    def act(tab: Page) -> None:
        expect(tab.locator(READY).first).to_be_attached()
        tab.locator(selector).first.click()

    return act


def keys(*pressed: str) -> Step:
    def act(tab: Page) -> None:
        expect(tab.locator(READY).first).to_be_attached()
        for key in pressed:
            tab.keyboard.press(key)

    return act


def see(selector: str) -> Step:
    return lambda tab: expect(tab.locator(selector).first).to_be_visible()


def write(words: str) -> Step:
    return lambda tab: tab.keyboard.type(words)


def go_on(path: str) -> Step:
    """From a card to what stands below its address."""
    return lambda tab: tab.goto(tab.url.split("?")[0] + path) and None


open_first = press("td.name a")
open_card = (open_first, see(".rec-head"))
DEAL = "/deals?q=00-00000011"
IN_WORK = "/deals?status=in_work"


def two_rows(tab: Page) -> None:
    for place in (0, 1):
        tab.locator("td.chk input").nth(place).check()


def a_new_comment(tab: Page) -> None:
    dialog = tab.locator("#dialog")
    dialog.locator("#f-add-field").select_option("comment")
    dialog.locator("#f-add-field + button").click()
    dialog.locator("[name=comment]").fill("Смета уточняется")
    dialog.locator("button.primary[value=preview]").click()


def any_condition(tab: Page) -> None:
    """The conditions of the view that has been chosen."""
    expect(tab.locator(".vtab ~ .vtab[aria-current=page]")).to_be_visible()
    press("[data-toggle='#list-settings']")(tab)
    tab.locator("#tab-filter").click()
    expect(tab.locator("query-builder .qrow").first).to_be_visible()


def somebody(tab: Page) -> None:
    tab.locator("#f-user-ts-control").press_sequentially("Лебедева")
    expect(tab.locator(".ts-dropdown [role=option].active")).to_contain_text("Лебедева")
    tab.keyboard.press("Enter")
    tab.locator("main form button.primary").click()


def a_file(tab: Page) -> None:
    content = {"name": "clients.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    tab.set_input_files("#f-file", [content])  # type: ignore[list-item]
    tab.keyboard.press("Control+s")


def a_strange_file(tab: Page) -> None:
    """Heads that nobody knows, matched by hand."""
    content = {"name": "boats.csv", "mimeType": "text/csv", "buffer": STRANGE.encode()}
    tab.set_input_files("#f-file", [content])  # type: ignore[list-item]
    tab.keyboard.press("Control+s")
    for place, name in enumerate(("name", "phone", "registered_on", "")):
        tab.locator(f"#f-column-{place}").select_option(name)
    expect(tab.locator("table.imp td.wrong")).to_have_count(2)


def imported(tab: Page) -> None:
    tab.locator("button[value=import]").click()


def without_the_time(tab: Page) -> None:
    """How long a search took is another number every time."""
    expect(tab.locator("dialog.palette mark").first).to_be_visible()
    tab.locator("dialog.palette .foot .tab").evaluate("(one) => { one.hidden = true; }")


DIALOG = "#dialog"
HISTORY = (*open_card, go_on("/history"), see(".hist"))

PICTURES = (
    Picture("sign-in", "", "/sign-in"),
    Picture("my-day", "manager", "/", waits_for=".day-side .barline"),
    Picture("arranging", "manager", "/", (press("[data-toggle='#home-settings']"),), of="#home-settings"),
    Picture("list", "head", IN_WORK, (keys("j", "Space"), see("row-preview h2"))),
    Picture("any-condition", "head", "/partners", (press(".vtab ~ .vtab"), any_condition)),
    Picture(
        "changing-many",
        "head",
        IN_WORK,
        (two_rows, press(".bulkbar button, .bulkbar a"), a_new_comment, see("[data-difference] li")),
        of=DIALOG,
    ),
    Picture("partner", "manager", "/partners?q=Депо", open_card),
    Picture("deal", "head", DEAL, open_card),
    Picture("board", "head", "/deals?look=board"),
    Picture(
        "losing", "head", DEAL, (*open_card, press("a[href*='/act/lose_deal']"), see("#dialog h2")), of=DIALOG
    ),
    Picture("feed", "manager", "/partners?q=Депо", open_card, of=".mid-pane"),
    Picture("funnel", "head", "/reports/sales-funnel?level=2", (press("button.drill"), see("#drill a"))),
    Picture(
        "looking-at-a-file",
        "head",
        DEAL,
        (*open_card, go_on("/files"), press("[data-preview]"), see("#dialog img")),
        of=DIALOG,
    ),
    Picture("history", "head", DEAL, HISTORY, of=".hists"),
    Picture(
        "taking-back",
        "head",
        DEAL,
        (*HISTORY, press(".hist a[href*='/undo/']"), see("#dialog h2")),
        of=DIALOG,
    ),
    Picture("why", "head", DEAL, (*open_card, go_on("/why")), of=".bare-dialog"),
    Picture("attribute", "admin", "/attributes/new"),
    Picture("settings", "admin", "/settings"),
    Picture("somebody", "admin", "/settings/as", (somebody, see("#sample tbody tr"))),
    Picture(
        "palette",
        "head",
        "/deals",
        (keys("Control+k"), see("dialog.palette input"), write("кров"), without_the_time),
        of="dialog.palette",
        focused=True,
    ),
    Picture("keys", "manager", "/deals", (keys("?"), see("#dialog h2")), of=DIALOG),
    # The last: it writes.
    Picture("file-check", "admin", "/partners/import", (a_strange_file,)),
    Picture("import", "admin", "/partners/import", (a_file, see("table.imp"), imported, see(".equation"))),
)
