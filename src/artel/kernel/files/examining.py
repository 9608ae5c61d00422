"""What a file says and looks like, found out by a job in a process of its own that may run out of memory, time or its mind.

The process gets no settings and no secrets: a file, a type and a folder for its answer.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.kernel.jobs import job
from artel.kernel.jobs.run import Run
from artel.kernel.search.texts import CHUNK, source_of
from artel.kernel.search.writing import write
from artel.lib.documents import pictures, text

from .models import Blob, BlobState, File
from .stores import store

PATIENCE = 90
"""Seconds that the process may take in all."""
MOST_PICTURES = pictures.MOST_PAGES

log = logging.getLogger("artel.files")


@job("files.examine", label=_("Look into files"))
def examine(run: Run, *, blobs: list[str]) -> int:
    """Find the words and draw the pictures of stored bytes; what cannot be read stays without them."""
    waiting = list(Blob.objects.filter(pk__in=blobs, state=BlobState.WAITING))
    for done, blob in enumerate(waiting, 1):
        look_into(blob)
        run.report(done=done, total=len(waiting))
    return len(waiting)


def look_into(blob: Blob) -> BlobState:
    """The same here and now."""
    wanted = pictures.has_picture(blob.media_type) or text.has_text(blob.media_type)
    with tempfile.TemporaryDirectory(prefix="artel-document-") as folder:
        told = _ask(blob, Path(folder)) if wanted else {"pictures": 0, "failed": []}
        words = _words(Path(folder))
        drawn = _keep_pictures(blob, Path(folder))
    state = BlobState.DONE if told is not None and not told["failed"] else BlobState.FAILED
    Blob.objects.filter(pk=blob.pk).update(state=state, words=words, pictures=drawn)
    if words:
        _index(blob)
    return state


def _ask(blob: Blob, folder: Path) -> dict[str, Any] | None:
    """What the process says; nothing when it was lost."""
    paths = [path for path in sys.path if path]
    try:
        with store().at_hand(blob.sha256) as path:
            asked = subprocess.run(  # noqa: S603 -- our own module, and a path of our own
                [
                    sys.executable,
                    "-m",
                    "artel.lib.documents",
                    str(path.resolve()),
                    blob.media_type,
                    str(folder),
                ],
                env={"PYTHONPATH": ":".join(paths), "PYTHONIOENCODING": "utf-8"},
                cwd=folder,
                capture_output=True,
                timeout=PATIENCE,
                check=True,
                start_new_session=True,
            )
        told: dict[str, Any] = json.loads(asked.stdout)
    except FileNotFoundError:
        log.warning("the bytes of %s are not in the store", blob.sha256)
    except (subprocess.SubprocessError, ValueError) as error:
        log.warning("%s could not be looked into: %s", blob.sha256, error)
    else:
        if told["failed"]:
            log.info("%s: %s", blob.sha256, "; ".join(told["failed"]))
        return told
    return None


def _words(folder: Path) -> str:
    path = folder / "words"
    return (
        path.read_text("utf-8", "replace")[: text.MOST_LETTERS].replace("\x00", "") if path.exists() else ""
    )


def _keep_pictures(blob: Blob, folder: Path) -> int:
    """Only names that were agreed upon, without gaps."""
    count = 0
    while count < MOST_PICTURES and (page := folder / f"{count + 1}.webp").exists():
        count += 1
        store().put(blob.sha256, page, str(count))
    if count and (small := folder / "small.webp").exists():
        store().put(blob.sha256, small, "small")
    return count


def _index(blob: Blob) -> None:
    """Whoever's present content it is is found by its words from now on."""
    source = source_of(File)
    keys = list(File._base_manager.filter(current__blob=blob).values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        write(source, source.read(keys[start : start + CHUNK]))
