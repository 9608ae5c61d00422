"""What a row is a part of, and whose right changes it: a stage of a deal, a file on any record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q

from . import permissions
from .access import Q_ALL, Q_NOTHING, predicate, view_permission
from .actors import Actor
from .records import Record, facts_of

if TYPE_CHECKING:
    from .journal.following import Touch
    from .journal.reading import Entry

E = TypeVar("E", "Entry", "Touch")


def change_permission(model: type[Model]) -> str:
    """The right to change a row; of a part that no command changes by a right of its own, that of its whole."""
    whole = _whole_of(model)
    return change_permission(whole[1]) if whole else _own_permission(model)


def _own_permission(model: type[Model]) -> str:
    return f"{model._meta.app_label}.change_{model._meta.model_name}"


def _whole_of(model: type[Model]) -> tuple[str, type[Model]] | None:
    """Stages and participants of a deal are changed with the deal: no command asks for a right to them alone."""
    path = facts_of(model).parent
    if not path or "|" in path or permissions.exists(_own_permission(model)):
        return None
    relation: Any = model._meta.get_field(path)
    return (path, relation.related_model) if relation.concrete else None


def changeable(actor: Actor, model: type[Model]) -> Q:
    """Rows that are the actor's to change; a part is when its whole is."""
    whole = _whole_of(model)
    if whole is None:
        return predicate(actor, model, _own_permission(model))
    path, parent = whole
    reached = changeable(actor, parent)
    return reached and Q(**{f"{path}__in": parent._base_manager.filter(reached).values("pk")})


def of_records(actor: Actor, model: type[Model], *, looks: bool) -> Q:
    """The condition on rows that name records of any kind: those whose record the actor sees (`looks`) or may change."""
    entity, key = facts_of(model).record or ("", "")
    whole: list[str] = []
    condition = Q_NOTHING
    for holder in holders():
        reached = predicate(actor, holder, view_permission(holder)) if looks else changeable(actor, holder)
        name = holder._meta.label_lower
        if reached == Q_ALL:
            whole.append(name)
        elif reached != Q_NOTHING:
            there = Exists(holder._base_manager.filter(reached, pk=OuterRef(key)))
            condition |= Q(**{entity: name}) & Q(there)
    if len(whole) == sum(1 for _each in holders()):
        return Q_ALL
    return condition | Q(**{f"{entity}__in": whole}) if whole else condition


def holders() -> Iterator[type[Record]]:
    """Records that others may name as theirs: those people have a screen for, but parts, which their whole speaks for, and
    who are themselves seen through such.
    """
    for model in apps.get_models():
        if (
            issubclass(model, Record)
            and not facts_of(model).arrangement
            and permissions.exists(view_permission(model))
            and not _is_part(model)
            and not _names_records(model)
        ):
            yield model


def _is_part(model: type[Model]) -> bool:
    """A phone of a client, a role of a contact person: never without its whole."""
    ways: list[Any] = [model._meta.get_field(path) for path in facts_of(model).parent.split("|") if path]
    return bool(ways) and all(way.concrete and not way.null for way in ways)


def _names_records(model: type[Model]) -> bool:
    facts = facts_of(model)
    if facts.record:
        return True
    ways = [model._meta.get_field(path) for path in facts.parent.split("|") if path]
    return any(way.related_model is not model and _names_records(way.related_model) for way in ways)  # type: ignore[arg-type]


def told_to(actor: Actor, entries: Sequence[E]) -> list[E]:
    """Of a record's history, or of news of it, what the actor may know: not that others' private parts come and go. No query without such."""
    asked: dict[Any, set[UUID]] = {}
    for entry in entries:
        if entry.model is not None and entry.owner is not None and facts_of(entry.model).private:
            asked.setdefault(entry.model, set()).add(entry.row)
    if not asked or actor.is_unbounded:
        return list(entries)
    hidden: set[UUID] = set()
    gone: set[UUID] = set()
    for model, keys in asked.items():
        there = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        visible = predicate(actor, model, view_permission(model))
        hidden |= there - set(model._base_manager.filter(visible, pk__in=there).values_list("pk", flat=True))
        gone |= keys - there
    return [
        one
        for one in entries
        if one.row not in hidden and (one.row not in gone or one.set.actor_id == actor.user_id)
    ]
