"""Addresses of pages, asked for hundreds of times a page: each shape is looked up once, keys are put into it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse

PLACE = UUID(int=0)


@lru_cache(maxsize=4096)
def _shape(name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)


@lru_cache(maxsize=4096)
def address_around(name: str, *args: Any) -> tuple[str, str]:
    """The address before and after a key; `args` are those of `reverse`, with PLACE where the key is to stand."""
    before, _place, after = reverse(name, args=args).partition(str(PLACE))
    return before, after


def page_address(name: str, *args: Any) -> str:
    """What `reverse` answers. At most one argument is a key."""
    for place, key in enumerate(args):
        if type(key) is UUID:
            before, after = address_around(name, *args[:place], PLACE, *args[place + 1 :])
            return f"{before}{key}{after}"
    return _shape(name, args)


def card_address(path: str, key: UUID) -> str:
    """The card of a record of the entity at `path`."""
    before, after = address_around("web:card", path, PLACE)
    return f"{before}{key}{after}"
