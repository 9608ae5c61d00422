"""Web-hooks: which changes are told to which address, how far each has come, and what became of every delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from artel.kernel.facts import Facts
from artel.kernel.records import Named, Record, RecordQuerySet
from artel.lib.uuid7 import uuid7


class PausedBecause(models.TextChoices):
    """Why the house itself has paused a web-hook; empty when a person did."""

    GONE = "gone", _("the receiver says that it is gone for good (410)")
    DEAD = "dead", _("several deliveries in a row could not be made for days")
    FORBIDDEN = "forbidden", _("requests to this address are not allowed")
    SEALED = "sealed", _("its secret cannot be opened: renew it")


class WebHook(Named):
    """An address outside the house that is told of changes, as far as a person may see them.

    No `entities` are all. The secrets sign what is sent and are sealed; a `former_secret` signs, too, until its moment.
    """

    facts: ClassVar[Facts] = Facts(
        owner="user",
        secret=("sealed_secret", "former_secret"),
        sealed=("sealed_secret", "former_secret"),
        lookup=("name",),
        search=("name",),
    )

    address = models.CharField(_("address"), max_length=500)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("on behalf of"), blank=True, related_name="+"
    )
    entities = models.JSONField(_("kinds of records"), default=list, blank=True)
    tells_created = models.BooleanField(_("of new records"), default=True)
    tells_changed = models.BooleanField(_("of changes"), default=True)
    tells_deleted = models.BooleanField(_("of deletion marks"), default=True)
    tells_restored = models.BooleanField(_("of removed deletion marks"), default=True)
    tells_erased = models.BooleanField(_("of erased personal data"), default=True)
    is_active = models.BooleanField(pgettext_lazy("web-hook", "active"), default=True)
    paused_because = models.CharField(
        _("why it was paused"),
        max_length=10,
        choices=PausedBecause,
        blank=True,
        default="",
        editable=False,
    )
    sealed_secret = models.TextField(default="", editable=False)
    former_secret = models.TextField(default="", editable=False)
    former_until = models.DateTimeField(_("former secret signs until"), null=True, editable=False)

    objects: ClassVar[Any] = RecordQuerySet["WebHook"].as_manager()

    class Meta:
        verbose_name = _("web-hook")
        verbose_name_plural = _("web-hooks")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="webhook_by_name")
        ]


class WebHookProgress(models.Model):
    """How far a web-hook came in the journal: a place below which all is told, and where it stands inside the next one.

    `within_set` is the set being told of and `within_row` its last row that was (0: none yet, -1: all of them).
    `turn` changes with every write: who has read an older one writes nothing. `delivery` is what fails at the moment.
    """

    journal_exempt = "how far a web-hook came in the journal itself"

    hook = models.OneToOneField(
        WebHook, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="progress"
    )
    turn = models.PositiveBigIntegerField(default=0)
    place = models.BigIntegerField(default=0)
    within_set = models.BigIntegerField(default=0)
    within_row = models.BigIntegerField(default=0)
    number = models.PositiveBigIntegerField(default=0)
    delivery = models.UUIDField(null=True)
    failures = models.PositiveIntegerField(default=0)
    dead_in_row = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    job = models.UUIDField(null=True)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"{self.hook_id}: {self.place}"


class DeliveryState(models.TextChoices):
    """`failing → delivered | dead`; a person has a delivery sent again (`asked`) or drops it."""

    ASKED = "asked", pgettext_lazy("delivery", "to be sent")
    FAILING = "failing", pgettext_lazy("delivery", "being tried")
    DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
    DEAD = "dead", pgettext_lazy("delivery", "dead letter")
    DROPPED = "dropped", pgettext_lazy("delivery", "dropped")


class WebHookDelivery(Record):
    """One request to a web-hook: which piece of the journal it tells of, how often it was tried, what was answered.

    What it says is made anew from the journal whenever it is sent, so nothing of it is kept here. Without a change set
    it is a test.
    """

    facts: ClassVar[Facts] = Facts(parent="hook")
    journal_exempt = "a log of requests; it tells of the journal and holds nothing of it"

    hook = models.ForeignKey(
        WebHook,
        models.DO_NOTHING,
        verbose_name=_("web-hook"),
        db_constraint=False,
        db_index=False,
        related_name="deliveries",
    )
    number = models.PositiveBigIntegerField(pgettext_lazy("delivery", "number"), default=0)
    message = models.UUIDField(_("message"), default=uuid7, editable=False)
    change_set = models.BigIntegerField(_("change set"), null=True)
    after_row = models.BigIntegerField(default=0, editable=False)
    event_count = models.PositiveIntegerField(_("events"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.FAILING)
    attempts = models.PositiveIntegerField(pgettext_lazy("delivery", "attempts"), default=0)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    error = models.CharField(pgettext_lazy("delivery", "error"), max_length=200, blank=True, default="")
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True)
    tried_at = models.DateTimeField(_("last attempt"), null=True)
    retry_at = models.DateTimeField(_("next attempt"), null=True)

    objects: ClassVar[Any] = RecordQuerySet["WebHookDelivery"].as_manager()

    class Meta:
        verbose_name = _("delivery of a web-hook")
        verbose_name_plural = _("deliveries of web-hooks")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at", "id"], name="hookdelivery_by_time"),
            models.Index(fields=["hook", "created_at"], name="hookdelivery_of_hook"),
            models.Index(fields=["hook", "number"], name="hookdelivery_asked", condition=Q(state="asked")),
            models.Index(fields=["hook", "number"], name="hookdelivery_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return gettext("test") if self.is_test else f"№ {self.number}"

    @property
    def is_test(self) -> bool:
        return self.change_set is None


def former_signs(hook: WebHook, now: datetime) -> bool:
    """Whether the former secret still signs beside the present one."""
    return bool(hook.former_secret) and hook.former_until is not None and hook.former_until > now
