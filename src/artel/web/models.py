"""What people arrange for themselves: differences from the declarations, what they keep at hand, what they have looked at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.kernel.facts import Facts
from artel.kernel.records import Record, RecordQuerySet
from artel.lib.uuid7 import uuid7


class ListChoice(models.Model):
    """How one person changed the columns of one list; «reset» deletes the row."""

    journal_exempt = "an arrangement of one's own screen, not a fact of the business"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    entity = models.CharField(max_length=100)
    hidden = models.JSONField(default=list)
    added = models.JSONField(default=list)
    order = models.JSONField(default=list)
    widths = models.JSONField(default=dict)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "entity"], name="listchoice_once")
        ]

    def __str__(self) -> str:
        return f"{self.entity}: −{self.hidden} +{self.added}"


class FoldedLanes(models.Model):
    """The lanes that one person has folded on one board; a row without lanes is none."""

    journal_exempt = "an arrangement of one's own screen, not a fact of the business"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    entity = models.CharField(max_length=100)
    deck = models.CharField(max_length=100)
    lanes = models.JSONField(default=list)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "entity", "deck"], name="foldedlanes_once")
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.deck}: {self.lanes}"


class Opened(models.Model):
    """A record whose card a person has looked at, and when last; the oldest are forgotten."""

    journal_exempt = "what somebody has looked at: his own memory, not a fact of the business"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    entity = models.CharField(max_length=100)
    record_id = models.UUIDField()
    opened_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "entity", "record_id"], name="opened_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-opened_at"], name="opened_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.record_id}"


class Favourite(Record):
    """A record, a list as it was arranged, or a report that a person keeps at hand, at its place among others.

    `entity` and `record_id` name a record; `entity` and `query` a list; `report` and `query` a report. A record is called
    as it is called today, so only lists and reports have a `name`.
    """

    facts: ClassVar[Facts] = Facts(owner="user", arrangement=True, standing=True)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("user"), related_name="+"
    )
    entity = models.CharField(_("entity"), max_length=100, blank=True, default="")
    record_id = models.UUIDField(_("record"), null=True, blank=True)
    report = models.CharField(_("report"), max_length=100, blank=True, default="")
    query = models.TextField(_("arrangement"), blank=True, default="")
    name = models.CharField(_("name"), max_length=250, blank=True, default="")
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a list", "position"), default=0)

    objects: ClassVar[Any] = RecordQuerySet["Favourite"].as_manager()

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "entity", "record_id"],
                condition=Q(is_deleted=False, record_id__isnull=False),
                name="favourite_record_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.entity} {self.record_id}"


class ViewedAs(Record):
    """Somebody (the author) looked at what this person sees: a line of the person's history, never taken back."""

    facts: ClassVar[Facts] = Facts(parent="user")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("user"), related_name="+"
    )

    objects: ClassVar[Any] = RecordQuerySet["ViewedAs"].as_manager()

    class Meta:
        verbose_name = _("viewing as a person")
        verbose_name_plural = _("viewings as people")

    def __str__(self) -> str:
        return str(self.user)


class EndedSession(models.Model):
    """A session that was ended although its cookie, which carries all of it, could still be used."""

    journal_exempt = "no fact of the business; it goes when its cookie could no longer be used"

    id = models.UUIDField(primary_key=True)
    ended_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return str(self.id)
