"""People out as vCard 3.0, which every address book reads: rows the actor may see, fields he may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from artel.exchange.tabular.exporting import ExportOptions, exported_rows, placed
from artel.exchange.vcard.reading import GENDERS, HEADS
from artel.kernel.actors import Actor
from artel.kernel.refusals import Refused
from artel.screens.vocabulary import Resource

_NO_PEOPLE = _("%(entity)s are not people: they cannot be written as cards.")
_PERSON = {"last_name", "first_name", "phone", "email"}
_LINES = {
    "position": "title",
    "role": "role",
    "phone": "tel",
    "email": "email",
    "birthday": "bday",
    "comment": "note",
}


def has_cards(resource: Resource) -> bool:
    """Whether its records are people with a name, a phone and an e-mail."""
    return {one.name for one in resource.fields} >= _PERSON


def export_cards(actor: Actor, resource: Resource, path: Path, rows: QuerySet[Any] | None = None) -> int:
    """Write a card for each visible person (of `rows`, else all); returns how many. Raises Refused."""
    if not has_cards(resource):
        raise Refused("no_cards", _NO_PEOPLE % {"entity": resource.path})
    fields, found = exported_rows(actor, resource, ExportOptions(columns=HEADS), rows)
    names = [one.name for one in fields]
    count = 0
    with placed(path) as place, place.open("w", encoding="utf-8", newline="") as stream:
        for count, values in enumerate(found, start=1):  # noqa: B007
            stream.write(_card(dict(zip(names, map(_text, values), strict=True))))
    return count


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _card(cells: dict[str, str]) -> str:
    from vobject import vCard  # noqa: PLC0415 -- few files are cards
    from vobject.vcard import Name  # noqa: PLC0415

    card = vCard()
    last, first, middle = (cells.get(name, "") for name in ("last_name", "first_name", "middle_name"))
    card.add("n").value = Name(family=last, given=first, additional=middle)
    card.add("fn").value = " ".join(filter(None, (last, first, middle))) or "—"
    if partner := cells.get("partner"):
        card.add("org").value = [partner]
    for name, line in _LINES.items():
        if text := cells.get(name):
            card.add(line).value = text
    if gender := next((sign for sign, code in GENDERS.items() if code == cells.get("gender")), ""):
        card.add("x-gender").value = gender
    written: str = card.serialize()
    return written
