"""Contact points (контактная информация, rules §2.17): kinds a company extends, values with a search key.

Each owner has its own table with a real foreign key: `class PartnerContactPoint(ContactPoint): owner = FK(Partner)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artel.lib.emails import canonical_email
from artel.lib.malformed import Malformed
from artel.lib.phones import canonical_phone, with_readable_phones

from .facts import Facts
from .records import Item, Record, RecordQuerySet


class PointType(models.TextChoices):
    """What a contact point is."""

    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    ADDRESS = "address", _("address")
    CITY = "city", _("city")
    WEB = "web", _("web page")
    MESSENGER = "messenger", _("messenger")
    OTHER = "other", _("other")


class ContactKind(Item):
    """A kind of contact point («Рабочий телефон»); kinds with a fixed code ship with the product."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    type = models.CharField(_("type"), max_length=12, choices=PointType)
    allows_several = models.BooleanField(_("several values allowed"), default=True)
    is_required = models.BooleanField(_("must be filled"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    objects: ClassVar[Any] = RecordQuerySet["ContactKind"].as_manager()

    class Meta:
        app_label = "kernel"
        verbose_name = _("kind of contact point")
        verbose_name_plural = _("kinds of contact points")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="contactkind_code_once")
        ]


class ContactPoint(Record):
    """One phone, address or e-mail of one owner. `key` finds it: last ten digits, casefolded e-mail."""

    kind = models.ForeignKey(
        ContactKind, models.PROTECT, verbose_name=_("kind"), related_name="+", db_index=False
    )
    value = models.CharField(_("value"), max_length=500)
    extension = models.CharField(_("extension"), max_length=20, blank=True, default="")
    key = models.CharField(max_length=200, editable=False, default="")
    is_main = models.BooleanField(_("main"), default=True)
    comment = models.CharField(_("comment"), max_length=250, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return readable_value(self.value, self.key)


def readable_value(value: str, key: str) -> str:
    """A phone as people read it, everything else as it is. Only of a phone is the key not the value itself."""
    return value if key == value.casefold()[:200] else with_readable_phones(value)


def canonical(point_type: str, raw: str) -> tuple[str, str, str]:
    """(value, extension, key) of a typed contact point. Raises ValidationError with a sentence."""
    try:
        if point_type == PointType.PHONE:
            phone = canonical_phone(raw)
            return phone.number, phone.extension, phone.search_key
        if point_type == PointType.EMAIL:
            address = canonical_email(raw)
            return address, "", address.casefold()
    except Malformed as error:
        raise ValidationError(gettext(error.sentence) % error.values) from error
    return raw.strip(), "", raw.strip().casefold()[:200]


SHIPPED: Mapping[str, tuple[str, str, str]] = {
    "phone": (PointType.PHONE, "Телефон", "Phone"),
    "email": (PointType.EMAIL, "Электронная почта", "E-mail"),
    "city": (PointType.CITY, "Город", "City"),
    "address": (PointType.ADDRESS, "Адрес", "Address"),
    "web": (PointType.WEB, "Сайт", "Web page"),
}
