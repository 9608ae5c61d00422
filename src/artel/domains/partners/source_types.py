"""What first interest may point at: any entity that registers itself here under a key (rules §2.13)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.kernel.pointers import PointerChoices, PointerKind, Pointers
from artel.kernel.records import Record
from artel.kernel.refusals import type_of_text

from .models import Partner, PartnerFirstInterest, Person

SourceType = PointerKind
SOURCES = Pointers("partners.source")
SOURCES.stand_in(PartnerFirstInterest, "source_type", "source")
CHOICES = PointerChoices(SOURCES)


def register_source_type(made: SourceType) -> SourceType:
    """Add a kind of source. Raises ValueError when its key is taken."""
    return SOURCES.register(made)


def source_types() -> Iterator[SourceType]:
    """In the order people see them."""
    return SOURCES.kinds()


def source_type(key: str) -> SourceType:
    """Raises KeyError."""
    return SOURCES.kind(key)


def is_source_type(key: str) -> bool:
    """Whether some room has registered it."""
    return SOURCES.knows(key)


def label_of(key: str) -> type_of_text:
    """«Маркетинговое мероприятие»; «не определён» for none."""
    return SOURCES.kind(key).label if SOURCES.knows(key) else _("not known")


def label_for(_actor: Actor, key: str) -> type_of_text:
    """`label_of` as the history asks it."""
    return label_of(key)


def source_behind(actor: Actor, key: UUID) -> Record | None:
    """The source of that key, whatever its type, when it may be seen: a query a type, asked for single values only."""
    return SOURCES.behind(actor, key)


def named(text: str) -> str | None:
    """The key that a key or a label in either language means; None when nothing is called so."""
    return SOURCES.named(text)


EVENT = "marketing_event"
register_source_type(SourceType("user", _("User"), User, order=20))
register_source_type(SourceType("client", _("Client"), Partner, order=30))
register_source_type(SourceType("contact_person", _("Contact person of a partner"), Person, order=40))
register_source_type(SourceType("natural_person", _("Natural person"), Person, order=50))
