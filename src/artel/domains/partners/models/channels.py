"""How clients come: channels of acquisition and the first interest of a partner or a deal (rules §2.13)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.kernel.facts import Facts
from artel.kernel.records import Item, Record, RecordQuerySet
from artel.kernel.refusals import type_of_text

from .partner import Partner


class Channel(Item):
    """A way clients come (канал привлечения). `source_types` are the keys of sources it allows; empty = any."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    source_types = models.JSONField(_("source types"), default=list, blank=True)

    objects: ClassVar[Any] = RecordQuerySet["Channel"].as_manager()

    class Meta:
        verbose_name = _("acquisition channel")
        verbose_name_plural = _("acquisition channels")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="channel_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="channel_code_once"),
            models.UniqueConstraint(
                fields=["sort_name"], condition=Q(is_deleted=False), name="channel_name_once"
            ),
        ]


def source_type_choices() -> list[tuple[str, type_of_text]]:
    """Keys and labels of whatever is registered as a source by now."""
    from artel.domains.partners.source_types import source_types  # noqa: PLC0415 -- the registry knows the models

    return [(one.key, one.label) for one in source_types()]


class FirstInterest(Record):
    """Where somebody came from: channel and source. Each owner has its own table (a deal's is in the deals room).

    `source_type` is a key of the registry of source types; `source` is the key of the record of that type.
    """

    channel = models.ForeignKey(
        Channel, models.PROTECT, verbose_name=_("channel"), null=True, blank=True, related_name="+"
    )
    source_type = models.CharField(
        _("source type"), max_length=40, choices=source_type_choices, blank=True, default=""
    )
    source = models.UUIDField(_("source"), null=True, blank=True)

    OF_PARENT: ClassVar[tuple[str, ...]] = ("channel", "source_type", "source")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class PartnerFirstInterest(FirstInterest):
    """The first interest of a partner, written when it is registered."""

    facts: ClassVar[Facts] = Facts(parent="partner", like_parent=FirstInterest.OF_PARENT)

    partner = models.ForeignKey(
        Partner, models.PROTECT, verbose_name=_("partner"), db_index=False, related_name="first_interests"
    )

    objects: ClassVar[Any] = RecordQuerySet["PartnerFirstInterest"].as_manager()

    class Meta:
        verbose_name = _("first interest of a partner")
        verbose_name_plural = _("first interests of partners")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["partner"], name="partner_interest"),
            models.Index(fields=["source_type", "source"], name="partner_interest_by_source"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(is_deleted=False), name="partner_interest_once"
            ),
        ]
