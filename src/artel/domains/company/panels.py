"""What the card of a role shows: everything it may do, and the fields closed to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from artel.kernel import permissions
from artel.kernel.actors import Actor
from artel.kernel.permission_words import VERBS, split, words_of
from artel.kernel.refusals import type_of_text
from artel.kernel.roles import Role

from .closed_fields import closed_of


@dataclass(frozen=True)
class RightCell:
    """One permission of a role; `is_own` when it differs from what ships for the role."""

    permission: str
    words: str
    holds: bool
    is_own: bool


@dataclass(frozen=True)
class RightLine:
    """A kind of record with a cell a verb, where there is such a permission."""

    label: str
    cells: Sequence[RightCell | None]


@dataclass(frozen=True)
class Rights:
    """All a role may do."""

    verbs: Sequence[type_of_text]
    lines: Sequence[RightLine]
    apart: Sequence[RightCell]


def rights(_actor: Actor, role: Role) -> Rights:
    """Plain permissions by kind of record, then the acts with a permission of their own."""
    by_record: dict[tuple[str, Any], dict[str, str]] = {}
    apart = []
    for code in permissions.known():
        verb, model = split(code)
        if model is None:
            apart.append(code)
        else:
            by_record.setdefault((code.partition(".")[0], model), {})[verb] = code
    lines = [
        RightLine(_label(model), [_cell(role, found[verb]) if verb in found else None for verb in VERBS])
        for (_room, model), found in sorted(by_record.items(), key=lambda each: _label(each[0][1]))
    ]
    return Rights(
        list(VERBS.values()), lines, sorted((_cell(role, one) for one in apart), key=lambda cell: cell.words)
    )


def _label(model: Any) -> str:
    label = str(model._meta.verbose_name_plural)
    return label[:1].upper() + label[1:]


def _cell(role: Role, code: str) -> RightCell:
    holds = permissions.effective(role.code, role.added, role.withdrawn).covers(code)
    shipped = permissions.effective(role.code, (), ()).covers(code)
    return RightCell(code, words_of(code), holds, holds != shipped)


def closed_fields(_actor: Actor, role: Role) -> list[tuple[str, str]]:
    """Key and words of each field closed to the role."""
    return closed_of(role)
