"""After an upgrade: what its data migrations wrote is indexed, and entities that are searched by other fields than before."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from artel.kernel.dialect.contract import MIGRATION
from artel.kernel.journal.models import ChangeSet, JournalReader

from . import trigrams
from .doctor import remake
from .models import SearchEntry
from .texts import sources
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
    paths = {source.entity: [path.name for path in source.paths] for source in sources().values()}
    for source in sources().values():
        if kept.get("paths", {}).get(source.entity) != paths[source.entity]:
            remake(source)
    reader.position = json.dumps({"set": last, "paths": paths})
    reader.save()
