"""Cards of .vcf files (2.1, 3.0, 4.0) as rows. vobject reads a card; here stands only which of its lines feeds which column.

A table has one phone and one e-mail a row: the preferred ones, or the first. What has no column goes to the comment,
so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from artel.lib.malformed import marked as _
from artel.lib.tabular.text import MAX_RECORD, open_text
from artel.lib.tabular.unreadable import Unreadable

MARK = b"BEGIN:VCARD"
HEADS = (
    "partner", "last_name", "first_name", "middle_name", "role", "position", "phone", "email", "gender", "birthday", "comment",
)  # fmt: skip
GENDERS = {"M": "male", "F": "female"}

_HEAVY = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:]", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?")
_BROKEN = _("Line %(line)s: the card is damaged.")
_LONG = _("Line %(line)s: the card is longer than %(limit)s characters.")


def card_records(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line it begins at, cells) of every card, the heads before them. Raises Unreadable `broken_card`, `long_card`."""
    yield 1, list(HEADS)
    with open_text(path, encoding) as stream:
        for line, text in _texts(stream):
            yield line, _row(_parsed(text, line))


def _texts(stream: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each card as it stands, one in memory at a time, without pictures and keys."""
    lines: list[str] = []
    begun = depth = size = 0
    is_heavy = False
    for number, line in enumerate(stream, start=1):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            begun, depth = begun if depth else number, depth + 1
        if not depth:
            continue
        is_heavy = bool(_HEAVY.match(line)) or (is_heavy and line[:1] in {" ", "\t"})
        if not is_heavy:
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


def _parsed(text: str, line: int) -> Any:
    from vobject import readOne  # noqa: PLC0415 -- few files are cards
    from vobject.base import VObjectError  # noqa: PLC0415

    try:
        return readOne(text, allowQP=True, ignoreUnreadable=True)
    except (VObjectError, ValueError, LookupError, AttributeError) as error:
        raise Unreadable("broken_card", _BROKEN, line=line) from error


def _row(card: Any) -> list[str]:
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
    return str(value).strip()


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
