"""Keeps the digests of interactions inside the transaction of every write, undo and imports included.

Each number is the answer of an index, so a client with thousands of interactions costs no more than a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from artel.kernel.dialect.contract import MIGRATION
from artel.kernel.journal.catalogue import table_of_number
from artel.kernel.journal.models import RowChange
from artel.kernel.journal.writing import OpenSet, before_commit

from .models import Interaction, InteractionParticipant, InteractionState, TalkDigest

COUNTS = {"state", "is_ahead", "is_reviewed", "started_at", "subject_id", "is_deleted", "is_private", "kind"}
"""The fields of an interaction that a digest is made of."""
AT_ONCE = 500
OURS = (Interaction, InteractionParticipant)


@dataclass
class Touched:
    """Keys of records whose digests a set has made stale."""

    partners: set[UUID] = field(default_factory=set)
    people: set[UUID] = field(default_factory=set)
    subjects: set[UUID] = field(default_factory=set)

    def add(self, partner: Any, person: Any) -> None:
        for keys, key in ((self.partners, partner), (self.people, person)):
            if key:
                keys.add(UUID(str(key)))


@before_commit
def keep(opened: OpenSet) -> None:
    """Count anew what the set has touched."""
    if opened.command == MIGRATION:
        return
    numbers = {number for number, _op in opened.counted if _is_ours(number)}
    if numbers:
        recount(_touched(opened.id, numbers))


def _is_ours(number: int) -> bool:
    table = table_of_number(number)
    return table is not None and table[0] in OURS


def _touched(set_id: int, numbers: Iterable[int]) -> Touched:
    """What the journal says: the interactions, and whom and what they were with and about before."""
    found = Touched()
    keys: set[UUID] = set()
    rows = RowChange.objects.filter(set_id=set_id, table_id__in=list(numbers))
    for number, row, owner, op, before in rows.values_list("table_id", "row_id", "owner_id", "op", "before"):
        table, former = table_of_number(number), before or {}
        if table and table[0] is InteractionParticipant:
            keys.add(cast("UUID", owner))
            found.add(former.get("partner"), former.get("person"))
        elif op != "u" or COUNTS & former.keys():
            keys.add(row)
            if former.get("subject_id"):
                found.subjects.add(UUID(former["subject_id"]))
    for some in _fews(keys):
        taking_part = InteractionParticipant.objects.filter(interaction__in=some).order_by()
        for partner, person in taking_part.values_list("partner_id", "person_id"):
            found.add(partner, person)
        about = Interaction.objects.filter(pk__in=some, subject_id__isnull=False).order_by()
        found.subjects.update(cast("Iterable[UUID]", about.values_list("subject_id", flat=True)))
    return found


def recount(touched: Touched) -> None:
    """Write the digests of these records as they are now: whoever writes them waits for whoever wrote them before."""
    for keys, numbers in (
        (touched.partners, _with("partner")),
        (touched.people, _with("person")),
        (touched.subjects, _about()),
    ):
        for some in _fews(sorted(keys)):
            TalkDigest.objects.bulk_create([TalkDigest(record_id=key) for key in some], ignore_conflicts=True)
            stale = TalkDigest.objects.filter(pk__in=some)
            list(stale.order_by("pk").select_for_update().values_list("pk"))
            stale.update(**numbers)


def _with(field_name: str) -> Mapping[str, Any]:
    """Of a partner or a person, by the rows that say who takes part."""
    talks = InteractionParticipant.objects.filter(
        **{field_name: OuterRef("record_id")}, interaction__is_deleted=False, interaction__is_private=False
    )
    contacts = talks.filter(is_ahead=False, interaction__state=InteractionState.DONE)
    fresh = talks.filter(is_ahead=False, is_reviewed=False).order_by().values(field_name)
    return _numbers(
        fresh.annotate(n=Count("interaction", distinct=True)).values("n"),
        contacts.exclude(interaction__kind="note").order_by("-at", "-id").annotate(moment=F("at")),
        talks.filter(is_ahead=True).order_by("at", "id").annotate(moment=F("at"), talk=F("interaction_id")),
    )


def _about() -> Mapping[str, Any]:
    """Of a subject."""
    talks = Interaction.objects.present().filter(subject_id=OuterRef("record_id"), is_private=False)
    contacts = talks.filter(is_ahead=False, state=InteractionState.DONE)
    fresh = talks.filter(is_ahead=False, is_reviewed=False).order_by().values("subject_id")
    return _numbers(
        fresh.annotate(n=Count("pk")).values("n"),
        contacts.exclude(kind="note").order_by("-started_at", "-id").annotate(moment=F("started_at")),
        talks.filter(is_ahead=True)
        .order_by("started_at", "id")
        .annotate(moment=F("started_at"), talk=F("pk")),
    )


def _numbers(fresh: QuerySet[Any, Any], contacts: QuerySet[Any], ahead: QuerySet[Any]) -> Mapping[str, Any]:
    return {
        "unreviewed_count": Coalesce(Subquery(fresh), Value(0)),
        "last_at": Subquery(contacts.values("moment")[:1]),
        "next_at": Subquery(ahead.values("moment")[:1]),
        "next_id": Subquery(ahead.values("talk")[:1]),
    }


def _fews(keys: Iterable[UUID]) -> Iterator[list[UUID]]:
    every = list(keys)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def wrong_digests() -> Iterator[UUID]:
    """Keys of digests that differ from what the interactions say, and of records that lack one."""
    for some in _fews(TalkDigest.objects.order_by("pk").values_list("pk", flat=True)):
        kept = TalkDigest.objects.in_bulk(some)
        real = [_real(some, numbers) for numbers in (_with("partner"), _with("person"), _about())]
        for key in some:
            told = [found[key] for found in real if found[key] != NOTHING] or [NOTHING]
            if [tuple(getattr(kept[key], name) for name in NAMES)] != told:
                yield key
    digests = TalkDigest.objects.filter(pk=OuterRef("key"))
    for rows, name in (
        (InteractionParticipant.objects.filter(partner__isnull=False), "partner"),
        (InteractionParticipant.objects.filter(person__isnull=False), "person"),
        (Interaction.objects.filter(subject_id__isnull=False), "subject_id"),
    ):
        lacking = rows.order_by().annotate(key=F(name)).filter(~Exists(digests))
        yield from lacking.values_list("key", flat=True).distinct()


NAMES = ("unreviewed_count", "last_at", "next_at", "next_id")
NOTHING = (0, None, None, None)


def _real(keys: list[UUID], numbers: Mapping[str, Any]) -> dict[UUID, tuple[Any, ...]]:
    rows = TalkDigest.objects.filter(pk__in=keys).annotate(
        **{f"real_{name}": numbers[name] for name in NAMES}
    )
    return {key: tuple(found) for key, *found in rows.values_list("pk", *(f"real_{name}" for name in NAMES))}
