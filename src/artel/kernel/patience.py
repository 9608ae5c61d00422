"""Answers that are worth only so long a wait: a count beside a tab must not keep a page or a worker busy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from .dialect import dialect_of


class TooLong(Exception):
    """The database was asked to stop: the answer would have taken longer than it is worth."""


@contextmanager
def within(milliseconds: int) -> Iterator[None]:
    """Reading inside takes at most so long, or raises TooLong; nothing may be written there."""
    try:
        with transaction.atomic(), dialect_of(connection).limited(connection, milliseconds):
            yield
    except OperationalError as error:
        if any(word in str(error) for word in ("interrupted", "statement timeout", "statement_timeout")):
            raise TooLong from error
        raise
