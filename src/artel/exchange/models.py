"""An import as a page and a resumed process see it: a file being prepared for it, how it is read, how far it came."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.facts import Facts
from artel.lib.uuid7 import uuid7


class Duplicates(models.TextChoices):
    """What to do with a row whose key is there already."""

    SKIP = "skip", _("skip")
    UPDATE = "update", _("update")
    CREATE = "create", _("create all the same")


class RelatedWay(models.TextChoices):
    """What to do with a related record that is there already: the row is linked with it in any case."""

    FILL = "fill", _("fill in what they lack")
    LINK = "link", _("leave as they are")
    UPDATE = "update", _("update")


class RunState(models.TextChoices):
    """`running → done`; `failed` when its counts do not add up or a rule stopped it as a whole, `cancelled` by a person."""

    RUNNING = "running", pgettext_lazy("import", "running")
    DONE = "done", pgettext_lazy("import", "done")
    FAILED = "failed", pgettext_lazy("import", "failed")
    CANCELLED = "cancelled", pgettext_lazy("import", "cancelled")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Named sets of runs."""

    def visible_to(self, actor: Actor) -> ImportRunQuerySet:
        """One's own runs, and those of the people within the reach of one's grants."""
        return restrict(self, actor, view_permission(self.model))

    def unfinished(self) -> ImportRunQuerySet:
        return self.filter(state=RunState.RUNNING)


class ImportRun(models.Model):
    """One import of one file. Position, counts and change set are written in the transaction of each chunk of rows.

    `plan` is what makes two runs the same: the entity, the file's digest, the mapping and the options. `position` is
    the number of rows dealt with; `refused_bytes` how much of the file of refused rows belongs to them. `related` counts by
    kind of related record the rows for which it was created, those that found it there, and the records that were changed.
    """

    facts: ClassVar[Facts] = Facts(owner="user")
    journal_exempt = "how far an import came; what it changes is journalled as acts of its own"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entity = models.CharField(_("entity"), max_length=60)
    file = models.CharField(_("file"), max_length=1000)
    plan = models.CharField(max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("on behalf of")
    )
    options = models.JSONField(pgettext_lazy("of a run", "options"), default=dict)

    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.RUNNING)
    sentence = models.TextField(_("what went wrong"), blank=True, default="")
    total = models.PositiveBigIntegerField(_("rows in the file"))
    position = models.PositiveBigIntegerField(_("rows done"), default=0)
    created = models.PositiveBigIntegerField(_("created"), default=0)
    updated = models.PositiveBigIntegerField(_("updated"), default=0)
    skipped = models.PositiveBigIntegerField(_("skipped"), default=0)
    refused = models.PositiveBigIntegerField(_("refused"), default=0)
    created_references = models.PositiveBigIntegerField(_("directory items made on the way"), default=0)
    related = models.JSONField(_("related records"), default=dict)
    refused_bytes = models.PositiveBigIntegerField(default=0)
    change_set = models.BigIntegerField(_("change set"))

    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(pgettext_lazy("moment", "finished"), null=True)

    objects: ClassVar[Any] = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state="running"), name="import_one_unfinished"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-started_at", "-id"], name="import_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.entity}: {self.file}"

    @property
    def seconds(self) -> float:
        """How long it took from its first start to its end, pauses between resumed attempts included."""
        took = (self.finished_at or timezone.now()) - self.started_at
        return max(0.0, round(took.total_seconds(), 3))  # a clock may be set back meanwhile

    @property
    def adds_up(self) -> bool:
        """Every row of the file was created, updated, skipped or refused, and none twice."""
        return self.total == self.position == self.created + self.updated + self.skipped + self.refused


class PreparedImportQuerySet(models.QuerySet["PreparedImport"]):
    """Named sets of prepared imports."""

    def of(self, actor: Actor) -> PreparedImportQuerySet:
        """Those of the person who gave the files; nobody else sees them."""
        return self.filter(user=actor.user_id) if actor.user_id else self.none()


class PreparedImport(models.Model):
    """A file that a person has given and is checking: which field each column feeds, before anything is imported.

    `version` moves with everything that is changed of it, so that of two windows the later one is told. `sheet`, `encoding` and `delimiter` say how it is read, `sheets` what else there is: names, and whether they are hidden.
    `first` are its first rows, each a line and its cells. `check_job` is the dry run of the file as it is set up now, `run` the
    import that came of it.
    """

    journal_exempt = "a file being looked at by one person; its import is journalled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    entity = models.CharField(max_length=60)
    file = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64)
    sheet = models.CharField(max_length=255, default="", blank=True)
    sheets = models.JSONField(default=list)
    encoding = models.CharField(max_length=20, default="", blank=True)
    delimiter = models.CharField(max_length=1, default="", blank=True)
    header = models.JSONField(default=list)
    total = models.PositiveBigIntegerField()
    first = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    duplicates = models.CharField(max_length=10, choices=Duplicates, default=Duplicates.SKIP)
    on_related = models.CharField(max_length=10, choices=RelatedWay, default=RelatedWay.FILL)
    key = models.TextField(default="", blank=True)
    constants = models.JSONField(default=dict)
    check_job = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=0)
    run = models.ForeignKey(ImportRun, models.CASCADE, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = PreparedImportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.entity}: {self.file}"


class MendedRow(models.Model):
    """A row of a prepared file as somebody has mended it; the file itself stays as it was given.

    `cells` are the new texts and `was` those of the file, by the place of the column.
    """

    journal_exempt = "a file being looked at by one person; its import is journalled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    prepared = models.ForeignKey(PreparedImport, models.CASCADE, related_name="mended", db_index=False)
    line = models.PositiveBigIntegerField()
    cells = models.JSONField(default=dict)
    was = models.JSONField(default=dict)
    is_left_out = models.BooleanField(default=False)
    mended_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["prepared", "line"], name="mendedrow_once")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.cells}"


class RefusedRow(models.Model):
    """A row that a check of all rows (`job`) would refuse: its cells as the file has them, and why: columns with sentences.

    What was mended after `checked_at`, the beginning of the check, it may not know.
    """

    journal_exempt = "a file being looked at by one person; its import is journalled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    prepared = models.ForeignKey(PreparedImport, models.CASCADE, related_name="refused")
    job = models.UUIDField()
    line = models.PositiveBigIntegerField()
    cells = models.JSONField(default=list)
    told = models.JSONField(default=list)
    checked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "line"], name="refusedrow_once")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.told}"


class ImportProfile(models.Model):
    """How a person took the columns of files with these headers last time: the next such file, also a colleague's, comes mapped."""

    journal_exempt = "an arrangement of one's own screen, not a fact of the business"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    entity = models.CharField(max_length=60)
    headers = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    duplicates = models.CharField(max_length=10, choices=Duplicates, default=Duplicates.SKIP)
    on_related = models.CharField(max_length=10, choices=RelatedWay, default=RelatedWay.FILL)
    key = models.TextField(default="", blank=True)
    constants = models.JSONField(default=dict)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "entity", "headers"], name="importprofile_once")
        ]

    def __str__(self) -> str:
        return f"{self.entity}: {self.mapping}"
