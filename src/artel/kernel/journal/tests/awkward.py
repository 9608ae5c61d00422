"""Values that have been lost somewhere before."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any
from uuid import UUID

VALUES: dict[str, list[Any]] = {
    "char": [
        "",
        " ",
        "'",
        '"',
        "\\",
        "a\nb\tc",
        "null",
        "{}",
        "Ё",
        "😀𝄞",
        "%s %%",
        "\u202ex",
        "\x01",
        "true",
        "007",
        "1e5",
    ],
    "text": [None, "", "line\r\nline", "'; DROP TABLE x; --", "$artel$", '{"a": [1]}', "x" * 5000, "\u2028"],
    "small": [None, 0, -32768, 32767],
    "whole": [0, 1, -1, 2147483647, -2147483648],
    "big": [None, 9223372036854775807, -9223372036854775808, 9007199254740993],
    "yes": [True, False],
    "maybe": [None, True, False],
    "real": [
        None,
        0.0,
        0.1 + 0.2,
        1e-300,
        1.7976931348623157e308,
        -2.5,
        1 / 3,
        5e-324,
        1e22,
        float("inf"),
        float("-inf"),
    ],
    "money": [
        None,
        Decimal("0.00"),
        Decimal("-0.01"),
        Decimal("999999999999.99"),
        Decimal("1.10"),
        Decimal(5),
    ],
    "rate": [None, Decimal("0.12345678901234"), Decimal("9.99999999999999"), Decimal("0.1")],
    "day": [None, date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)],
    "moment": [
        None,
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
        datetime(2024, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    ],
    "time": [None, time(0), time(23, 59, 59, 999999), time(12, 0, 0, 10)],
    "span": [None, timedelta(0), timedelta(days=-1, microseconds=1), timedelta(days=40000, hours=5)],
    "uuid": [None, UUID(int=0), UUID(int=2**128 - 1), UUID("00000000-0000-0000-0000-000000001e10")],
    "json": [
        {},
        [],
        {"a": None},
        {"b": {"c": [None, {"d": None}], "e": 1.5, "f": "Ё😀"}, "a": True},
        "text",
        0,
        {"'": '"', "%s": "\\", "x y": [1e-7, 12345678901234567890]},
    ],
    "address": [None, "127.0.0.1", "2001:db8::1"],
    "link": ["", "https://example.org/?a=1&b=%20"],
}


def rows(count: int) -> list[dict[str, object]]:
    """`count` rows in which every value of every column occurs, beside ever other ones."""
    columns = {name: islice(cycle(values), count) for name, values in VALUES.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
