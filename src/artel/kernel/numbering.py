"""Numbers of records: base prefix and a number of the series, unique, never reused (rules §4.6: `00-00000036`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import F, Model
from django.db.models.functions import Length

from .dialect import dialect_of
from .records import Record, facts_of
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


def behind() -> Iterator[tuple[type[Model], int]]:
    """Numbered records whose counter would give a number that one of them has, and the greatest of theirs."""
    for model in apps.get_models():
        series = facts_of(model).code_prefix if issubclass(model, Record) else ""
        if series and (greatest := _greatest(model)) > last_number(series):
            yield model, greatest


def _greatest(model: type[Model]) -> int:
    """Codes of one length are in the order of their numbers, and longer ones are greater."""
    own = model._base_manager.filter(code__regex=rf"^{re.escape(base_prefix())}-\d{{8,11}}$")
    longest = (
        own.annotate(length=Length("code"))
        .order_by("-length", "-code")
        .values_list("code", flat=True)
        .first()
    )
    return int(longest.rpartition("-")[2]) if longest else 0


def catch_up() -> None:
    """Start every counter behind the numbers that are there."""
    for model, greatest in behind():
        keep_clear_of(facts_of(model).code_prefix, [code(greatest)])
