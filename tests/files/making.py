"""Files for the tests, through the same acts as people's."""

from __future__ import annotations

from typing import Any

from artel.kernel.files import commands
from artel.kernel.files.models import File
from artel.kernel.files.receiving import receive


def attach(actor: Any, record: Any, content: bytes = b"hello", name: str = "note.txt", **more: Any) -> File:
    made: File = commands.add_file(
        actor, blob=receive([content]), name=name, entity=record._meta.label_lower, record=record.pk, **more
    )
    return made


def replace(actor: Any, file: File, content: bytes, name: str = "note.txt") -> None:
    commands.add_version(actor, file, blob=receive([content]), name=name)
