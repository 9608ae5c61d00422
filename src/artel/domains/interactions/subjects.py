"""What an interaction may be about: any entity that registers itself here under a key (rules §2.21)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import Q_ALL, Q_NOTHING, owners_besides, predicate, view_permission
from artel.kernel.actors import Actor
from artel.kernel.pointers import PointerKind, Pointers
from artel.kernel.records import Record
from artel.kernel.refusals import type_of_text

from .models import Interaction

INTERACTION = "interaction"
SUBJECTS = Pointers("interactions.subject")
SUBJECTS.stand_in(Interaction, "subject_type", "subject_id")


def register_subject_type(made: PointerKind) -> PointerKind:
    """Add a kind of subject. Raises ValueError when its key is taken."""
    return SUBJECTS.register(made)


def label_for(_actor: Actor, key: str) -> type_of_text:
    """«Сделка»: the type of a subject as the history says it."""
    return SUBJECTS.kind(key).label if SUBJECTS.knows(key) else ""


def subject_behind(actor: Actor, key: UUID) -> Record | None:
    """The subject of that key as the history says it."""
    return SUBJECTS.behind(actor, key)


def subjects_of(actor: Actor, records: Sequence[Any]) -> dict[UUID, Record]:
    """What interactions are about, by the interaction's key, as far as the actor may see it: a query a kind of subject.

    One that has no subject of its own is about the interaction that began its chain, when that is another one.
    """
    pairs = [_pointer(record) for record in records]
    found = SUBJECTS.records(actor, pairs)
    return {
        record.pk: found[key]
        for record, (_kind, key) in zip(records, pairs, strict=True)
        if key is not None and key in found
    }


def texts_of_subjects(actor: Actor, records: Sequence[Any]) -> dict[UUID, str]:
    """The same as texts that find the subjects again: `deal:00-00000012`."""
    kinds = {record.pk: _pointer(record)[0] for record in records}
    found = subjects_of(actor, records)
    return {key: SUBJECTS.text_of(actor, kinds[key], subject) for key, subject in found.items()}


def _pointer(record: Any) -> tuple[str, UUID | None]:
    if record.subject_id is not None:
        return record.subject_type, record.subject_id
    return INTERACTION, record.chain_id


@owners_besides(Interaction)
def _by_subject(actor: Actor) -> Q:
    """Whoever sees a deal sees what was said about it; public directories open nothing."""
    found = Q_NOTHING
    for kind in SUBJECTS.kinds():
        seen = predicate(actor, kind.model, view_permission(kind.model)) if kind.opens else Q_NOTHING
        if seen == Q_NOTHING:
            continue
        about = Q(subject_type=kind.key)
        if seen != Q_ALL:
            about &= Q(Exists(kind.model._default_manager.filter(seen, pk=OuterRef("subject_id"))))
        found = about if found is Q_NOTHING else found | about
    return found


register_subject_type(PointerKind(INTERACTION, _("Interaction"), Interaction, order=90))
