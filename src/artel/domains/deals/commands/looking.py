"""Records that the lines of a batch name, in one query an entity; records given whole cost none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model

from artel.domains.deals.models import DealKind
from artel.kernel.acts import Line
from artel.kernel.arguments import Values

GivenLines = Sequence[Line[Any, Values]]
Paths = Mapping[UUID, tuple[UUID, ...]]


def own_rows(rows: Any, deal: Any) -> Any:
    """Of participants and demand, those of the deal acted on."""
    return rows.filter(deal=deal) if deal else rows.none()


def key_of(value: Any) -> UUID | None:
    """The key behind a reference given as a record or a key."""
    key: UUID | None = value.pk if isinstance(value, Model) else value
    return key


def named_by(lines: GivenLines, name: str, model: type[Model]) -> dict[UUID, Any]:
    """The records behind one reference argument of all lines, by key."""
    given = [line.args[name] for line in lines if line.args.get(name) is not None]
    found = {value.pk: value for value in given if isinstance(value, Model)}
    return found | fetched(model, {value for value in given if not isinstance(value, Model)} - set(found))


def fetched(model: type[Model], keys: Iterable[UUID]) -> dict[UUID, Any]:
    """Records by key: one query, none for no keys."""
    wanted = set(keys)
    return model._default_manager.in_bulk(wanted) if wanted else {}


def paths_of(kinds: Iterable[DealKind]) -> dict[UUID, tuple[UUID, ...]]:
    """The ordered stages of each kind."""
    return {kind.pk: kind.stage_keys for kind in kinds}
