"""Text that a spreadsheet would take for a formula gets an apostrophe in front, and loses it again when read back.

The rule is one to one: whatever was written is read again exactly (text that already looks defused gets one more). It is
undone in xlsx too, because people open our csv in a spreadsheet, save it as xlsx and send that back.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # full-width signs start formulas too
_PLAIN_NUMBER = re.compile(r"-\d+(?:[.,]\d+)?")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def defused(text: str) -> str:
    """Text safe in a spreadsheet's cell; plain negative numbers stay numbers."""
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def armed(text: str) -> str:
    """What `defused` made of a text → that text."""
    return text[1:] if _DEFUSED.match(text) else text


def kept_armed(text: str) -> str:
    """Text for a cell that can hold no formula: changed only so far that `armed` gives it back."""
    return f"'{text}" if _DEFUSED.match(text) else text
