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
    whole, some = _reached_kinds(actor, looks=looks)
    if whole is None:
        return Q_ALL
    condition = Q_NOTHING
    for holder, reached in some:
        there = Exists(holder._base_manager.filter(reached, pk=OuterRef(key)))
        condition |= Q(**{entity: holder._meta.label_lower}) & Q(there)
    return condition | Q(**{f"{entity}__in": whole}) if whole else condition


def through_links(actor: Actor, links: type[Model], back: str, *, looks: bool) -> Q:
    """The condition on a child whose records are named by its `links`, which point at it by `back`.

    The links stand beside a record's own condition and not around it: SQLite's parser takes only so many inside one another.
    """
    entity, key = facts_of(links).record or ("", "")
    whole, some = _reached_kinds(actor, looks=looks)
    if whole is None:
        return Q_ALL
    mine = links._base_manager.filter(is_deleted=False)
    condition = Q_NOTHING
    if whole:
        condition |= Q(Exists(mine.filter(**{f"{entity}__in": whole, back: OuterRef("pk")})))
    for holder, reached in some:
        named = mine.filter(**{entity: holder._meta.label_lower, back: OuterRef(OuterRef("pk"))})
        condition |= Q(Exists(holder._base_manager.filter(reached, pk__in=named.values(key))))
    return condition


Kinds = list[tuple[type[Record], Q]]


def _reached_kinds(actor: Actor, *, looks: bool) -> tuple[list[str] | None, Kinds]:
    """Kinds of records that the actor reaches whole (None: all there are), and of which some, with the condition of those."""
    whole: list[str] = []
    some: Kinds = []
    count = 0
    for count, holder in enumerate(holders(), 1):  # noqa: B007 -- how many there are is asked afterwards
        reached = predicate(actor, holder, view_permission(holder)) if looks else changeable(actor, holder)
        if reached == Q_ALL:
            whole.append(holder._meta.label_lower)
        elif reached != Q_NOTHING:
            some.append((holder, reached))
    return (None if len(whole) == count else whole), some


def holders() -> Iterator[type[Record]]:
    """Records that others may name as theirs: those people have a screen for, but parts, which their whole speaks for, and
    who are themselves seen through such.
    """
    for model in apps.get_models():
        if issubclass(model, Record) and holds(model):
            yield model


def holds(model: type[Model]) -> bool:
    """Whether records of the model may have others of them."""
    return (
        issubclass(model, Record)
        and not facts_of(model).arrangement
        and permissions.exists(view_permission(model))
        and not _is_part(model)
        and not _names_records(model)
    )


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
