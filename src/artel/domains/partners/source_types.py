"""What first interest may point at: any entity that registers itself here under a key (rules §2.13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.commands import Command
from artel.kernel.people import User
from artel.kernel.records import Record
from artel.kernel.refusals import type_of_text
from artel.lib.names import search_text

from .models import Partner, Person


@dataclass(frozen=True)
class SourceType:
    """A kind of source: its key, its name for people, the records it means.

    `creates` makes a source that is named but missing (plain directories only).
    """

    key: str
    label: type_of_text
    model: type[Record]
    creates: Command | None = None
    order: int = 100


_types: dict[str, SourceType] = {}


def register_source_type(made: SourceType) -> SourceType:
    """Add a kind of source. Raises ValueError when its key is taken."""
    if made.key in _types:
        raise ValueError(f"two source types are called {made.key}")
    _types[made.key] = made
    return made


def source_types() -> Iterator[SourceType]:
    """In the order people see them."""
    return iter(sorted(_types.values(), key=lambda one: one.order))


def source_type(key: str) -> SourceType:
    """Raises KeyError."""
    return _types[key]


class SourceTypeChoices(Sequence[tuple[str, type_of_text]]):
    """Keys and labels as a form offers them: whatever is registered when it is asked."""

    def __len__(self) -> int:
        return len(_types)

    @overload
    def __getitem__(self, place: int) -> tuple[str, type_of_text]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, type_of_text]]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return [(one.key, one.label) for one in source_types()][place]


def is_source_type(key: str) -> bool:
    """Whether some room has registered it."""
    return key in _types


def label_of(key: str) -> type_of_text:
    """«Маркетинговое мероприятие»; «не определён» for none."""
    return _types[key].label if key in _types else _("not known")


def label_for(_actor: Actor, key: str) -> type_of_text:
    """`label_of` as the history asks it."""
    return label_of(key)


def source_behind(actor: Actor, key: UUID) -> Record | None:
    """The source of that key, whatever its type, when it may be seen: a query a type, asked for single values only."""
    for one in source_types():
        found = (
            restrict(one.model._default_manager.all(), actor, view_permission(one.model))
            .filter(pk=key)
            .first()
        )
        if found is not None:
            return found
    return None


def named(text: str) -> str | None:
    """The key that a key or a label in either language means; None when nothing is called so."""
    if text in _types:
        return text
    wanted = search_text(text)
    for language in ("ru", "en"):
        with override(language):
            for one in _types.values():
                if search_text(str(one.label)) == wanted:
                    return one.key
    return None


EVENT = "marketing_event"
register_source_type(SourceType("user", _("User"), User, order=20))
register_source_type(SourceType("client", _("Client"), Partner, order=30))
register_source_type(SourceType("contact_person", _("Contact person of a partner"), Person, order=40))
register_source_type(SourceType("natural_person", _("Natural person"), Person, order=50))
