"""What is owed, who is at it and how far it got. None of it is business: the journal leaves these tables alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.kernel.access import predicate, view_permission
from artel.kernel.actors import Actor
from artel.kernel.facts import Facts
from artel.kernel.permissions import matches
from artel.lib.uuid7 import uuid7


class State(models.TextChoices):
    """`waiting → running → done`; a failure waits again until its retries end in `dead`, where a person decides."""

    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "running")
    PAUSED = "paused", pgettext_lazy("job", "paused")
    DONE = "done", pgettext_lazy("job", "done")
    DEAD = "dead", pgettext_lazy("job", "failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")


class Wish(models.TextChoices):
    """What a person asked of a running job; it obeys at its next checkpoint."""

    NOTHING = "", _("nothing")
    PAUSE = "pause", _("pause")
    CANCEL = "cancel", _("cancel")


FINISHED = (State.DONE, State.DEAD, State.CANCELLED)


def in_scope(actor: Actor, permission: str) -> bool:
    """Whether a token's scopes let it ask at all; people have no scopes."""
    return actor.scopes is None or matches(actor.scopes, permission)


class JobQuerySet(models.QuerySet["Job"]):
    """Named sets of jobs; moments are given, so that a test can choose them."""

    def visible_to(self, actor: Actor) -> JobQuerySet:
        """One's own jobs, whatever one's role, and those within the reach of one's grants."""
        permission = view_permission(self.model)
        own = actor.user is not None and actor.user.is_active and in_scope(actor, permission)
        reached = predicate(actor, self.model, permission)
        return self.filter(reached | Q(user=actor.user) if own else reached)

    def due(self, now: datetime) -> JobQuerySet:
        return self.filter(state=State.WAITING, due_at__lte=now)

    def unsent(self, before: datetime) -> JobQuerySet:
        """Committed before that moment, but never handed to the queue: the process died in between."""
        return self.filter(state=State.WAITING, delivery="", created_at__lt=before)

    def abandoned(self, now: datetime) -> JobQuerySet:
        """Running, but their worker no longer renews the lease."""
        return self.filter(state=State.RUNNING, lease_until__lt=now)

    def dead(self) -> JobQuerySet:
        return self.filter(state=State.DEAD)

    def finished(self, before: datetime) -> JobQuerySet:
        """Done or cancelled before that moment. The dead wait for a person, however long."""
        return self.filter(state__in=(State.DONE, State.CANCELLED), finished_at__lt=before)


class Job(models.Model):
    """One piece of work: what is owed (name, arguments), on whose behalf, its state, its progress and its last failure."""

    facts: ClassVar[Facts] = Facts(owner="user")
    journal_exempt = "work owed to machines; what a job changes is journalled as acts of its own"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("job"), max_length=150)
    key = models.CharField(
        _("key"), max_length=200, null=True, help_text=_("The same name and key are accepted once.")
    )
    arguments = models.JSONField(_("arguments"), default=dict)
    queue = models.CharField(_("queue"), max_length=32, default="default")
    priority = models.SmallIntegerField(_("priority"), default=0)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("on behalf of")
    )
    scopes = models.JSONField(
        null=True, help_text=_("Narrows the user's rights when a token caused the job.")
    )
    cause = models.JSONField(_("cause"), default=dict)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    wish = models.CharField(max_length=10, choices=Wish.choices, default=Wish.NOTHING, blank=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    delivery = models.CharField(max_length=64, default="", blank=True)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    crashes = models.PositiveIntegerField(_("crashes"), default=0)
    worker = models.CharField(_("worker"), max_length=100, default="", blank=True)
    lease_until = models.DateTimeField(null=True)

    done = models.PositiveBigIntegerField(_("done so far"), default=0)
    total = models.PositiveBigIntegerField(_("in all"), null=True)
    sentence = models.TextField(_("what it is doing"), default="", blank=True)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(_("result"), null=True)
    error = models.TextField(_("error"), default="", blank=True)
    traceback = models.TextField(default="", blank=True)

    created_at = models.DateTimeField(pgettext_lazy("job", "created"), default=timezone.now)
    started_at = models.DateTimeField(pgettext_lazy("job", "started"), null=True)
    finished_at = models.DateTimeField(pgettext_lazy("job", "finished"), null=True)

    objects: ClassVar[Any] = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "key"], name="job_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="job_waiting", condition=Q(state="waiting")),
            models.Index(fields=["lease_until"], name="job_running", condition=Q(state="running")),
            models.Index(F("created_at").desc(), F("id").desc(), name="job_by_time"),
            models.Index(fields=["state", "finished_at"], name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def done_share(self) -> float | None:
        """Progress 0–1; None while the whole is unknown."""
        return min(1.0, self.done / self.total) if self.total else None


class CronMark(models.Model):
    """The last moment for which a line of the cron table was enqueued."""

    journal_exempt = "bookkeeping of the scheduler"

    name = models.CharField(primary_key=True, max_length=150)
    last_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return self.name


class Lease(models.Model):
    """A role that one process at a time holds (the scheduler), and until when."""

    journal_exempt = "bookkeeping of the scheduler"

    name = models.CharField(primary_key=True, max_length=60)
    holder = models.CharField(max_length=100)
    until = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
