"""Who takes part in an interaction: partners, their people, colleagues, or somebody known only by a number."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.domains.partners.models import Partner, Person
from artel.kernel.facts import Facts
from artel.kernel.records import Record, RecordQuerySet

from .interaction import Interaction


class PartTaken(models.TextChoices):
    """What somebody does in an interaction."""

    PARTICIPANT = "participant", _("participant")
    SUBSCRIBER = "subscriber", _("subscriber")
    SENDER = "from", _("sender")
    TO = "to", _("recipient")
    CC = "cc", _("copy")


class InteractionParticipant(Record):
    """One who takes part. An interaction is seen by whoever sees any of its partners or people.

    `at`, `is_ahead` and `is_reviewed` are the interaction's, kept by the database: what was said with a partner is found by
    time without reading the interactions.
    """

    facts: ClassVar[Facts] = Facts(
        parent="interaction",
        derived={
            "at": "interaction__started_at",
            "is_ahead": "interaction__is_ahead",
            "is_reviewed": "interaction__is_reviewed",
        },
        personal=("contact_text", "how_to_reach"),
        closed_with=("client", "contact", "participants"),
        like_parent=("contact_text", "how_to_reach"),
    )

    interaction = models.ForeignKey(
        Interaction, models.PROTECT, verbose_name=_("interaction"), related_name="participants"
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        db_index=False,
        related_name="talks",
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        db_index=False,
        related_name="talks",
    )
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("colleague"),
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    contact_text = models.CharField(_("contact in words"), max_length=250, blank=True, default="")
    how_to_reach = models.CharField(_("how to reach"), max_length=250, blank=True, default="")
    part = models.CharField(_("part"), max_length=11, choices=PartTaken, default=PartTaken.PARTICIPANT)
    at = models.DateTimeField(_("when"), null=True, editable=False)
    is_ahead = models.BooleanField(_("ahead"), null=True, editable=False)
    is_reviewed = models.BooleanField(_("reviewed"), null=True, editable=False)

    objects: ClassVar[Any] = RecordQuerySet["InteractionParticipant"].as_manager()

    class Meta:
        app_label = "interactions"
        verbose_name = _("participant of an interaction")
        verbose_name_plural = _("participants of interactions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["partner", "is_ahead", "at", "id"],
                condition=Q(partner__isnull=False),
                name="talk_with_partner",
            ),
            models.Index(
                fields=["partner"],
                condition=Q(partner__isnull=False, is_reviewed=False, is_ahead=False),
                name="talk_with_partner_unreviewed",
            ),
            models.Index(
                fields=["person", "is_ahead", "at", "id"],
                condition=Q(person__isnull=False),
                name="talk_with_person",
            ),
            models.Index(
                fields=["person"],
                condition=Q(person__isnull=False, is_reviewed=False, is_ahead=False),
                name="talk_with_person_unreviewed",
            ),
            models.Index(
                fields=["employee", "at"], condition=Q(employee__isnull=False), name="talk_of_colleague"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.partner or self.employee or self.contact_text)
