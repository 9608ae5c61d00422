"""A cell's text → a typed value, the way people write them in Russian and English files (contract, “Imports”).

Every reader expects a text that is not empty and raises Malformed; what an empty cell means is for the caller.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from artel.lib.malformed import Malformed
from artel.lib.malformed import marked as _

_TRUE = {"1", "да", "true", "x", "х", "yes", "истина"}  # both the Latin and the Cyrillic x
_FALSE = {"0", "нет", "false", "no", "ложь"}

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?|[+-]?[0-9]+,[0-9]+"
)
_SPACES = str.maketrans({"\xa0": " ", "\u2009": " ", "\u202f": " ", "\u2212": "-", "\u2013": "-"})
_MAX_DIGITS = 60

_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_RUSSIAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_DAY_AND_TIME = re.compile(r"(\S+?)(?:[T ]\s*)([0-9]{1,2}:[0-9]{2}\S*(?: ?[+-][0-9:]+)?)")

_BAD_BOOLEAN = _("“%(text)s” is neither yes nor no.")
_BAD_NUMBER = _("“%(text)s” is not a number.")
_BAD_INTEGER = _("“%(text)s” is not a whole number.")
_BAD_DAY = _("“%(text)s” is not a date; write 31.12.2025 or 2025-12-31.")
_BAD_MOMENT = _("“%(text)s” is not a date and time; write 31.12.2025 18:30 or 2025-12-31T18:30+03:00.")


def read_boolean(text: str) -> bool:
    """1/0, да/нет, true/false, yes/no, x — in any case."""
    word = text.strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Malformed("bad_boolean", _BAD_BOOLEAN, text=text)


def read_number(text: str) -> Decimal:
    """`1 234,56`, `1234.56`, `1.234,56`, `1,234.56`; spaces may be of any kind.

    A lone comma or point is the decimal sign: `1,234` is a little more than one.
    """
    number = text.strip()
    if not _PLAIN_NUMBER.fullmatch(number):
        number = number.translate(_SPACES)
        if not _PLAIN_NUMBER.fullmatch(number):
            number = _ungrouped(number, text)
    if len(number) > _MAX_DIGITS:
        raise Malformed("bad_number", _BAD_NUMBER, text=text)
    return Decimal(number)


def read_integer(text: str) -> int:
    """A number without a fraction; `5,00` is 5."""
    number = read_number(text)
    if number != number.to_integral_value():
        raise Malformed("bad_integer", _BAD_INTEGER, text=text)
    return int(number)


def read_day(text: str, zone: tzinfo) -> date:
    """`2025-12-31`, `31.12.2025`, or a moment, whose day is taken in `zone`."""
    day = _day(text.strip())
    if day is not None:
        return day
    try:
        return read_moment(text, zone).astimezone(zone).date()
    except (Malformed, OverflowError) as error:
        raise Malformed("bad_day", _BAD_DAY, text=text) from error


def read_moment(text: str, zone: tzinfo) -> datetime:
    """A moment in UTC. Without an offset it is a local time of `zone`, a day alone is its local midnight."""
    written = text.strip().translate(_SPACES)
    try:
        moment = _moment(written)
        local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("bad_moment", _BAD_MOMENT, text=text) from error


def _ungrouped(number: str, text: str) -> str:
    """Without separators of thousands and with a decimal point."""
    found = _GROUPED.fullmatch(number)
    if not found:
        raise Malformed("bad_number", _BAD_NUMBER, text=text)
    separator = found[1]
    ambiguous = separator in {",", "."} and number.count(separator) == 1 and _is_last_mark(number, separator)
    if separator and not ambiguous:
        number = number.replace(separator, "")
    return number.replace(",", ".")


def _is_last_mark(number: str, separator: str) -> bool:
    return not any(mark in number for mark in ",." if mark != separator)


def _day(text: str) -> date | None:
    """None when the text is not written like a day; Malformed when it is but there is no such day."""
    if iso := _ISO_DAY.fullmatch(text):
        year, month, day = iso.groups()
    elif russian := _RUSSIAN_DAY.fullmatch(text):
        day, month, year = russian.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise Malformed("bad_day", _BAD_DAY, text=text) from error


def _moment(text: str) -> datetime:
    day = _day(text)
    if day is not None:
        return datetime.combine(day, time())
    parts = _DAY_AND_TIME.fullmatch(text)
    day = _day(parts[1]) if parts else None
    if parts is None or day is None:
        raise ValueError(text)
    clock = parts[2].replace(" ", "")
    return datetime.combine(day, time.fromisoformat(f"0{clock}" if clock[1] == ":" else clock))
