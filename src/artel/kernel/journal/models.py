"""The journal's own tables. Only triggers write row changes; only `writing` writes change sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    IntField = models.Field[int | None, int | None]
else:
    IntField = models.Field


class TransactionField(IntField):
    """PostgreSQL's id of the writing transaction (xid8): what readers order by. Empty on SQLite."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8" if connection.vendor == "postgresql" else "bigint"

    def from_db_value(self, value: Any, *_: object) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)


class State(models.TextChoices):
    """Where a job of many transactions stands; a single act is done at once."""

    OPEN = "open", _("running")
    DONE = "done", _("done")
    BROKEN = "broken", _("broken off")


class ChangeSet(models.Model):
    """What one act changed, who did it, when and because of what.

    One that answers a request with an idempotency key also holds that key and the keys of the results.
    """

    at = models.DateTimeField(_("moment"), default=timezone.now)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=250)
    command = models.CharField(_("act"), max_length=100)
    cause = models.JSONField(null=True)
    parent = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="children"
    )
    undoes = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="undone_by"
    )
    node = models.CharField(max_length=20, default="")
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    row_count = models.IntegerField(null=True)
    irreversible = models.BooleanField(default=False)
    is_open = models.BooleanField(null=True)
    xid = TransactionField(null=True)
    request_key = models.CharField(max_length=300, null=True)
    request_digest = models.CharField(max_length=64, null=True)
    results = models.JSONField(null=True)

    class Meta:
        verbose_name = _("change set")
        verbose_name_plural = _("change sets")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["xid"], name="changeset_by_xid"),
            models.Index(fields=["parent"], name="changeset_by_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["undoes"], name="changeset_by_undoes", condition=Q(undoes__isnull=False)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["is_open"], condition=Q(is_open=True), name="changeset_one_open"),
            models.UniqueConstraint(
                fields=["request_key"], condition=Q(request_key__isnull=False), name="changeset_answers_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.command} #{self.pk}"


class RowChange(models.Model):
    """One write to one row: `i` by key alone, `u` changed fields before and after, `d` the whole image before.

    `id` is taken while the row is locked, so it orders the changes of one record; the set's id does not.
    """

    set = models.ForeignKey(
        ChangeSet, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="changes"
    )
    table_id = models.SmallIntegerField()
    row_id = models.UUIDField()
    owner_id = models.UUIDField(null=True)
    op = models.CharField(max_length=1)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["row_id", "id"], name="rowchange_by_row"),
            models.Index(
                fields=["owner_id", "id"], name="rowchange_by_owner", condition=Q(owner_id__isnull=False)
            ),
            models.Index(fields=["set"], name="rowchange_by_set"),
        ]

    def __str__(self) -> str:
        return f"{self.op} {self.row_id}"


class JournalTable(models.Model):
    """A journalled table's number, kept when its model is renamed. `name` is the model's label."""

    id = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class JournalField(models.Model):
    """A field that was renamed or dropped: in sets up to `until_set_id`, `name` means `now_called` (null: dropped)."""

    table_id = models.SmallIntegerField()
    name = models.CharField(max_length=100)
    now_called = models.CharField(max_length=100, null=True)
    until_set_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} → {self.now_called}"


class JournalReader(models.Model):
    """How far a reader of the journal has come; the text's form is the database's own."""

    name = models.CharField(primary_key=True, max_length=100)
    position = models.TextField(default="")

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """A fact that an act tells others; after the commit it becomes a job of each subscriber, and is marked."""

    set = models.ForeignKey(ChangeSet, models.DO_NOTHING, db_constraint=False, related_name="events")
    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    dispatched_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="event_undispatched", condition=Q(dispatched_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name
