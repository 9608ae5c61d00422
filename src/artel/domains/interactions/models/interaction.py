"""The interaction (взаимодействие): one meeting, call, letter, message, note or planned contact (rules §2.21)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.domains.interactions.queries import InteractionQuerySet
from artel.domains.partners.models import Partner, Person
from artel.kernel.facts import Facts
from artel.kernel.records import CodedNamed
from artel.kernel.refusals import type_of_text


class InteractionKind(models.TextChoices):
    """What it is; of a planned contact the channel is not known yet."""

    MEETING = "meeting", _("meeting")
    CALL = "call", _("phone call")
    LETTER = "letter", _("letter")
    SMS = "sms", _("SMS message")
    NOTE = "note", _("note")
    PLAN = "plan", _("planned contact")


class Direction(models.TextChoices):
    """Who began it: of calls, letters and messages."""

    IN = "in", _("incoming")
    OUT = "out", _("outgoing")


class Importance(models.TextChoices):
    """How much it matters."""

    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")


class InteractionState(models.TextChoices):
    """Where it stands; a note is done when it is written."""

    DONE = "done", pgettext_lazy("interaction", "done")
    PLANNED = "planned", _("planned")
    IN_WORK = "in_work", _("in work")
    CANCELLED = "cancelled", _("cancelled")


AHEAD = (InteractionState.PLANNED, InteractionState.IN_WORK)


def subject_type_choices() -> list[tuple[str, type_of_text]]:
    """Keys and labels of whatever is registered as a subject by now."""
    from artel.domains.interactions.subjects import SUBJECTS  # noqa: PLC0415 -- the registry knows the models

    return [(one.key, one.label) for one in SUBJECTS.kinds()]


class Interaction(CodedNamed):
    """Something said to clients or by them, or a word to oneself. `name` is its topic.

    `client` and `contact` are the first of those who take part; all of them are rows of `participants`. The subject is a
    record of any registered kind; without one the interaction belongs to the chain begun by `chain` (none: by itself), and
    all of a chain have one subject. `started_at` is planned while the interaction `is_ahead`, which always equals what its
    state says.
    """

    facts: ClassVar[Facts] = Facts(
        owner="responsible",
        owners=("participants__partner", "participants__person"),
        private="is_private",
        lookup=("code", "name"),
        search=("name", "text", "code", "how_to_reach", "contact_text"),
        personal=("name", "sort_name", "text", "result", "how_to_reach", "contact_text"),
        code_prefix="interaction",
    )

    name = models.CharField(_("topic"), max_length=250)
    kind = models.CharField(_("kind"), max_length=8, choices=InteractionKind)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction, blank=True, default="")
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=InteractionState,
        default=InteractionState.PLANNED,
        editable=False,
    )
    is_ahead = models.BooleanField(_("ahead"), default=True, editable=False)
    importance = models.CharField(
        _("importance"), max_length=6, choices=Importance, default=Importance.NORMAL
    )
    started_at = models.DateTimeField(_("when"), default=timezone.now)
    ended_at = models.DateTimeField(_("end"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True, default="")
    result = models.TextField(_("result"), blank=True, default="")
    client = models.ForeignKey(
        Partner,
        models.PROTECT,
        verbose_name=_("client"),
        null=True,
        blank=True,
        db_index=False,
        related_name="interactions",
    )
    contact = models.ForeignKey(
        Person,
        models.PROTECT,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        related_name="interactions",
    )
    contact_text = models.CharField(
        _("contact in words"),
        max_length=250,
        blank=True,
        default="",
        help_text=_("Who is not registered yet."),
    )
    how_to_reach = models.CharField(
        _("how to reach"), max_length=250, blank=True, default="", help_text=_("Phone number, e-mail, place.")
    )
    subject_type = models.CharField(
        _("type of the subject"),
        max_length=40,
        choices=subject_type_choices,
        blank=True,
        default="",
        editable=False,
    )
    subject_id = models.UUIDField(_("subject"), null=True, blank=True, editable=False)
    chain = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("chain"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="chained",
    )
    based_on = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("on the basis of"),
        null=True,
        blank=True,
        related_name="followed_by",
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    is_reviewed = models.BooleanField(_("reviewed"), default=False)
    review_after = models.DateTimeField(_("review after"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(
        _("reason of cancelling"), max_length=500, blank=True, default="", editable=False
    )
    is_private = models.BooleanField(
        pgettext_lazy("interaction", "private"),
        default=False,
        help_text=_("Only the responsible and administrators see it."),
    )

    objects: ClassVar[Any] = InteractionQuerySet["Interaction"].as_manager()

    class Meta:
        app_label = "interactions"
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["started_at", "id"], name="talk_by_time"),
            models.Index(fields=["sort_name", "id"], name="talk_by_topic"),
            models.Index(fields=["responsible", "is_ahead", "started_at", "id"], name="talk_of_responsible"),
            models.Index(fields=["client", "started_at", "id"], name="talk_of_client"),
            models.Index(
                fields=["subject_id", "is_ahead", "started_at", "id"],
                condition=Q(subject_id__isnull=False),
                name="talk_about",
            ),
            models.Index(
                fields=["subject_id"],
                condition=Q(subject_id__isnull=False, is_reviewed=False, is_ahead=False),
                name="talk_about_unreviewed",
            ),
            models.Index(
                fields=["responsible", "started_at", "id"],
                condition=Q(is_reviewed=False, is_ahead=False),
                name="talk_unreviewed",
            ),
            models.Index(
                fields=["chain", "started_at", "id"], condition=Q(chain__isnull=False), name="talk_in_chain"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="talk_times"
            ),
        ]

    @property
    def root(self) -> Any:
        """The key of the interaction that began the chain."""
        return self.chain_id or self.pk
