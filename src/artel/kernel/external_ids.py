"""Keys of records in other systems: given by programs and files, understood wherever a reference is written as a text.

«1c:000123» names the system, «000123» alone means whichever system has it; a key that means several records means none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from .access import restrict, view_permission
from .acts import Act, Line
from .arguments import Argument, Values
from .line_checks import require_filled
from .record_commands import record_commands
from .records import Record
from .registers import ExternalId

Given = list[Line[Any, Values]]
NO_ENTITY = _("There are no such records here; an example is partners.partner.")
NO_RECORD = _("There is no such record, or it is not visible to you.")


def named_outside(model: type[Model], texts: Collection[str]) -> dict[str, set[UUID]]:
    """Keys of the records that other systems call so: one query."""
    wanted = Q(key__in=texts)
    for text in texts:
        system, colon, key = text.partition(":")
        if colon:
            wanted |= Q(system=system, key=key)
    found: dict[str, set[UUID]] = {}
    rows = ExternalId.objects.filter(wanted, entity=model._meta.label_lower, is_deleted=False)
    for system, key, record in rows.values_list("system", "key", "record_id"):
        for text in {key, f"{system}:{key}"} & set(texts):
            found.setdefault(text, set()).add(record)
    return found


def _check(act: Act, lines: Given) -> None:
    require_filled(lines, "system", "entity", "key", "record")
    for line in lines:
        if line.is_open and {"entity", "record"} & set(line.args):
            _find(act, line)


def _find(act: Act, line: Line[Any, Values]) -> None:
    """The record must be there and be seen: nobody gives names to what he does not know."""
    try:
        model = apps.get_model(str(line.value("entity")))
    except (LookupError, ValueError):
        model = ExternalId
    if not issubclass(model, Record) or model is ExternalId:
        line.refuse("invalid", NO_ENTITY, fields={"entity": NO_ENTITY})
        return
    line.args["entity"] = model._meta.label_lower
    raw = line.args.get("record", line.subject and str(line.subject.record_id))
    try:
        key = UUID(str(raw))
    except ValueError:
        key = UUID(int=0)
    if not restrict(model._default_manager.filter(pk=key), act.actor, view_permission(model)).exists():
        line.refuse("not_found", NO_RECORD, fields={"record": NO_RECORD})
        return
    line.args["record_id"] = key


external_ids = record_commands(
    ExternalId,
    fields=["system", "entity", "key"],
    computed=["record_id"],
    extra=[Argument("record", _("Record"), "text", required=True, help=_("Its id here."))],
    check=_check,
    room="kernel",
)
