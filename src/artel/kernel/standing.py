"""What stands for weeks — people, their rights, options, directories — read once and kept by the process.

The database itself gives the base a new epoch with every write to a table whose `Facts` say `standing`, in the same
transaction, so the epoch that a reader sees tells whether what was kept is still so. An epoch is a random number: one that
was rolled back never comes again.

    with standing.read_once():                      # a page: one small query, then
        standing.records(Stage, keys)               # asks the database only for what nobody asked for since the last change
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections, models

from artel.kernel.dialect import dialect_of

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)


class Standing:
    """What was read while the base stood at one epoch. Shared by threads and only added to; nobody changes what is in it."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self._kept: dict[Any, Any] = {}
        self._records: dict[type[models.Model], dict[UUID, Any]] = {}

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """The value kept under a key, made when there is none."""
        try:
            found: T = self._kept[key]
        except KeyError:
            found = self._kept[key] = make()
        return found

    def records(self, model: type[models.Model], keys: Iterable[UUID]) -> Mapping[UUID, Any]:
        """Records of a standing model by key, hidden from nobody: the asker has asked about rights. Not to be changed."""
        kept = self._records.setdefault(model, {})
        if missing := [key for key in keys if key not in kept]:
            found = model._default_manager.in_bulk(missing)
            kept.update({key: found.get(key) for key in missing})
        return kept


_last: list[Standing] = []
_present: ContextVar[Standing | None] = ContextVar("standing", default=None)
_page: ContextVar[dict[Any, Any] | None] = ContextVar("page", default=None)


def present() -> Standing | None:
    """What is kept, while a page is being made that has changed nothing of it; None elsewhere: the database is asked."""
    return _present.get()


def once(key: Any, make: Callable[[], T]) -> T:
    """The value that stands under a key while a page is being made; elsewhere it is made anew."""
    kept = present()
    return kept.once(key, make) if kept else make()


def joined(rows: models.QuerySet[M], *names: str) -> list[M]:
    """The rows with the standing records that these fields point at: from memory while a page is being made, else by a join."""
    if present() is None:
        return list(rows.select_related(*names))
    return pointed(list(rows), *names)


def pointed(found: list[M], *names: str) -> list[M]:
    """The same for records that are read already: elsewhere one query a field."""
    kept = present()
    if kept is None or not found:
        models.prefetch_related_objects(found, *names)
        return found
    for name in names:
        field: Any = found[0]._meta.get_field(name)
        keys = {key for row in found if (key := getattr(row, field.attname)) is not None}
        records = kept.records(field.related_model, keys)
        for row in found:
            if one := records.get(getattr(row, field.attname)):
                field.set_cached_value(row, one)
    return found


def of_page(key: Any, make: Callable[[], T]) -> T:
    """A value shared by the parts of the page that is being made; one's own elsewhere."""
    shared = _page.get()
    if shared is None:
        return make()
    if key not in shared:
        shared[key] = make()
    found: T = shared[key]
    return found


def shared() -> dict[Any, Any] | None:
    """Where `of_page` keeps its values; None outside of a page."""
    return _page.get()


def written() -> None:
    """This transaction has changed what stands: until the page is done, nothing is taken from memory or put there."""
    _present.set(None)


@contextmanager
def read_once(found: Standing | None = None, *, acts: bool = False) -> Iterator[None]:
    """Inside, readers may take what stands from memory; the parts of a page that `acts` share nothing else."""
    token, page = _present.set(found or latest()), _page.set(None if acts else {})
    try:
        yield
    finally:
        _present.reset(token)
        _page.reset(page)


def latest() -> Standing | None:
    """What is kept of the base as it stands now: one query. None for a base that has no epoch yet."""
    epoch = _epoch()
    if epoch is None:
        return None
    last = _last[0] if _last else None
    if last is None or last.epoch != epoch:
        last = Standing(epoch)
        _last[:] = [last]
    return last


def changed() -> None:
    """Say that something kept has changed in a table that has no triggers."""
    with connection.cursor() as cursor:
        cursor.execute(dialect_of(connection).new_epoch())


def _epoch() -> int | None:
    """The first question of a page: a connection that the server has closed since is opened anew, so no other need ask."""
    base: Any = connections[DEFAULT_DB_ALIAS]
    base.health_check_done = True
    try:
        return _asked(base)
    except (OperationalError, InterfaceError):
        if base.in_atomic_block:
            raise
        base.close()
        return _asked(base)


def _asked(base: Any) -> int | None:
    with dialect_of(base).repeated(base) as cursor:
        cursor.execute("SELECT value FROM kernel_epoch")
        found = cursor.fetchone()
    return int(found[0]) if found else None
