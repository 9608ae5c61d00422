"""The journal's tables. Triggers write `RowChange`; commands open and close a `ChangeSet`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """A set of one transaction is born done; a job's parent set is open until the job ends."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    BROKEN = "broken", _("broken off")


class ChangeSet(models.Model):
    """What one act changed: who, when, on which node, which command, because of which other set."""

    journal_exempt = "the journal itself"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=250)
    command = models.CharField(max_length=100)
    cause = models.JSONField(null=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    node = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    row_count = models.IntegerField(null=True)
    irreversible = models.BooleanField(default=False)
    is_open = models.IntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["is_open"], condition=models.Q(is_open=1), name="one_open_change_set"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.command}"


class Event(models.Model):
    """A fact of a change set, for subscribers."""

    journal_exempt = "the journal itself"

    id = models.BigAutoField(primary_key=True)
    set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="events")
    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name
