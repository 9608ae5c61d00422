"""What the cards of a role and of a grant show: everything the role may do, the fields closed to it, the access groups listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model

from artel.kernel import permissions
from artel.kernel.access import fields_visible_to, seen_by_key, view_permission
from artel.kernel.actors import Actor
from artel.kernel.permission_words import VERBS, split, words_of
from artel.kernel.refusals import type_of_text
from artel.kernel.roles import AccessGroup, Grant, GrantGroup, Role
from artel.lib.words import capital

from .closed_fields import closed_of
from .granting import groups_of


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
    by_record: dict[type[Model], dict[str, str]] = {}
    apart = []
    for code in permissions.known():
        verb, model = split(code)
        if model is None:
            apart.append(code)
        else:
            by_record.setdefault(model, {})[verb] = code
    lines = [
        RightLine(
            capital(model._meta.verbose_name_plural),
            [_cell(role, found[verb]) if verb in found else None for verb in VERBS],
        )
        for model, found in by_record.items()
    ]
    return Rights(
        list(VERBS.values()),
        sorted(lines, key=lambda line: line.label),
        sorted((_cell(role, one) for one in apart), key=lambda cell: cell.words),
    )


def _cell(role: Role, code: str) -> RightCell:
    holds = permissions.effective(role.code, role.added, role.withdrawn).covers(code)
    shipped = permissions.effective(role.code, (), ()).covers(code)
    return RightCell(code, words_of(code), holds, holds != shipped)


def closed_fields(_actor: Actor, role: Role) -> list[tuple[str, str]]:
    """Key and words of each field closed to the role."""
    return closed_of(role)


@dataclass(frozen=True)
class GroupsListed:
    """How access groups restrict a grant, in words, and which are listed."""

    mode: str
    groups: Sequence[AccessGroup]


def access_groups_listed(actor: Actor, grant: Grant) -> GroupsListed | None:
    """Those beside the grant, by name, as far as this person sees them; None to who may not see what stands beside it."""
    if not actor.has(view_permission(GrantGroup)) or "access_group" not in fields_visible_to(
        actor, GrantGroup
    ):
        return None
    listed = groups_of([grant])[grant.pk]
    seen = seen_by_key(actor, AccessGroup, [one.pk for one in listed])
    return GroupsListed(str(grant.get_group_mode_display()), [one for one in listed if one.pk in seen])
