"""What the doctor says about erased people: some that a restored copy brought back."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import ngettext

from .erasure import unknown_to_base


def findings() -> Iterator[str]:
    """One sentence, when there is somebody whom the base knows again."""
    if count := sum(map(len, unknown_to_base().values())):
        yield ngettext(
            "%(count)s erased person is in the base again: a worker erases him anew within the hour.",
            "%(count)s erased people are in the base again: a worker erases them anew within the hour.",
            count,
        ) % {"count": count}
