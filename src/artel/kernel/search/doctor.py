"""The index compared with what it should hold, and made anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from .models import SearchEntry
from .texts import CHUNK, Source, Texts, sources
from .trigrams import GRAMS, refill
from .writing import forget, write


def rebuild() -> int:
    """Write every text again and drop what belongs to nothing; answers how many records are searchable."""
    count = sum(remake(source) for source in sources().values())
    with transaction.atomic():
        forget(_strays())
        refill()
    return count


def remake(source: Source) -> int:
    """Write the texts of one entity again; answers how many."""
    count = 0
    for keys in _keys(source):
        with transaction.atomic():
            write(source, source.read(keys))
        count += len(keys)
    return count


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


def _keys(source: Source) -> Iterator[list[UUID]]:
    """All keys of a model, a chunk at a time, in key order."""
    rows = source.model._base_manager.order_by("pk").values_list("pk", flat=True)
    chunk = list(rows[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(rows.filter(pk__gt=chunk[-1])[:CHUNK])


def _strays() -> list[UUID]:
    found: list[UUID] = []
    known = [source.entity for source in sources().values()]
    found += SearchEntry.objects.exclude(entity__in=known).values_list("record_id", flat=True)
    for source in sources().values():
        rows = SearchEntry.objects.filter(entity=source.entity)
        found += rows.exclude(record_id__in=source.model._base_manager.values("pk")).values_list(
            "record_id", flat=True
        )
    return found


def _grams_agree() -> bool:
    counted = f"SELECT (SELECT count(*) FROM {GRAMS}_docsize), (SELECT count(*) FROM search_searchentry)"  # noqa: S608 -- our own names
    with connection.cursor() as cursor:
        cursor.execute(counted)
        [grams, texts] = cursor.fetchone()
    return bool(grams == texts)
