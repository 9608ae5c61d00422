"""Pictures of pictures and of PDF pages, drawn anew, so that no byte of a stranger's file reaches a browser's decoder.

Runs in a process of its own (`python -m artel.lib.documents`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import sniffing

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
"""Only these decoders are let loose, by what the bytes say."""
MOST_PIXELS = 80_000_000
LARGE = 1600
SMALL = 240
MOST_PAGES = 12


def has_picture(media_type: str) -> bool:
    return media_type in FORMATS or media_type == sniffing.PDF


def draw(path: Path, media_type: str, folder: Path) -> int:
    """Write `small.webp` and `1.webp`, `2.webp`, … into a folder; answers how many pages were drawn.

    Raises what a decoder raises on a damaged or enormous picture.
    """
    count = 0
    for count, page in enumerate(_pages(path, media_type), 1):
        if count == 1:
            _save(page.copy(), SMALL, folder / "small.webp")
        _save(page, LARGE, folder / f"{count}.webp")
    return count


def _save(page: Image, side: int, target: Path) -> None:
    page.thumbnail((side, side))
    page.save(target, "WEBP", quality=82, method=2)


def _pages(path: Path, media_type: str) -> Iterator[Image]:
    return _of_pdf(path) if media_type == sniffing.PDF else _of_picture(path, FORMATS[media_type])


def _of_picture(path: Path, kind: str) -> Iterator[Image]:
    from PIL import Image, ImageOps  # noqa: PLC0415 -- only the process that draws loads it

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(path, formats=[kind]) as picture:
        picture.draft("RGB", (LARGE, LARGE))
        upright = ImageOps.exif_transpose(picture)
        has_holes = "A" in upright.getbands() or "transparency" in upright.info
        yield upright.convert("RGBA" if has_holes else "RGB")


def _of_pdf(path: Path) -> Iterator[Image]:
    import pypdfium2  # noqa: PLC0415 -- only the process that draws loads it

    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            longest = max(page.get_size()) or 1
            yield page.render(scale=min(LARGE / longest, 3)).to_pil().convert("RGB")
            page.close()
    finally:
        document.close()
