"""Files of erased people: those that belong to nobody else lose name, words and bytes for good; from others the link is cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from artel.kernel.acts import Act
from artel.kernel.records import Record

from .models import File, FileLink, FileVersion
from .sweeping import throw_away

Rows = Mapping[type[Record], set[UUID]]


def cut_links(act: Act, family: Rows) -> dict[type[Record], set[UUID]]:
    """Detach every file from these records; answers the files, with their versions, that then belong to none."""
    theirs = Q(pk__in=[])
    for model, keys in family.items():
        theirs |= Q(entity=model._meta.label_lower, record_id__in=keys)
    links = list(FileLink._base_manager.filter(theirs))
    files = {link.file_id for link in links}
    held = FileLink._base_manager.filter(file__in=files, is_deleted=False).exclude(theirs)
    alone = files - set(held.values_list("file", flat=True))
    act.change_all(FileLink, [(link, {"is_deleted": True}) for link in links])
    act.change_all(File, [(file, {"is_deleted": True}) for file in File._base_manager.filter(pk__in=alone)])
    versions = set(FileVersion._base_manager.filter(file__in=alone).values_list("pk", flat=True))
    return {File: alone, FileVersion: versions} if alone else {}


def blobs_of(versions: Iterable[UUID]) -> set[UUID]:
    """What the versions hold, to be asked before they let go of it."""
    rows = FileVersion._base_manager.filter(pk__in=versions, blob__isnull=False)
    return set(rows.values_list("blob", flat=True))


def forget_bytes(blobs: Iterable[UUID]) -> None:
    """Once the act is through: bytes that no other version uses are gone at once, from the store too."""
    for key in sorted(blobs):
        transaction.on_commit(lambda key=key: throw_away(key), robust=True)  # type: ignore[misc]
