"""Legal entities (контрагенты): who signs and pays. A partner has any number; shops of a chain share one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.domains.partners.queries import LegalEntityQuerySet
from artel.kernel.facts import Facts
from artel.kernel.records import Named, Record, RecordQuerySet

from .partner import Partner


class LegalEntityKind(models.TextChoices):
    """What a party is before the law."""

    COMPANY = "company", _("company")
    ENTREPRENEUR = "entrepreneur", _("sole trader")
    PERSON = "person", _("private person")


class LegalEntity(Named):
    """A company, sole trader or person with requisites; seen with any of its partners."""

    facts: ClassVar[Facts] = Facts(
        parent="partner_links",
        personal=("name", "sort_name", "full_name", "inn", "ogrn", "comment"),
        lookup=("inn", "name"),
        search=("name", "full_name", "inn", "ogrn"),
    )

    full_name = models.CharField(_("full name"), max_length=500, blank=True, default="")
    kind = models.CharField(
        _("kind"), max_length=12, choices=LegalEntityKind, default=LegalEntityKind.COMPANY
    )
    is_foreign = models.BooleanField(_("foreign"), default=False)
    inn = models.CharField(_("INN"), max_length=20, blank=True, default="")
    kpp = models.CharField(_("KPP"), max_length=9, blank=True, default="")
    ogrn = models.CharField(_("OGRN"), max_length=20, blank=True, default="")
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")

    objects: ClassVar[Any] = LegalEntityQuerySet["LegalEntity"].as_manager()

    class Meta:
        verbose_name = _("legal entity")
        verbose_name_plural = _("legal entities")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="legal_by_name"),
            models.Index(fields=["inn", "id"], name="legal_by_inn"),
        ]


class PartnerLegalEntity(Record):
    """A partner acts through a legal entity; the main one gives the partner's requisites."""

    facts: ClassVar[Facts] = Facts(parent="partner")

    partner = models.ForeignKey(
        Partner, models.PROTECT, verbose_name=_("partner"), db_index=False, related_name="legal_links"
    )
    legal_entity = models.ForeignKey(
        LegalEntity, models.PROTECT, verbose_name=_("legal entity"), related_name="partner_links"
    )
    is_main = models.BooleanField(_("main"), default=False)

    objects: ClassVar[Any] = RecordQuerySet["PartnerLegalEntity"].as_manager()

    class Meta:
        verbose_name = _("legal entity of a partner")
        verbose_name_plural = _("legal entities of partners")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partner", "legal_entity"], condition=Q(is_deleted=False), name="legal_link_once"
            ),
            models.UniqueConstraint(
                fields=["partner"], condition=Q(is_main=True, is_deleted=False), name="legal_main_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["partner", "legal_entity"], name="legal_link_of_partner")
        ]

    def __str__(self) -> str:
        return str(self.legal_entity)
