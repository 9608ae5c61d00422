"""What a field's name in an old image means today."""

from __future__ import annotations

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


def todays_column(model: Model, table: Table, key: str, set_id: int) -> tuple[Column, str]:
    """The column that the key of an image of that set speaks of (named as in the image), and its field's name today.

    Raises Refused("field_gone") naming a field that no longer exists.
    """
    name = _todays_name(table, key, set_id)
    try:
        return replace(table.column(name), name=key), name
    except KeyError:
        sentence = _("The field “%(field)s” of “%(entity)s” no longer exists.")
        raise Refused(
            "field_gone", sentence % {"field": key, "entity": model._meta.verbose_name}, needs=[key]
        ) from None


def _todays_name(table: Table, key: str, set_id: int) -> str:
    """Follow the renames that came after the set, oldest first; a dropped name leads nowhere."""
    name = key
    for rename in JournalField.objects.filter(table_id=table.id, until_set_id__gte=set_id).order_by("pk"):
        if rename.name == name:
            name = rename.now_called or ""
    return name
