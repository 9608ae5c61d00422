"""Phone numbers: one stored form (E.164), one shown, one searched; an extension («доб. 12») is kept apart (rules §3.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from artel.lib.malformed import Malformed
from artel.lib.malformed import marked as _

_EXTENSION = re.compile(
    r"[\s,;(]*(?:доб(?:ав(?:очный)?)?|вн(?:утр)?|ext(?:ension)?|x|#)[\s.:№]*(\d{1,8})\)?\s*$", re.IGNORECASE
)
_ALLOWED = re.compile(r"[\d\s()+./\-\u2010-\u2015\u2212]+")
_NOT_DIGIT = re.compile(r"\D+")
_RUSSIAN = re.compile(r"\+7[3-9]\d{9}")
_KEPT = re.compile(r"(?<![\w+])\+\d{8,15}(?!\d)")
_SHORTEST = 3  # emergency and inner numbers
_NATIONAL_LENGTH = 10
_SEARCHED_DIGITS = 10


@dataclass(frozen=True)
class Phone:
    """`number` is `+` and digits (E.164), or bare digits of a short local number; `extension` is digits or empty."""

    number: str
    extension: str = ""

    @property
    def search_key(self) -> str:
        """The last 10 digits: finds a number however its country or trunk prefix was written."""
        return phone_search_key(self.number)

    @property
    def is_mobile(self) -> bool:
        """A Russian mobile number."""
        return self.number.startswith("+79")


def phone_search_key(text: str) -> str:
    """The last 10 digits of whatever was typed."""
    return _NOT_DIGIT.sub("", text)[-_SEARCHED_DIGITS:]


@lru_cache(maxsize=4_096)  # checked, written and compared: each asks for the same one again
def canonical_phone(text: str) -> Phone:
    """A typed number → its stored form. Raises Malformed `bad_phone`.

    More than ten digits: a leading 8 of an 11-digit number becomes +7, any other gets `+`. Ten digits are a Russian
    number without its prefix. Fewer are a local number and stay as they are.
    """
    body, extension = _without_extension(text.strip())
    digits = _NOT_DIGIT.sub("", body)
    if not _ALLOWED.fullmatch(body) or body.rfind("+") > 0 or len(digits) < _SHORTEST:
        raise _bad(text)
    international = body.startswith("+")
    if not international and len(digits) < _NATIONAL_LENGTH:
        return Phone(digits, extension)
    number = f"+{digits}" if international else _with_prefix(digits)
    if not (_RUSSIAN.fullmatch(number) or _is_possible(number)):
        raise _bad(text)
    return Phone(number, extension)


def display_phone(phone: Phone) -> str:
    """«+7 (495) 787-40-08»; other countries by their own habit; a local number as it is. The extension is not shown."""
    if not phone.number.startswith("+"):
        return phone.number
    parsed = phonenumbers.parse(phone.number)
    if parsed.country_code == 7 and len(phone.number) == 12:
        national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        return "+7 " + national.removeprefix("8 ")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def _without_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def _with_prefix(digits: str) -> str:
    if len(digits) == _NATIONAL_LENGTH:
        return f"+7{digits}"
    if len(digits) == _NATIONAL_LENGTH + 1 and digits[0] == "8":
        return f"+7{digits[1:]}"
    if digits.startswith("810"):  # the Russian way out to other countries
        return f"+{digits[3:]}"
    return f"+{digits}"


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except NumberParseException:
        return False


def _bad(text: str) -> Malformed:
    return Malformed("bad_phone", _("%(text)s is not a phone number."), text=text.strip())


def readable_phone(text: str) -> str:
    """A kept number as people read it; one that is none stays as it is written."""
    try:
        return display_phone(canonical_phone(text))
    except Malformed:
        return text


def with_readable_phones(text: str) -> str:
    """A text in which the numbers that stand in their stored form (`+` and digits) are written as people read them."""
    return _KEPT.sub(lambda found: readable_phone(found[0]), text)
