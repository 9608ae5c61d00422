"""After an upgrade: what its data migrations wrote is indexed, and entities whose texts are made otherwise than before.

Texts are made anew a thousand at a time; an upgrade that was broken off goes on where it stopped.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import connection

from artel.kernel.dialect.contract import MIGRATION
from artel.kernel.journal.models import ChangeSet, JournalReader

from . import trigrams
from .doctor import remade
from .models import SearchEntry
from .texts import FORM, sources
from .writing import follow

READER = "search"


def after_migrate(**_more: Any) -> None:
    """Unless only a part of the rooms has been migrated."""
    tables = set(connection.introspection.table_names())
    if not {SearchEntry._meta.db_table, *(model._meta.db_table for model in sources())} <= tables:
        return
    trigrams.mend()
    reader, _is_new = JournalReader.objects.get_or_create(name=READER)
    kept = json.loads(reader.position or "{}")
    last = kept.get("set", 0)
    for number in (
        ChangeSet.objects.filter(command=MIGRATION, pk__gt=last).order_by("pk").values_list("pk", flat=True)
    ):
        follow(number)
        last = number
    _keep(reader, kept, set=last)
    _remake_changed(reader, kept)


def _remake_changed(reader: JournalReader, kept: dict[str, Any]) -> None:
    for source in sources().values():
        made = [FORM, *(path.name for path in source.paths)]
        if kept.get("made", {}).get(source.entity) == made:
            continue
        begun = kept.get("making", {})
        after = (
            UUID(begun["after"]) if begun.get("entity") == source.entity and begun["made"] == made else None
        )
        for key in remade(source, after):
            _keep(reader, kept, making={"entity": source.entity, "made": made, "after": str(key)})
        _keep(reader, kept, making={}, made={**kept.get("made", {}), source.entity: made})


def _keep(reader: JournalReader, kept: dict[str, Any], **more: Any) -> None:
    """`set`: the last migration that was followed; `made`: how the texts of each entity are; `making`: what is under way."""
    kept.pop("paths", None)
    kept.update(more)
    reader.position = json.dumps(kept)
    reader.save()
