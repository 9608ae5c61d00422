"""Small tables beside the records: numbering series, options, keys of other systems, answers already given."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .facts import Facts
from .records import Record, RecordQuerySet
from .refusals import type_of_text


class Counter(models.Model):
    """The last number given in a series. Numbers are never reused, not even by undo, so it is outside the journal."""

    journal_exempt = "a number once given is never taken back"

    series = models.CharField(primary_key=True, max_length=100)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Epoch(models.Model):
    """One row whose value changes with every write to what stands (`Facts.standing`); see kernel/standing.py."""

    journal_exempt = "a mark for those who keep copies in memory"

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.value)


option_labels: dict[str, type_of_text] = {}
"""What options are called, by code; filled as they are declared."""


class Option(Record):
    """A subsystem switched on or off (функциональная опция). A missing row means the declared default."""

    facts: ClassVar[Facts] = Facts(public=True, standing=True, lookup=("code",))

    code = models.SlugField(_("code"), max_length=60, unique=True)
    is_on = models.BooleanField(_("switched on"))

    objects: ClassVar[Any] = RecordQuerySet["Option"].as_manager()

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return str(option_labels.get(self.code, self.code))


class ExternalId(Record):
    """A record's key in another system."""

    facts: ClassVar[Facts] = Facts(public=True)

    system = models.CharField(_("system"), max_length=60)
    entity = models.CharField(_("entity"), max_length=100)
    key = models.CharField(_("key"), max_length=200)
    record_id = models.UUIDField(db_index=True)

    objects: ClassVar[Any] = RecordQuerySet["ExternalId"].as_manager()

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["system", "entity", "key"], condition=Q(is_deleted=False), name="externalid_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.key}"


class Erasure(models.Model):
    """A record whose personal values were erased, and when; `erased_ids` keeps the same outside the base."""

    journal_exempt = "an erasure is not undone"

    record_id = models.UUIDField(primary_key=True)
    entity = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"{self.entity} {self.record_id}"
