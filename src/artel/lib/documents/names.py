"""File names from outside, made harmless: no folders, no control characters, no letters that turn the reading round."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 250
LONGEST_SUFFIX = 20
NAMELESS = "file"
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|clock\$)", re.IGNORECASE)


def clean_name(raw: str) -> str:
    """The last part of a path without what no file may be called; never empty, at most LONGEST characters, suffix kept."""
    last = unicodedata.normalize("NFC", raw.replace("\\", "/")).rpartition("/")[2]
    kept = "".join(letter for letter in last if not _is_hidden(letter))
    name = " ".join(kept.split()).strip(" .") or NAMELESS
    stem, suffix = split_name(name)
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return stem[: LONGEST - len(suffix)].rstrip(" .") + suffix


def split_name(name: str) -> tuple[str, str]:
    """("contract", ".pdf"); a name that begins with its only point has no suffix."""
    stem, point, suffix = name.rpartition(".")
    if not stem or not suffix or len(suffix) > LONGEST_SUFFIX or " " in suffix:
        return name, ""
    return stem, point + suffix


def _is_hidden(letter: str) -> bool:
    """Control and format characters (bidirectional overrides, zero widths), halves of surrogate pairs, private use."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"} and letter not in "\t\n\r\u200d"
