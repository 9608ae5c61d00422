"""Natural persons and what they are to partners: one person may act for several, in several roles (rules §2.16)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from artel.domains.partners.queries import ContactRoleQuerySet, PersonQuerySet
from artel.kernel.attributes.record import Attributed
from artel.kernel.contact_points import ContactPoint
from artel.kernel.facts import Facts
from artel.kernel.records import Item, Named, Record, RecordQuerySet
from artel.lib.names import PersonName

from .partner import Gender, Partner


class Person(Named, Attributed):
    """A natural person. `name` is the full name, put together from its parts by the commands."""

    facts: ClassVar[Facts] = Facts(
        parent="contact_roles",
        personal=(
            "name",
            "sort_name",
            "last_name",
            "first_name",
            "middle_name",
            "gender",
            "birthday",
            "comment",
            "attributes",
        ),
        lookup=("name",),
        search=("name", "points__value"),
    )

    last_name = models.CharField(_("last name"), max_length=100)
    first_name = models.CharField(_("first name"), max_length=70, blank=True, default="")
    middle_name = models.CharField(_("middle name"), max_length=70, blank=True, default="")
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True, default="")
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")

    objects: ClassVar[Any] = PersonQuerySet["Person"].as_manager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact people")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="person_by_name")
        ]

    @property
    def parts(self) -> PersonName:
        return PersonName(self.last_name, self.first_name, self.middle_name)


class ContactPersonRole(Item):
    """What a contact person does in a purchase (роль контактного лица): decides, influences, uses."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    description = models.CharField(_("description"), max_length=500, blank=True, default="")

    objects: ClassVar[Any] = RecordQuerySet["ContactPersonRole"].as_manager()

    class Meta:
        verbose_name = _("role of contact people")
        verbose_name_plural = _("roles of contact people")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="prole_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="contactrole_code_once"),
            models.UniqueConstraint(
                fields=["sort_name"], condition=Q(is_deleted=False), name="contactrole_name_once"
            ),
        ]


class Position(Item):
    """A post a contact person holds (должность)."""

    facts: ClassVar[Facts] = Facts(lookup=("name", "name_en"), search=("name", "name_en"), public=True)

    objects: ClassVar[Any] = RecordQuerySet["Position"].as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="position_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["sort_name"], condition=Q(is_deleted=False), name="position_name_once"
            ),
        ]


class ContactRole(Record):
    """A person acts for a partner, in a role and a position, from a day to a day."""

    facts: ClassVar[Facts] = Facts(parent="partner")

    partner = models.ForeignKey(
        Partner, models.PROTECT, verbose_name=_("partner"), db_index=False, related_name="contact_roles"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("contact person"), related_name="contact_roles"
    )
    role = models.ForeignKey(
        ContactPersonRole, models.PROTECT, verbose_name=_("role"), null=True, blank=True, related_name="+"
    )
    position = models.ForeignKey(
        Position, models.PROTECT, verbose_name=_("position"), null=True, blank=True, related_name="+"
    )
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[Any] = ContactRoleQuerySet["ContactRole"].as_manager()

    class Meta:
        verbose_name = _("role of a contact person")
        verbose_name_plural = _("contact people of partners")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["partner", "person"], name="contact_of_partner")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partner", "person", "role"],
                condition=Q(is_deleted=False, ended_on__isnull=True, role__isnull=False),
                name="contact_once_a_role",
            ),
            models.UniqueConstraint(
                fields=["partner", "person"],
                condition=Q(is_deleted=False, ended_on__isnull=True, role__isnull=True),
                name="contact_once",
            ),
            models.CheckConstraint(condition=Q(ended_on__gte=F("started_on")), name="contact_dates"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class PersonContactPoint(ContactPoint):
    """A phone, address or e-mail of a person."""

    facts: ClassVar[Facts] = Facts(
        parent="owner",
        personal=("value", "extension", "key", "comment"),
        closed_with=("phone", "email"),
    )

    owner = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("contact person"), db_index=False, related_name="points"
    )

    objects: ClassVar[Any] = RecordQuerySet["PersonContactPoint"].as_manager()

    class Meta:
        verbose_name = _("contact point of a person")
        verbose_name_plural = _("contact points of people")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "kind"], name="person_point_of_owner"),
            models.Index(fields=["key"], name="person_point_by_key"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "kind"],
                condition=Q(is_main=True, is_deleted=False),
                name="person_point_main_once",
            ),
        ]
