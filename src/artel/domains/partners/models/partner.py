"""Partners (партнёры): whom the company deals with, seen as managers see them (rules §2.16)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from artel.domains.partners.queries import PartnerQuerySet
from artel.kernel.attributes.record import Attributed
from artel.kernel.contact_points import ContactPoint
from artel.kernel.days import company_today
from artel.kernel.facts import Facts
from artel.kernel.records import CodedNamed, RecordQuerySet
from artel.kernel.roles import AccessGroup
from artel.kernel.trees import Branch, BranchQuerySet, names_once, not_inside, not_under


class BusinessRegion(Branch):
    """A region as the company divides its market (бизнес-регион); regions lie inside one another."""

    facts: ClassVar[Facts] = Facts(
        lookup=("name", "name_en"), search=("name", "name_en"), public=True, among={"parent": not_inside}
    )

    objects: ClassVar[Any] = BranchQuerySet["BusinessRegion"].as_manager()

    class Meta:
        verbose_name = _("business region")
        verbose_name_plural = _("business regions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="region_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = names_once("region")


class PartnerKind(models.TextChoices):
    """A company or a private person (юр./физ. лицо)."""

    COMPANY = "company", _("company")
    PERSON = "person", _("private person")


class Gender(models.TextChoices):
    """Of a natural person."""

    MALE = "male", _("male")
    FEMALE = "female", _("female")


class Partner(CodedNamed, Attributed):
    """A client, supplier, competitor or other party; a holding is a tree of them (`head`).

    `inn`, `kpp`, `ogrn` are used only while legal entities are not kept apart.
    """

    facts: ClassVar[Facts] = Facts(
        owner="manager",
        access_group="access_group",
        among={"head": not_under("head")},
        personal=(
            "name",
            "sort_name",
            "public_name",
            "inn",
            "ogrn",
            "gender",
            "birthday",
            "comment",
            "note",
            "attributes",
        ),
        lookup=("code", "name", "public_name", "inn"),
        search=(
            "name",
            "public_name",
            "code",
            "inn",
            "points__value",
            "legal_links__legal_entity__name",
            "legal_links__legal_entity__inn",
        ),
        code_prefix="partner",
    )

    name = models.CharField(_("working name"), max_length=250)
    public_name = models.CharField(_("public name"), max_length=250, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=10, choices=PartnerKind, default=PartnerKind.COMPANY)
    is_client = models.BooleanField(_("client"), default=True)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    is_competitor = models.BooleanField(_("competitor"), default=False)
    is_carrier = models.BooleanField(_("carrier"), default=False)
    is_other = models.BooleanField(_("other relations"), default=False)
    head = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("head partner"),
        null=True,
        blank=True,
        related_name="subsidiaries",
    )
    region = models.ForeignKey(
        BusinessRegion,
        models.PROTECT,
        verbose_name=_("business region"),
        null=True,
        blank=True,
        related_name="partners",
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("main manager"),
        null=True,
        blank=True,
        db_index=False,
        related_name="partners",
    )
    access_group = models.ForeignKey(
        AccessGroup,
        models.PROTECT,
        verbose_name=_("access group"),
        blank=True,
        db_index=False,
        related_name="partners",
    )
    registered_on = models.DateField(_("registered"), default=company_today)
    is_foreign = models.BooleanField(_("foreign"), default=False)
    inn = models.CharField(_("INN"), max_length=20, blank=True, default="")
    kpp = models.CharField(_("KPP"), max_length=9, blank=True, default="")
    ogrn = models.CharField(_("OGRN"), max_length=20, blank=True, default="")
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True, default="")
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")
    note = models.TextField(_("more information"), blank=True, default="")

    objects: ClassVar[Any] = PartnerQuerySet["Partner"].as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="partner_by_name"),
            models.Index(fields=["registered_on", "id"], name="partner_by_day"),
            models.Index(fields=["manager", "sort_name", "id"], name="partner_of_manager"),
            models.Index(fields=["access_group", "sort_name", "id"], name="partner_in_group"),
            models.Index(fields=["inn"], condition=~Q(inn=""), name="partner_by_inn"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(head__isnull=True) | ~Q(head=F("id")), name="partner_not_its_own_head"
            ),
        ]


class PartnerContactPoint(ContactPoint):
    """A phone, address or e-mail of a partner."""

    facts: ClassVar[Facts] = Facts(
        parent="owner",
        personal=("value", "extension", "key", "comment"),
        closed_with=("phone", "email", "city", "address", "web"),
    )

    owner = models.ForeignKey(
        Partner, models.PROTECT, verbose_name=_("partner"), db_index=False, related_name="points"
    )

    objects: ClassVar[Any] = RecordQuerySet["PartnerContactPoint"].as_manager()

    class Meta:
        verbose_name = _("contact point of a partner")
        verbose_name_plural = _("contact points of partners")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "kind"], name="partner_point_of_owner"),
            models.Index(fields=["key"], name="partner_point_by_key"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "kind"],
                condition=Q(is_main=True, is_deleted=False),
                name="partner_point_main_once",
            ),
        ]
