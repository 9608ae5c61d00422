"""Values as the person reads them: numbers, money, days and moments by the active language and zone.

Written out for the two languages instead of asking CLDR per cell: a list of fifty rows formats a few hundred values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language

from artel.kernel import standing

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
EMPTY = "\N{EM DASH}"

_SYMBOLS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "KZT": "₸", "BYN": "Br"}
_RUSSIAN = str.maketrans({",": NBSP, ".": ",", "-": MINUS})
_ENGLISH = str.maketrans({"-": MINUS})

Number = int | float | Decimal


_of_page: ContextVar[str] = ContextVar("language")


def language() -> str:
    """The active language, "ru" or "en"."""
    return _of_page.get("") or _active()


def _active() -> str:
    return (get_language() or "en")[:2]


@contextmanager
def one_language() -> Iterator[None]:
    """Inside, the language that is active now stays so: a page asks for it with every label and number."""
    token = _of_page.set(_active())
    try:
        yield
    finally:
        _of_page.reset(token)


def is_russian() -> bool:
    """True when the person reads Russian."""
    return language() == "ru"


def number(value: Number | None, places: int | None = None) -> str:
    """Grouped with no-break spaces and a real minus; `places` fixes the decimals, else as many as the value has."""
    if value is None:
        return EMPTY
    text = f"{value:,}" if places is None else f"{value:,.{places}f}"
    return text.translate(_RUSSIAN if is_russian() else _ENGLISH)


def symbol(currency: str) -> str:
    """₽ for RUB; a code without a sign stands for itself."""
    return _SYMBOLS.get(currency, currency)


def money(value: Number | None, currency: str = "") -> str:
    """15 000,00 ₽ in Russian, ₽15,000.00 in English; without a currency only the number."""
    if value is None:
        return EMPTY
    shown = number(value, 2)
    sign = symbol(currency)
    if not sign:
        return shown
    if is_russian() or len(sign) > 1:
        return f"{shown}{NBSP}{sign}"
    return f"{MINUS}{sign}{shown[1:]}" if shown.startswith(MINUS) else f"{sign}{shown}"


def percent(value: Number | None, places: int = 0) -> str:
    """80 % in Russian, 80% in English, of a value already in percent."""
    if value is None:
        return EMPTY
    return f"{number(value, places)}{NBSP}%" if is_russian() else f"{number(value, places)}%"


def share(value: Number | None, places: int = 0) -> str:
    """A share (0 to 1) shown as a percentage."""
    return EMPTY if value is None else percent(value * 100, places)


_MONTHS = {
    "ru": ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def _short(value: date, with_year: bool) -> str:
    month = _MONTHS[language() if language() in _MONTHS else "en"][value.month - 1]
    return f"{value.day}{NBSP}{month}{NBSP}{value.year}" if with_year else f"{value.day}{NBSP}{month}"


def day(value: date | None) -> str:
    """17.11.2026 in Russian, 17 Nov 2026 in English."""
    if value is None:
        return EMPTY
    return value.strftime("%d.%m.%Y") if is_russian() else _short(value, with_year=True)


def long_day(value: date) -> str:
    """Вторник, 17 ноября; Tuesday, 17 November."""
    text = format_date(value, "EEEE, d MMMM", locale="ru" if is_russian() else "en_GB")
    return text[0].upper() + text[1:]


def feed_day(value: date) -> str:
    """17 ноября, with the year only when it is not this one."""
    pattern = "d MMMM" if value.year == timezone.localdate().year else "d MMMM y"
    return _by_pattern(value, pattern, "ru" if is_russian() else "en_GB")


@lru_cache(maxsize=2048)
def _by_pattern(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, locale=locale)


def clock(value: datetime) -> str:
    """09:30 in the person's zone."""
    return timezone.localtime(value).strftime("%H:%M")


def moment(value: datetime | None) -> str:
    """16 ноя, 12:31 in the person's zone; the year when it is not this one."""
    return EMPTY if value is None else standing.of_page(("moments", language()), moments)(value)


def moments() -> Callable[[datetime], str]:
    """`moment` for many values: language, zone and year are asked for once."""
    zone, year = timezone.get_current_timezone(), timezone.localdate().year
    months = _MONTHS[language() if language() in _MONTHS else "en"]

    def write(value: datetime) -> str:
        local = value.astimezone(zone)
        day = f"{local.day}{NBSP}{months[local.month - 1]}"
        whole = day if local.year == year else f"{day}{NBSP}{local.year}"
        return f"{whole},{NBSP}{local.hour:02}:{local.minute:02}"

    return write


def sums() -> Callable[[Number], str]:
    """Numbers with two places, many of them: the language is asked for once."""
    signs = _RUSSIAN if is_russian() else _ENGLISH
    return lambda value: f"{value:,.2f}".translate(signs)


def typed_day(value: date | None) -> str:
    """A day as it stands in a field: 17.11.2026 in Russian, 2026-11-17 in English (no order to mistake)."""
    if value is None:
        return ""
    return value.strftime("%d.%m.%Y") if is_russian() else value.isoformat()


def initials(name: str) -> str:
    """КЛ of «Кира Левашова»: at most two letters for the round mark."""
    return "".join(word[0] for word in name.split()[:2] if word).upper()


def sized(count: int) -> str:
    """2,4 МБ of a size in bytes."""
    units = ("Б", "КБ", "МБ", "ГБ") if is_russian() else ("B", "KB", "MB", "GB")
    size, unit = float(count), 0
    while size >= 1024 and unit < len(units) - 1:
        size, unit = size / 1024, unit + 1
    return f"{number(round(size, 1) if unit else int(size))}{NBSP}{units[unit]}"
