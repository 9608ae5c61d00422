"""What programs, files and pages read of interactions that is no column: a page at a time, never one a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from artel.domains.partners.models import Partner, Person
from artel.kernel.access import fields_visible_to, seen_by_key
from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.lib.phones import with_readable_phones

from .models import Interaction, InteractionParticipant, TalkDigest
from .subjects import subjects_of


def subject_key(actor: Actor, records: Sequence[Interaction]) -> Mapping[UUID, Any]:
    """The key of what each is about, when the actor may see it."""
    return {key: str(subject.pk) for key, subject in subjects_of(actor, records).items()}


def participants_of(actor: Actor, records: Sequence[Interaction]) -> Mapping[UUID, list[dict[str, Any]]]:
    """Everybody who takes part, as the argument of the same name takes it; who is closed to the actor is left out."""
    rows = InteractionParticipant.objects.filter(interaction__in=[one.pk for one in records]).order_by("id")
    seen = {
        name: seen_by_key(actor, model, {key for row in rows if (key := getattr(row, f"{name}_id"))})
        for name, model in (("partner", Partner), ("person", Person), ("employee", User))
    }
    open_texts = fields_visible_to(actor, InteractionParticipant).of(("contact_text", "how_to_reach"))
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        keys = {name: key for name in seen if (key := getattr(row, f"{name}_id"))}
        if all(key in seen[name] for name, key in keys.items()):
            texts = {name: text for name in open_texts if (text := getattr(row, name))}
            told = {name: str(key) for name, key in keys.items()}
            found[row.interaction_id].append({**told, **texts, "part": row.part})
    return found


def how_to_reach(_actor: Actor, records: Sequence[Interaction]) -> Mapping[UUID, str]:
    """With phones as people read them."""
    return {record.pk: with_readable_phones(record.how_to_reach) for record in records}


def digest(name: str) -> Callable[[Actor, Sequence[Any]], Mapping[UUID, Any]]:
    """`unreviewed_count`, `last_at` or `next_at` of records of any kind: one query a page."""

    def read(_actor: Actor, records: Sequence[Any]) -> Mapping[UUID, datetime | int | None]:
        rows = TalkDigest.objects.filter(pk__in=[record.pk for record in records])
        return dict(list(rows.values_list("pk", name)))  # the rows have keys of their own: no mapping

    return read
