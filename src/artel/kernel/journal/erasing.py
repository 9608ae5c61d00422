"""Personal values taken out of the journal: who changed which field and when stays, what it held does not."""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import UUID

from django.db import connection, models

from artel.kernel.dialect import dialect_of

from .catalogue import Model, facts_of, journalled_models, number_of
from .models import RowChange
from .renames import Renames
from .staging import batches, execute
from .values import ERASED

MARK = json.dumps({ERASED: True})


def scrub(model: Model, rows: Collection[UUID]) -> None:
    """Put the mark of an erasure in place of every personal value that the journal holds of these rows.

    Names that the fields had before count too, and fields that are no more: nobody can tell what they held.
    """
    number, personal = number_of(model), facts_of(model).personal
    if number is None or not personal:
        return
    dialect = dialect_of(connection)
    names = Renames().names_ever(number, personal)
    before, after = (dialect.with_members(image, names, MARK) for image in ("before", "after"))
    for few in batches(sorted(rows)):
        places = ", ".join(["%s"] * len(few))
        execute(
            f"UPDATE journal_rowchange SET before = {before}, after = {after} "
            f"WHERE table_id = %s AND row_id IN ({places}) AND (before IS NOT NULL OR after IS NOT NULL)",
            [number, *(dialect.key(row) for row in few)],
        )


def parts_ever(model: Model, owners: Collection[UUID]) -> dict[Model, set[UUID]]:
    """Rows with personal fields that are parts of these records, or were before they were deleted."""
    found: dict[Model, set[UUID]] = {}
    for part, columns in _parts_of(model).items():
        keys = {
            key
            for column in columns
            for key in part._base_manager.filter(**{f"{column}__in": owners}).values_list("pk", flat=True)
        }
        deleted = RowChange.objects.filter(owner_id__in=owners, table_id=number_of(part) or 0)
        found[part] = keys | set(deleted.values_list("row_id", flat=True))
    return found


def _parts_of(model: Model) -> dict[Model, list[str]]:
    """Models with personal fields whose parent may be such a record, and the references that say so."""
    found: dict[Model, list[str]] = {}
    for part in journalled_models():
        for name in facts_of(part).parent.split("|"):
            field = part._meta.get_field(name) if name else None
            if (
                isinstance(field, models.ForeignKey)
                and field.related_model is model
                and facts_of(part).personal
            ):
                found.setdefault(part, []).append(field.name)
    return found
