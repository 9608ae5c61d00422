"""The files of a record as its card shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from artel.kernel import permissions
from artel.kernel.access import fields_visible_to, view_permission
from artel.kernel.actors import Actor
from artel.kernel.files.models import Blob, BlobState, File, FileVersion
from artel.kernel.records import Record
from artel.kernel.wholes import change_permission, holds
from artel.lib.documents.pictures import has_picture
from artel.screens.vocabulary import Entity

from . import formats
from .addresses import page_address
from .references import References
from .visit import Visit

SHOWN = 200
"""So many files of one record at once; more are in the list of files."""
VIEW = view_permission(File)
ADD = "files.add_file"


@dataclass(frozen=True)
class Content:
    """One content of a file: what it is, how it is fetched, what there is to be looked at."""

    number: int
    kind: str
    icon: str
    size: str
    download: str
    small: str = ""
    pages: Sequence[str] = ()
    is_waiting: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Attached:
    """One line of the files of a record."""

    file: File
    content: Content | None
    who: str
    when: str
    preview: str
    card: str
    description: str = ""

    @property
    def warning(self) -> str:
        """When the name promises something else than the bytes are."""
        if not self.file.is_misnamed:
            return ""
        return _("By its content this is another kind of file than its name says: open it with care.")


def has_files(entity: Entity, actor: Actor) -> bool:
    """Whether cards of the entity show files to this person."""
    return actor.has(VIEW) and holds(entity.model)


def may_attach(visit: Visit, record: Record) -> bool:
    """Whether this person may attach to the record: who may change it, and attach at all."""
    needed = change_permission(type(record))
    return visit.actor.has(ADD) and permissions.exists(needed) and visit.may(needed, record)


def files_of(actor: Actor, record: Record) -> QuerySet[File]:
    """The present files of a record that the actor sees, the latest first."""
    rows: QuerySet[File] = File.objects.visible_to(actor).of(record).order_by("-created_at", "-pk")
    return rows


def attached(actor: Actor, record: Record) -> list[Attached]:
    """Two queries, and one for the names of those who brought them."""
    of = f"{record._meta.label_lower}:{record.pk}"
    return lines(actor, list(files_of(actor, record)[:SHOWN]), of)


def lines(actor: Actor, files: Sequence[File], of: str = "") -> list[Attached]:
    """Lines of any files; `of` is the record among whose files the preview walks."""
    contents = _contents(files)
    is_described = "description" in fields_visible_to(actor, File)
    references = References(actor)
    people = File._meta.get_field("author").related_model
    references.want(people, [file.author_id for file in files])
    return [
        Attached(
            file,
            contents.get(file.pk),
            getattr(author, "short", "") if (author := references.seen(people, file.author_id)) else "",
            formats.moment(file.created_at),
            page_address("web:file_preview", file.pk) + (f"?of={of}" if of else ""),
            page_address("web:card", "files", file.pk),
            file.description if is_described else "",
        )
        for file in files
    ]


def _contents(files: Sequence[File]) -> Mapping[UUID, Content]:
    """What the present versions hold: one query."""
    rows = FileVersion.objects.filter(pk__in=[file.current_id for file in files if file.current_id])
    known = {one.file_id: one for one in rows.select_related("blob").defer("blob__words")}
    return {file.pk: content_of(file, known[file.pk]) for file in files if file.pk in known}


def content_of(file: File, version: FileVersion) -> Content:
    """A version as it is shown; `version.blob` has been read along."""
    kind, blob = version.kind, version.blob
    pages = range(1, (blob.pictures if blob else 0) + 1)
    return Content(
        number=version.number,
        kind=str(kind.label),
        icon=kind.icon,
        size=formats.sized(version.size),
        download=page_address("web:file_download", file.pk, version.number) if blob else "",
        small=_picture(file, version, "small") if pages else "",
        pages=[_picture(file, version, str(page)) for page in pages],
        is_waiting=blob is not None and _is_waiting(blob),
        is_gone=blob is None,
    )


def _is_waiting(blob: Blob) -> bool:
    return blob.state == BlobState.WAITING and has_picture(blob.media_type)


def _picture(file: File, version: FileVersion, piece: str) -> str:
    return page_address("web:file_picture", file.pk, version.number, piece)


def neighbours(actor: Actor, record: Record, file: File) -> tuple[UUID | None, UUID | None]:
    """The files before and after this one among those of a record: two short queries."""
    rows = files_of(actor, record)
    here = {"created_at": file.created_at}
    later = Q(created_at__gt=file.created_at) | Q(**here, pk__gt=file.pk)
    earlier = Q(created_at__lt=file.created_at) | Q(**here, pk__lt=file.pk)
    before: Any = rows.filter(later).reverse().values_list("pk", flat=True).first()
    after: Any = rows.filter(earlier).values_list("pk", flat=True).first()
    return before, after
