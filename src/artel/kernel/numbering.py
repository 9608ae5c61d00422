"""Numbers of records: base prefix and a number of the series, unique, never reused (rules §4.6: `00-00000036`)."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import F

from .dialect import dialect_of
from .registers import Counter

DIGITS = 8
MOST = 99_999_999_999  # a code has room for no more, and no base gives so many
_OWN = re.compile(r"^(?P<prefix>.+)-(?P<number>\d{8,})$")


def base_prefix() -> str:
    """What tells this base's numbers from other bases' in an exchange."""
    return str(settings.BASE_PREFIX)


def code(number: int) -> str:
    return f"{base_prefix()}-{number:0{DIGITS}d}"


def reserve(series: str, count: int) -> list[str]:
    """`count` new codes of a series. Two writers never get the same ones; a rolled back act leaves a gap at most."""
    base: Any = connections[DEFAULT_DB_ALIAS]
    table = base.ops.quote_name(Counter._meta.db_table)
    with dialect_of(base).repeated(base) as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS c (series, last) VALUES (%s, %s) "  # noqa: S608 -- the table's own name
            "ON CONFLICT (series) DO UPDATE SET last = c.last + excluded.last RETURNING last",
            [series, count],
        )
        [last] = cursor.fetchone()
    return [code(number) for number in range(last - count + 1, last + 1)]


def keep_clear_of(series: str, codes: list[str]) -> None:
    """Codes brought from outside in this base's own form are never given again."""
    found = (_OWN.match(text) for text in codes)
    numbers = [int(match["number"]) for match in found if match and match["prefix"] == base_prefix()]
    numbers = [number for number in numbers if number <= MOST]
    if not numbers:
        return
    Counter.objects.get_or_create(series=series)
    Counter.objects.filter(series=series, last__lt=max(numbers)).update(last=max(numbers))


def last_number(series: str) -> int:
    return Counter.objects.filter(series=series).values_list(F("last"), flat=True).first() or 0
