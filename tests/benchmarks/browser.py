"""What a person waits for in a real browser: from the click to the painted answer, ours and the baseline's by turns; what moves.

A click is taken at its event, the paint from the browser's own timing (the largest part of the page), on one clock. A link to
the address under measurement is put at the top of the page that stands, on either site alike: what stands there otherwise
is not what is measured. Caches are warm, as for a person who works. What moves is summed by the browser, too (layout shift).
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import artel_server
from bases import BARE_PORT, SIZES, Material, Site, bare
from findings import Finding
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

BOUND = 2.5
MOST_CLICKS = 60
WARM = 6
SIZE = {"width": 1440, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]

# The time of a click goes to the next page of the site by its session's storage.
WATCH = """
addEventListener("click", (event) => sessionStorage.setItem("clicked", performance.timeOrigin + event.timeStamp), true);
window.moved = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value; })
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => { window.painted = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
"""
LINK = """
(address) => {
  document.getElementById("measured")?.remove();
  const link = Object.assign(document.createElement("a"), { id: "measured", href: address, textContent: "go" });
  link.style.cssText = "position: fixed; inset: 0 auto auto 0; z-index: 999; padding: 8px";
  document.body.append(link);
}
"""
WAITED = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  while (document.readyState !== "complete" || !window.painted) await frame();
  await frame(); await frame();
  return [performance.timeOrigin + window.painted - sessionStorage.getItem("clicked"), window.moved];
}
"""


@dataclass(frozen=True)
class Click:
    """A page that is asked for, and its counterpart of the baseline, by the number of the click."""

    name: str
    ours: Callable[[Material, int], str]
    other: Callable[[int, int], str]


CLICKS = (
    Click(
        "list",
        lambda given, n: f"/deals?stage={given.stages[n % 10]}&sort=-potential",
        lambda _deals, n: f"/list?stage={n % 10}&manager={n % 20}",
    ),
    Click(
        "board",
        lambda given, _n: f"/deals?look=board&deck={given.kind}",
        lambda _deals, _n: "/kanban",
    ),
    Click(
        "card",
        lambda given, n: f"/deals/{given.deals[n * 7919 % len(given.deals)]}",
        lambda deals, n: f"/card?id={n * 7919 % deals}",
    ),
    Click(
        "search",
        lambda _given, n: f"/search?q=office{n * 7919 % 10_000}",
        lambda _deals, n: f"/search?q={['vinzo', 'zannu', 'mirra', 'marbu'][n % 4]}",
    ),
)


@dataclass
class Clicked:
    """Milliseconds from each click to its paint, and how far the worst page moved."""

    times: list[float] = field(default_factory=list)
    moved: float = 0.0

    def click(self, tab: Page, address: str, counts: bool) -> None:
        tab.evaluate(LINK, address)
        # Not `expect_navigation`: the page that is left may only now put its own state into the history.
        with tab.expect_event("load"):
            tab.click("#measured")
        waited, moved = tab.evaluate(WAITED)
        if counts:
            self.times.append(waited)
            self.moved = max(self.moved, moved)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1]

    def detail(self, whose: str = "") -> dict[str, float | int]:
        return {f"{whose}p50": statistics.median(self.times), f"{whose}p95": self.p95}


def measured(here: Site) -> Iterator[Finding]:
    """A manager's clicks; each of ours beside one of the baseline's."""
    with bare(here), sync_playwright() as play:
        program = (
            os.environ.get("ARTEL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        )
        browser = play.chromium.launch(executable_path=program, args=FLAGS)
        ours, other = _tab(_seat(browser, here)), _tab(browser.new_context(viewport=SIZE))
        ours.goto(f"http://127.0.0.1:{artel_server.PORT}/")
        other.goto(f"http://127.0.0.1:{BARE_PORT}/list?stage=0")
        for each in CLICKS:
            yield from _by_turns(here, each, ours, other)
        browser.close()


def _seat(browser: Browser, here: Site) -> BrowserContext:
    """The manager who has signed in already."""
    context = browser.new_context(viewport=SIZE, locale="ru-RU", reduced_motion="reduce")
    pairs = [pair.split("=", 1) for pair in here.material.people["manager0"].cookie.split("; ")]
    address = f"http://127.0.0.1:{artel_server.PORT}"
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in pairs])
    return context


def _tab(context: BrowserContext) -> Page:
    context.add_init_script(WATCH)
    return context.new_page()


def _by_turns(here: Site, each: Click, ours: Page, other: Page) -> Iterator[Finding]:
    mine, bare_ones = Clicked(), Clicked()
    for number in range(WARM + min(here.operations, MOST_CLICKS)):
        mine.click(ours, each.ours(here.material, number), number >= WARM)
        bare_ones.click(other, each.other(SIZES[here.size], number), number >= WARM)
    detail = {**mine.detail(), **bare_ones.detail("bare ")}
    ratio = mine.p95 / bare_ones.p95
    yield Finding(f"browser, {each.name}, p95", here.database, here.size, ratio, BOUND, detail=detail)
    yield Finding(
        f"browser, {each.name}, moves", here.database, here.size, mine.moved, 0.0, unit="", detail={}
    )
