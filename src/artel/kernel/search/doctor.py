"""The index compared with what it should hold, and made anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from .models import SearchEntry
from .texts import CHUNK, Source, Texts, sources
from .trigrams import GRAMS, refill
from .writing import forget, write


def rebuild() -> int:
    """Write every text again and drop what belongs to nothing; answers how many records are searchable."""
    for source in sources().values():
        for _last in remade(source):
            pass
    with transaction.atomic():
        forget(_strays())
        refill()
    return SearchEntry.objects.count()


def remade(source: Source, after: UUID | None = None) -> Iterator[UUID]:
    """Write the texts of one entity again, a chunk at a time, from beyond a key on; gives the last key of each chunk."""
    for keys in _keys(source, after):
        with transaction.atomic():
            write(source, source.read(keys))
        yield keys[-1]


def findings(limit: int = 20) -> list[str]:
    """Records whose text is missing or stale, entries without a record: one line each, at most `limit`."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for source in sources().values():
        for keys in _keys(source):
            right = source.read(keys)
            kept = _kept(keys)
            yield from (
                _("%(what)s: the search index is stale.") % {"what": f"{source.entity} {key}"}
                for key in right
                if kept.get(key) != right[key]
            )
    for key in _strays():
        yield _("%(what)s: the search index holds a record that is no more.") % {"what": key}
    if connection.vendor == "sqlite" and not _grams_agree():
        yield _("The trigrams of the search index differ from its texts.")


def _kept(keys: list[UUID]) -> Texts:
    rows = SearchEntry.objects.filter(record_id__in=keys).values_list("record_id", "name", "text")
    return {key: (name, text) for key, name, text in rows}


def _keys(source: Source, after: UUID | None = None) -> Iterator[list[UUID]]:
    """All keys of a model (beyond one), a chunk at a time, in key order."""
    rows = source.model._base_manager.order_by("pk").values_list("pk", flat=True)
    chunk = list((rows.filter(pk__gt=after) if after else rows)[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(rows.filter(pk__gt=chunk[-1])[:CHUNK])


def _strays() -> list[UUID]:
    found: list[UUID] = []
    known = [source.entity for source in sources().values()]
    found += SearchEntry.objects.exclude(entity__in=known).values_list("record_id", flat=True)
    for source in sources().values():
        record = source.model._base_manager.filter(pk=OuterRef("record_id"))
        # Not `NOT IN`: PostgreSQL would go through all keys again for every entry as soon as they do not fit its memory.
        rows = SearchEntry.objects.filter(~Exists(record), entity=source.entity)
        found += rows.values_list("record_id", flat=True)
    return found


def _grams_agree() -> bool:
    counted = f"SELECT (SELECT count(*) FROM {GRAMS}_docsize), (SELECT count(*) FROM search_searchentry)"  # noqa: S608 -- our own names
    with connection.cursor() as cursor:
        cursor.execute(counted)
        [grams, texts] = cursor.fetchone()
    return bool(grams == texts)
