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


def page_address(name: str, *args: Any) -> str:
    """What `reverse` answers. At most one argument is a key."""
    if not args or (type(args[-1]) is not UUID and UUID not in map(type, args)):
        return _shape(name, args)
    [key] = [each for each in args if type(each) is UUID]
    shape = _shape(name, tuple(PLACE if type(each) is UUID else each for each in args))
    return shape.replace(str(PLACE), str(key))


@lru_cache(maxsize=512)
def _card(path: str) -> str:
    return page_address("web:card", path, PLACE).removesuffix(str(PLACE))


def card_address(path: str, key: UUID) -> str:
    """The card of a record of the entity at `path`."""
    return f"{_card(path)}{key}"
