"""`python -m artel.lib.documents FILE TYPE FOLDER`: words and pictures of one file, by a process that may be lost.

It has little memory and time, writes only into FOLDER (`words`, `small.webp`, `1.webp`…), and prints what it has made as
JSON: `{"pictures": n, "failed": ["text", …]}`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from . import pictures, text

MEMORY = 2_000_000_000
SECONDS = 60
LARGEST_WRITTEN = 30_000_000


def hold_back() -> None:
    """Where the system knows limits, this process has them before it opens anything."""
    try:
        import resource  # noqa: PLC0415 -- not on every system
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def main(path: Path, media_type: str, folder: Path) -> dict[str, object]:
    """Each half is tried by itself: a document that cannot be drawn may have words."""
    failed: list[str] = []
    count = 0
    if pictures.has_picture(media_type):
        try:
            count = pictures.draw(path, media_type, folder)
        except Exception as error:  # noqa: BLE001 -- whatever a hostile file makes a reader raise
            failed.append(f"pictures: {type(error).__name__}: {error}"[:200])
            count = sum(1 for _each in folder.glob("[0-9]*.webp"))
    if text.has_text(media_type):
        try:
            (folder / "words").write_text(text.words_of(path, media_type), "utf-8")
        except Exception as error:  # noqa: BLE001 -- as above
            failed.append(f"text: {type(error).__name__}: {error}"[:200])
    return {"pictures": count, "failed": failed}


if __name__ == "__main__":
    hold_back()
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))))  # noqa: T201 -- its answer
