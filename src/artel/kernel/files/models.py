"""A file of a record: its name and rights here, its content in versions, its bytes in a store under their hash."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.kernel.facts import Facts
from artel.kernel.records import Named, Record, RecordQuerySet
from artel.lib.documents.names import clean_name
from artel.lib.uuid7 import uuid7

from .kinds import FileKind, is_misnamed, kind_of


class BlobState(models.TextChoices):
    """How far a blob has been looked into for words and pictures."""

    WAITING = "waiting", _("is being looked into")
    DONE = "done", _("looked into")
    FAILED = "failed", _("could not be read")


class Blob(models.Model):
    """Bytes stored once, whoever brought them. `words` are what documents are found by; `pictures` how many pages were drawn."""

    journal_exempt = "bytes under their hash: the versions that use them are journalled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(default=timezone.now)
    unused_since = models.DateTimeField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=BlobState, default=BlobState.WAITING)
    pictures = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(default="")

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return self.sha256


class FileQuerySet(RecordQuerySet["File"]):
    """Named sets of files."""

    def of(self, record: Record) -> FileQuerySet:
        """The present files that belong to a record."""
        links = FileLink._base_manager.filter(
            record_id=record.pk, entity=record._meta.label_lower, is_deleted=False
        )
        return self.filter(pk__in=links.values("file"), is_deleted=False)


class File(Named):
    """A file that belongs to one record or several, of any kind, and is seen by whoever sees one of them.

    A private one is seen by its author and administrators alone. `media_type` and `size` are those of the current version.
    """

    facts: ClassVar[Facts] = Facts(
        parent="links",
        owner="author",
        private="is_private",
        lookup=("name",),
        search=("name", "description", "current__blob__words"),
        personal=("name", "sort_name", "description"),
    )

    description = models.TextField(_("description"), blank=True, default="")
    is_private = models.BooleanField(_("private"), default=False, editable=False)
    current = models.ForeignKey(
        "files.FileVersion",
        models.PROTECT,
        verbose_name=_("present version"),
        null=True,
        editable=False,
        related_name="+",
    )
    media_type = models.CharField(_("type"), max_length=100, editable=False, default="")
    size = models.PositiveBigIntegerField(_("size"), editable=False, default=0)

    objects: ClassVar[Any] = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="file_by_name"),
            models.Index(fields=["created_at", "id"], name="file_by_time"),
            models.Index(fields=["size", "id"], name="file_by_size"),
            models.Index(fields=["author", "created_at", "id"], name="file_by_author"),
        ]

    @classmethod
    def prepare(cls, row: dict[str, Any]) -> None:
        """No way of writing a name lets through what none may hold."""
        if "name" in row:
            row["name"] = clean_name(row["name"])
        super().prepare(row)

    @property
    def kind(self) -> FileKind:
        return kind_of(self.media_type)

    @property
    def is_misnamed(self) -> bool:
        """Whether the name promises something else than the bytes are."""
        return is_misnamed(self.name, self.media_type)


class FileVersion(Record):
    """One content of a file. `author` and `created_at` say who brought it and when; the bytes of an erased one are gone."""

    facts: ClassVar[Facts] = Facts(parent="file", personal=("name", "comment", "blob"))

    file = models.ForeignKey(
        File, models.PROTECT, verbose_name=_("file"), related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("name it came under"), max_length=250)
    blob = models.ForeignKey(
        Blob, models.PROTECT, verbose_name=_("content"), null=True, editable=False, related_name="versions"
    )
    media_type = models.CharField(_("type"), max_length=100, editable=False, default="")
    size = models.PositiveBigIntegerField(_("size"), editable=False, default=0)
    comment = models.CharField(_("comment"), max_length=250, blank=True, default="")
    again = models.PositiveIntegerField(_("the same as version"), null=True, editable=False)

    objects: ClassVar[Any] = RecordQuerySet["FileVersion"].as_manager()

    class Meta:
        verbose_name = _("version of a file")
        verbose_name_plural = _("versions of files")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["file", "number"], condition=Q(is_deleted=False), name="fileversion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def kind(self) -> FileKind:
        return kind_of(self.media_type)


class FileLinkManager(models.Manager.from_queryset(RecordQuerySet["FileLink"])):  # type: ignore[misc]
    """A link is called as its file is, so the file is read along."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("file")


class FileLink(Record):
    """A record, of any kind, that a file belongs to."""

    facts: ClassVar[Facts] = Facts(
        parent="file", record=("entity", "record_id"), owner="file__author", private="file__is_private"
    )

    file = models.ForeignKey(
        File, models.PROTECT, verbose_name=_("file"), related_name="links", db_index=False
    )
    entity = models.CharField(_("entity"), max_length=100)
    record_id = models.UUIDField(_("record"))

    objects: ClassVar[Any] = FileLinkManager()

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["file", "entity", "record_id"], condition=Q(is_deleted=False), name="filelink_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id", "entity", "file"], name="filelink_by_record"),
            models.Index(fields=["file"], name="filelink_by_file"),
        ]

    def __str__(self) -> str:
        return str(self.file)
