"""Cards of .vcf files (2.1, 3.0, 4.0) as rows. vobject reads a card; here stands only which of its lines feeds which column.

A table has one phone and one e-mail a row: the preferred ones, or the first. The others, addresses, links and lines that
cannot be read go to the comment; pictures, keys and properties that nobody asks for (nicknames, departments) are passed over.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

from artel.lib.malformed import marked as _
from artel.lib.tabular.text import MAX_RECORD, open_text
from artel.lib.tabular.unreadable import Unreadable

MARK = b"BEGIN:VCARD"
HEADS = (
    "partner", "last_name", "first_name", "middle_name", "role", "position", "phone", "email", "gender", "birthday", "comment",
)  # fmt: skip
GENDERS = {"M": "male", "F": "female"}

_HEAVY = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:]", re.IGNORECASE)
_MORE = re.compile(r"[ \t]|[A-Za-z0-9+/]+=*\s*\Z")  # a folded line; some phones do not indent them
_PIECE = 1 << 16
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?")
_DAMAGES = (ValueError, TypeError, LookupError, AttributeError, StopIteration, RecursionError)
_BROKEN = _("Line %(line)s: the card is damaged.")
_LONG = _("Line %(line)s: the card is longer than %(limit)s characters.")


def card_records(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line it begins at, cells) of every card, the heads before them. Raises Unreadable `broken_card`, `long_card`."""
    yield 1, list(HEADS)
    with open_text(path, encoding) as stream:
        for line, text in _texts(stream):
            yield line, _read(text, line)


def _texts(stream: TextIO) -> Iterator[tuple[int, str]]:
    """Each card as it stands, one in memory at a time, without pictures and keys."""
    lines: list[str] = []
    begun = depth = size = 0
    for number, line in _lines(stream):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            begun, depth = begun if depth else number, depth + 1
        if not depth:
            continue
        lines.append(line)
        size += len(line)
        if size > MAX_RECORD:
            raise Unreadable("long_card", _LONG, line=begun, limit=MAX_RECORD)
        if word == "END:VCARD":
            depth -= 1
        if word == "END:VCARD" and not depth:
            yield begun, "".join(lines)
            lines, size = [], 0
    if depth:
        raise Unreadable("broken_card", _BROKEN, line=begun)


def _lines(stream: TextIO) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, never more in memory than a card may have; those of pictures and keys are passed over."""
    number, is_heavy = 0, False
    while line := stream.readline(MAX_RECORD + 1):
        number += 1
        is_heavy = bool(_HEAVY.match(line) or (is_heavy and _MORE.match(line)))
        if not is_heavy and len(line) > MAX_RECORD:
            raise Unreadable("long_card", _LONG, line=number, limit=MAX_RECORD)
        if not is_heavy:
            yield number, line
        while line and line[-1] not in "\r\n":
            line = stream.readline(_PIECE)


def _read(text: str, line: int) -> list[str]:
    vobject = _vobject()
    try:
        try:
            return _row(vobject.readOne(text, allowQP=True), ())
        except vobject.ParseError:
            text, unread = _parted(text)
            return _row(vobject.readOne(text, allowQP=True), unread)
    except (vobject.VObjectError, *_DAMAGES):
        raise Unreadable("broken_card", _BROKEN, line=line) from None  # the cause quotes the card


def _parted(text: str) -> tuple[str, list[str]]:
    """A card without its lines that are none of a vCard, and those lines."""
    vobject = _vobject()
    good, unread = [], []
    for line, _number in vobject.getLogicalLines(StringIO(text)):
        try:
            vobject.parseLine(line)
            good.append(line)
        except vobject.ParseError:
            unread.append(line.strip())
    return "\n\n".join(good), unread  # an empty line: no line is taken for a part of the one before


@cache
def _vobject() -> ModuleType:
    """The library, loaded with the first card. Nothing of it reaches the log: what it says quotes people's data."""
    from vobject import base  # noqa: PLC0415 -- few files are cards

    base.logger.propagate = False
    base.logger.setLevel(logging.CRITICAL + 1)
    found: ModuleType = base
    return found


def _row(card: Any, unread: Sequence[str]) -> list[str]:
    last, first, middle = _names(card)
    phones, emails = ([_number(text) for text in _all(card, "tel")], _all(card, "email"))
    birthday = _first(card, "bday")
    day = _day(birthday)
    comment = [
        *_all(card, "note"),
        *phones[1:],
        *emails[1:],
        *(_address(one.value) for one in card.contents.get("adr", ())),
        *_all(card, "url"),
        *([] if day else [birthday]),
        *unread,
    ]
    cells = {
        "partner": _text((_values(card, "org") or [""])[0]),
        "last_name": last,
        "first_name": first,
        "middle_name": middle,
        "role": _first(card, "role"),
        "position": _first(card, "title"),
        "phone": phones[0] if phones else "",
        "email": emails[0] if emails else "",
        "gender": GENDERS.get(_first(card, "gender")[:1].upper(), ""),
        "birthday": day,
        "comment": "\n".join(filter(None, comment)),
    }
    return [cells[name] for name in HEADS]


def _names(card: Any) -> tuple[str, str, str]:
    """Family, given and middle name; of a card that has only a whole name its last word is the family's."""
    for one in card.contents.get("n", ()):
        names = tuple(_text(getattr(one.value, part, "")) for part in ("family", "given", "additional"))
        if any(names):
            return names[0] or names[1], names[1] if names[0] else "", names[2]
    *given, family = _first(card, "fn").split() or [""]
    return family, " ".join(given), ""


def _values(card: Any, name: str) -> list[Any]:
    """The values of a property; those of organisations without their departments."""
    return [
        one.value[0] if name == "org" and isinstance(one.value, list) and one.value else one.value
        for one in sorted(card.contents.get(name, ()), key=_is_other)
    ]


def _all(card: Any, name: str) -> list[str]:
    return [text for value in _values(card, name) if (text := _text(value))]


def _first(card: Any, name: str) -> str:
    return next(iter(_all(card, name)), "")


def _is_other(line: Any) -> bool:
    """Whether it is not the preferred one: `PREF`, `TYPE=pref` or `PREF=1`."""
    kinds = [kind.lower() for value in line.params.get("TYPE", ()) for kind in value.split(",")]
    singles = [name.lower() for name in getattr(line, "singletonparams", ())]
    return "pref" not in [*kinds, *singles] and "1" not in line.params.get("PREF", ())


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_text, value)))
    return (value.decode(errors="replace") if isinstance(value, bytes) else str(value)).strip()


def _number(text: str) -> str:
    number, _sep, extension = re.sub(r"^tel:", "", text, flags=re.IGNORECASE).partition(";ext=")
    return f"{number} ext. {extension}" if extension else number


def _day(text: str) -> str:
    """An ISO day; nothing where the year is not told."""
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _address(value: Any) -> str:
    parts = ("code", "country", "region", "city", "street", "extended", "box")
    return ", ".join(filter(None, (_text(getattr(value, part, "")) for part in parts)))
