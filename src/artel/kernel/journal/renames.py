"""What a field's name in an old image means today."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from artel.kernel.dialect import Column, Table
from artel.kernel.refusals import Refused

from .catalogue import Model, table_of_number
from .models import JournalField, JournalTable


def todays_table(number: int) -> tuple[Model, Table]:
    """The model and table behind a number. Raises Refused("table_gone") when the house has no such records any more."""
    known = table_of_number(number)
    if known is None:
        name = JournalTable.objects.get(pk=number).name
        raise Refused(
            "table_gone", _("There are no records of the kind “%(name)s” any more.") % {"name": name}
        )
    return known


class Renames:
    """All renames there ever were: a few rows, read at once."""

    def __init__(self) -> None:
        self._of: dict[int, list[JournalField]] = {}
        for rename in JournalField.objects.order_by("pk"):
            self._of.setdefault(rename.table_id, []).append(rename)

    def todays_name(self, table_id: int, key: str, set_id: int, known: Collection[str]) -> str:
        """Follow the renames that came after the set, oldest first; a dropped name leads to "".

        A migration's own sets lie on the border of its renames: a name that nobody knows follows all of them.
        """
        renames = self._of.get(table_id, [])
        name = _followed(key, (rename for rename in renames if rename.until_set_id >= set_id))
        return name if name in known else _followed(key, renames)

    def names_ever(self, table_id: int, names: Collection[str]) -> set[str]:
        """These names, all that they were called before, and the names of dropped fields."""
        renames = self._of.get(table_id, [])
        former = {
            rename.name
            for place, rename in enumerate(renames)
            if _followed(rename.name, renames[place:]) in {*names, ""}
        }
        return {*names, *former}


def _followed(name: str, renames: Iterable[JournalField]) -> str:
    for rename in renames:
        if rename.name == name:
            name = rename.now_called or ""
    return name


def todays_column(model: Model, table: Table, key: str, set_id: int, renames: Renames) -> tuple[Column, str]:
    """The column that the key of an image of that set speaks of (named as in the image), and its field's name today.

    Raises Refused("field_gone") naming a field that no longer exists.
    """
    name = renames.todays_name(table.id, key, set_id, {column.name for column in table.columns})
    try:
        return replace(table.column(name), name=key), name
    except KeyError:
        sentence = _("The field “%(field)s” of “%(entity)s” no longer exists.")
        raise Refused(
            "field_gone", sentence % {"field": key, "entity": model._meta.verbose_name}, needs=[key]
        ) from None
