"""A salesman drops files on a deal, looks at them, brings a new version, fetches one and takes the attaching back."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from artel.kernel.files.samples import pdf, png

from .conftest import Demo, Visit

pytestmark = pytest.mark.only_on("sqlite", "pages and scripts are the same; their acts are tested on both")

DROP = """([files, kind]) => {
    const carried = new DataTransfer();
    for (const [name, type, bytes] of files) {
        const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
        carried.items.add(new File([content], name, { type }));
    }
    for (const event of kind === "paste" ? ["paste"] : ["dragenter", "dragover", "drop"]) {
        const happens = kind === "paste"
            ? new ClipboardEvent(event, { clipboardData: carried, bubbles: true, cancelable: true })
            : new DragEvent(event, { dataTransfer: carried, bubbles: true, cancelable: true });
        document.body.dispatchEvent(happens);
    }
}"""


def bring(tab: Page, *files: tuple[str, str, bytes], kind: str = "drop") -> None:
    """As if dropped on the page, or pasted into it."""
    told = [[name, media_type, base64.b64encode(content).decode()] for name, media_type, content in files]
    tab.evaluate(DROP, [told, kind])


def lines(tab: Page) -> Locator:
    return tab.locator(".upload-tray li")


def a_deal(demo: Demo, folder: Path) -> str:
    """A deal of the manager without files, from a file."""
    name = "Палуба и киль"
    path = folder / "deals.csv"
    path.write_text(f"name,kind,responsible,potential\n{name},Продажа по этапам,manager,1000\n")
    assert demo.run("import", "deals", str(path))["created"] == 1
    return name


def test_files_from_the_drop_to_the_undo(visit: Visit, demo: Demo, tmp_path: Path) -> None:
    name = a_deal(demo, tmp_path)
    tab = visit("manager", "en")
    tab.goto(f"/deals?q={name}")
    tab.locator("tbody td.name a").first.click()
    tab.wait_for_url(re.compile(r"/deals/[0-9a-f-]{36}"))
    card = tab.url.split("?")[0]
    expect(tab.locator("file-drop .upload-tray")).to_have_count(1)

    bring(
        tab,
        ("Plan.png", "image/png", png(320, 200)),
        ("Offer.pdf", "application/pdf", pdf([["One"], ["Two"]])),
        ("empty.txt", "text/plain", b""),
    )
    expect(tab.locator(".upload-tray li[data-state=good]")).to_have_count(2)
    refused = tab.locator(".upload-tray li[data-state=bad]")
    expect(refused).to_contain_text("empty.txt")
    expect(refused).to_contain_text("The file is empty.")
    expect(tab.locator("[data-files-count]")).to_contain_text("2")

    tab.goto(f"{card}/files")
    expect(tab.locator("tr[data-file]")).to_have_count(2)
    until_drawn(tab)
    tab.keyboard.press("j")
    tab.keyboard.press("Space")
    dialog = tab.locator("#dialog")
    expect(dialog).to_be_visible()
    pictures = {}
    for _each in range(2):
        title = dialog.locator("h2").inner_text()
        pictures[title] = dialog.locator("img").count()
        if len(pictures) == 2:
            break
        tab.keyboard.press("ArrowRight")
        expect(dialog.locator("h2")).not_to_have_text(title)
    assert pictures == {"Plan.png": 1, "Offer.pdf": 2}
    assert dialog.locator("img").first.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 100

    with tab.expect_download() as fetched:
        dialog.locator("a[download]").click()
    assert Path(fetched.value.path()).read_bytes() in (png(320, 200), pdf([["One"], ["Two"]]))
    tab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    tab.locator("tr[data-file]", has_text="Plan.png").locator(".k-acts a").last.click()
    tab.wait_for_url(re.compile(r"/files/[0-9a-f-]{36}"))
    bring(tab, ("Plan.png", "image/png", png(200, 200)))
    expect(tab.locator(".versions tbody tr")).to_have_count(2)
    expect(tab.locator(".versions tbody tr").first).to_contain_text("2")

    tab.goto(f"{card}/files")
    bring(tab, ("image.png", "image/png", png(40, 40)), kind="paste")
    expect(tab.locator("tr[data-file]")).to_have_count(3)
    expect(lines(tab)).to_contain_text("From the clipboard")
    lines(tab).locator("form button").click()
    expect(tab.locator("tr[data-file]")).to_have_count(2)

    field = tab.locator(".attach-bar file-pick")
    expect(field).to_contain_text("no file chosen")
    chosen = [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": b"x"} for name in ("One", "Two")]
    tab.get_by_label("Choose files").set_input_files(chosen)  # type: ignore[arg-type]
    expect(field).to_contain_text("Files chosen: 2")
    tab.get_by_label("Choose files").set_input_files(chosen[0])  # type: ignore[arg-type]
    expect(field).to_contain_text("One.txt")
    tab.get_by_role("button", name="Attach", exact=True).click()
    expect(tab.locator("tr[data-file]")).to_have_count(3)
    expect(field).to_contain_text("no file chosen")


def until_drawn(tab: Page) -> None:
    """A worker draws the pictures; the page is opened again until it has."""
    for _turn in range(40):
        if tab.locator("img.thumb").count() == 2:
            return
        tab.wait_for_timeout(500)
        tab.reload()
    raise AssertionError("no pictures were drawn")
