"""What is done with files. Who may change a record may attach to it; a file is changed by whoever may change a record of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, Model
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import predicate, view_permission
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import Values, argument
from artel.kernel.commands import command
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import NoArguments, marking_commands
from artel.kernel.refusals import Forbidden, NotThere
from artel.kernel.wholes import changeable, holders
from artel.lib.documents.names import clean_name, split_name
from artel.lib.uuid7 import uuid7

from .examining import examine
from .models import Blob, BlobState, File, FileLink, FileVersion

ROOM = "files"
NO_RECORD = _("There is no such record, or it is not visible to you.")
NO_RIGHT = _("You may see this record but have no right to attach files to it.")


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """Received bytes, and the record that they will belong to by its entity («deals.deal») and key."""

    blob: Blob
    name: str
    entity: str
    record: UUID
    description: str = ""
    comment: str = ""
    is_private: bool = False


@command(room=ROOM, permission="files.add_file", label=_("Attach a file"), creates=File, icon="paperclip")
def add_file(act: Act, lines: Lines[File, NewFile]) -> None:
    """Make files of what was received; `line.result` is the file. A name stands as often as people like."""
    _check_records(act, lines)
    ready = [(line.args, uuid7(), uuid7()) for line in lines if line.is_open]
    files = [
        {
            "id": key,
            "name": given.name,
            "description": given.description,
            "is_private": given.is_private,
            "current": version,
            "media_type": given.blob.media_type,
            "size": given.blob.size,
        }
        for given, key, version in ready
    ]
    made = act.make(File, files)
    act.insert(
        FileVersion,
        [
            {
                "id": version,
                "file": key,
                **_content(given.blob, given.name),
                "number": 1,
                "comment": given.comment,
            }
            for given, key, version in ready
        ],
    )
    act.insert(
        FileLink, [{"file": key, "entity": one.entity, "record_id": one.record} for one, key, _v in ready]
    )
    for line, file in zip((line for line in lines if line.is_open), made, strict=True):
        line.result = file
    _examine(act, (given.blob for given, _key, _version in ready))


def _content(blob: Blob, name: str) -> dict[str, Any]:
    return {"blob": blob, "name": clean_name(name), "media_type": blob.media_type, "size": blob.size}


def _examine(act: Act, blobs: Iterable[Blob]) -> None:
    """What nobody has looked into yet is owed to a worker."""
    waiting = sorted({str(blob.pk) for blob in blobs if blob.state == BlobState.WAITING})
    if waiting:
        examine.using(actor=act.actor, cause={"change_set": act.opened.id}).enqueue(blobs=waiting)


def _check_records(act: Act, lines: Sequence[Line[Any, Any]]) -> None:
    """Refuse lines whose record is not there, not to be seen or not to be changed: two questions an entity."""
    known = {one._meta.label_lower: one for one in holders()}
    for entity in {line.args.entity for line in lines if line.is_open}:
        here = [line for line in lines if line.is_open and line.args.entity == entity]
        seen, changed = reached_records(act.actor, known.get(entity), {line.args.record for line in here})
        for line in here:
            if line.args.record not in seen:
                line.refusal = NotThere("not_found", NO_RECORD, fields={"record": NO_RECORD})
            elif line.args.record not in changed:
                line.refusal = Forbidden("forbidden", NO_RIGHT, fields={"record": NO_RIGHT})


def reached_records(actor: Actor, model: type[Model] | None, keys: set[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Which of the records the actor sees, and which he may change."""
    if model is None:
        return set(), set()
    rows = model._base_manager.filter(pk__in=keys)
    seen = set(rows.filter(predicate(actor, model, view_permission(model))).values_list("pk", flat=True))
    return seen, set(rows.filter(changeable(actor, model), pk__in=seen).values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """Received bytes that take the place of a file's present ones."""

    blob: Blob
    name: str
    comment: str = ""


@command(room=ROOM, permission="files.change_file", label=_("Add a version"), icon="file-upload")
def add_version(act: Act, lines: Lines[File, NewVersion]) -> None:
    """Make the bytes the newest version. The file keeps its name; a suffix follows the new content."""
    present = _present(lines)
    for line in lines:
        line.result = line.subject
        if line.subject.current_id and present.get(line.subject.current_id) == line.args.blob.pk:
            line.refuse("same_content", _("This is the content that the file has already."))
    ready = [line for line in lines if line.is_open]
    _put_on_top(
        act,
        [(line.subject, line.args.blob, line.args.name, {"comment": line.args.comment}) for line in ready],
    )
    act.change_all(
        File, [(line.subject, {"name": _renamed(line.subject.name, line.args.name)}) for line in ready]
    )
    _examine(act, (line.args.blob for line in ready))


def _present(lines: Lines[File, Any]) -> Mapping[UUID, UUID]:
    """The blobs of the files' present versions."""
    versions = FileVersion.objects.filter(pk__in=[line.subject.current_id for line in lines])
    return dict(versions.values_list("pk", "blob_id"))


def _renamed(name: str, brought: str) -> str:
    stem, old = split_name(name)
    new = split_name(clean_name(brought))[1]
    return name if not new or new.casefold() == old.casefold() else stem + new


Top = tuple[File, Blob, str, Mapping[str, Any]]


def _put_on_top(act: Act, given: Sequence[Top]) -> None:
    """Write the next versions and make them the present ones."""
    rows = FileVersion.objects.filter(file__in=[file.pk for file, *_rest in given])
    last = dict(rows.values_list("file").annotate(last=Max("number")).order_by())
    versions = []
    for file, blob, name, more in given:
        number = last[file.pk] = last.get(file.pk, 0) + 1
        versions.append({"id": uuid7(), "file": file, "number": number, **_content(blob, name), **more})
    act.insert(FileVersion, versions)
    act.change_all(
        File,
        [
            (file, {"current_id": row["id"], "media_type": blob.media_type, "size": blob.size})
            for (file, blob, _name, _more), row in zip(given, versions, strict=True)
        ],
    )


@dataclass(frozen=True, kw_only=True)
class RestoreVersion:
    """An older version by its number."""

    number: int = argument(label=_("Version"))


@command(
    room=ROOM, permission="files.change_file", label=_("Make this version the present one"), icon="restore"
)
def restore_version(act: Act, lines: Lines[File, RestoreVersion]) -> None:
    """The content of an older version becomes a new one: nothing that came after is lost."""
    wanted = {(line.subject.pk, line.args.number) for line in lines}
    rows = FileVersion.objects.filter(file__in={key for key, _n in wanted}).select_related("blob")
    known = {(one.file_id, one.number): one for one in rows if (one.file_id, one.number) in wanted}
    given: list[Top] = []
    for line in lines:
        line.result = line.subject
        found = known.get((line.subject.pk, line.args.number))
        if found is None:
            line.refuse("not_found", _("The file has no such version."))
        elif found.pk == line.subject.current_id:
            line.refuse("same_content", _("This is the present version."))
        elif found.blob is None:
            line.refuse("erased", _("The content of this version has been erased."))
        else:
            given.append((line.subject, found.blob, found.name, {"again": found.again or found.number}))
    _put_on_top(act, given)


@command(
    room=ROOM,
    permission="files.change_file",
    label=_("Change: file"),
    fields=["name", "description"],
    icon="pencil",
)
def change_file(act: Act, lines: Lines[File, Values]) -> None:
    """Another name, another description. The name is made harmless, the content stays."""
    require_filled(lines, "name")
    for line in lines:
        line.result = line.subject
        if "name" in line.args:
            line.args["name"] = clean_name(line.args["name"])
    act.change_all(File, [(line.subject, line.args) for line in lines if line.is_open])


mark_file, unmark_file = marking_commands(File, ROOM)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValidationError(NO_RECORD) from error


@dataclass(frozen=True, kw_only=True)
class OfRecord:
    """A record by its entity («deals.deal») and key."""

    entity: str = argument(label=_("Entity"))
    record: UUID = argument(label=_("Record"), kind="text", build=_key)


@command(room=ROOM, permission="files.change_file", label=_("Attach to another record"), icon="link")
def link_file(act: Act, lines: Lines[File, OfRecord]) -> None:
    """Let a file belong to one more record; to one that it belongs to already changes nothing."""
    _check_records(act, lines)
    links = _links(lines)
    fresh = []
    for line in lines:
        line.result = line.subject
        asked = (line.subject.pk, line.args.entity, line.args.record)
        if line.is_open and asked not in links:
            fresh.append(dict(zip(("file", "entity", "record_id"), asked, strict=True)))
    act.insert(FileLink, fresh)


@command(room=ROOM, permission="files.change_file", label=_("Detach from the record"), icon="unlink")
def unlink_file(act: Act, lines: Lines[File, OfRecord]) -> None:
    """Let a file belong to a record no more; to one it must belong."""
    _check_records(act, lines)
    links = _links(lines)
    gone = []
    for line in lines:
        line.result = line.subject
        found = links.get((line.subject.pk, line.args.entity, line.args.record))
        if not line.is_open:
            continue
        if found is None:
            line.refuse("not_attached", _("The file is not attached to this record."))
        elif sum(key == line.subject.pk for key, *_rest in links) == 1:
            line.refuse(
                "last_record",
                _("The file belongs to no other record: mark it for deletion instead."),
                offers=[mark_file.name],
            )
        else:
            gone.append(found)
            del links[line.subject.pk, line.args.entity, line.args.record]
    act.change_all(FileLink, [(one, {"is_deleted": True}) for one in gone])


def _links(lines: Lines[File, Any]) -> dict[tuple[UUID, str, UUID], FileLink]:
    rows = FileLink.objects.present().filter(file__in=[line.subject.pk for line in lines])
    return {(one.file_id, one.entity, one.record_id): one for one in rows}


@command(
    room=ROOM,
    permission="files.change_file",
    label=_("Make private"),
    icon="lock",
    applies=Applies(
        to=lambda file: not file.is_private,
        columns=["is_private"],
        code="private_already",
        sentence=_("The file is private already."),
    ),
    by_author=True,
)
def make_private(act: Act, lines: Lines[File, NoArguments]) -> None:
    """Only the author and administrators see it from now on; nobody shuts himself out of another's file."""
    for line in lines:
        line.result = line.subject
        if line.subject.author_id != act.author_id:
            line.refuse("not_author", _("Only who attached the file may make it private."))
    act.change_all(File, [(line.subject, {"is_private": True}) for line in lines if line.is_open])


@command(
    room=ROOM,
    permission="files.change_file",
    label=_("Make visible to all"),
    icon="lock-open",
    applies=Applies(
        to=lambda file: file.is_private,
        columns=["is_private"],
        code="not_private",
        sentence=_("The file is not private."),
    ),
)
def make_common(act: Act, lines: Lines[File, NoArguments]) -> None:
    """Whoever sees a record of it sees the file again."""
    for line in lines:
        line.result = line.subject
    act.change_all(File, [(line.subject, {"is_private": False}) for line in lines])
