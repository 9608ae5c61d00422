"""The definitions: which attributes an entity has, and what may be chosen."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.kernel.facts import Facts
from artel.kernel.records import Item, RecordQuerySet

from .record import Attributed, attributed_choices

code_is_plain = RegexValidator(
    r"\A[a-z][a-z0-9_]{0,39}\Z", _("A code is Latin letters, digits and _, and begins with a letter.")
)
MADE = _("For files and programs: Latin letters, digits and _. Made from the name when it is left empty.")


class Kind(models.TextChoices):
    """What an attribute holds; it is settled once, because the values of many records are of that kind."""

    STRING = "string", _("text")
    NUMBER = "number", pgettext_lazy("kind of attribute", "number")
    DATE = "date", _("date")
    BOOLEAN = "boolean", _("yes or no")
    CHOICE = "choice", _("choice from a list")


class AttributeQuerySet(RecordQuerySet["Attribute"]):
    """Definitions of attributes."""

    def of(self, model: type[Attributed]) -> Self:
        """The attributes an entity has now, in their order, with their choices: one query, two if any is a choice."""
        return self.present().filter(entity=model._meta.label_lower).order_by("position", "sort_name", "id")

    def offered(self) -> Self:
        """Without the archived: those that forms ask for."""
        return self.filter(is_archived=False)


class Attribute(Item):
    """One custom attribute of an entity. Its code stays taken for ever: old values may still lie under it."""

    facts: ClassVar[Facts] = Facts(public=True, standing=True, lookup=("code", "name"), search=("name",))

    entity = models.CharField(_("entity"), max_length=100, choices=attributed_choices)
    code = models.CharField(_("code"), max_length=40, blank=True, validators=[code_is_plain], help_text=MADE)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    is_required = models.BooleanField(_("required"), default=False)
    is_indexed = models.BooleanField(
        _("indexed"), default=False, help_text=_("Lists can be sorted by it, and filters are fast.")
    )
    position = models.IntegerField(pgettext_lazy("in a list", "position"), default=0)

    objects: ClassVar[Any] = AttributeQuerySet.as_manager()

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entity", "code"], name="attribute_code_once"),
            models.UniqueConstraint(
                fields=["entity", "sort_name"],
                condition=models.Q(is_deleted=False),
                name="attribute_name_once",
            ),
        ]

    @property
    def path(self) -> str:
        """The name engines know it by: `attributes.region`."""
        return f"attributes.{self.code}"


class AttributeChoice(Item):
    """One item of an attribute's list. Records hold its code."""

    facts: ClassVar[Facts] = Facts(public=True, standing=True, lookup=("code", "name"), search=("name",))

    attribute = models.ForeignKey(
        Attribute, models.PROTECT, verbose_name=_("attribute"), related_name="choices", db_index=False
    )
    code = models.CharField(_("code"), max_length=40, blank=True, validators=[code_is_plain], help_text=MADE)
    position = models.IntegerField(pgettext_lazy("in a list", "position"), default=0)

    objects: ClassVar[Any] = RecordQuerySet["AttributeChoice"].as_manager()

    class Meta:
        verbose_name = _("item of the list")
        verbose_name_plural = _("items of the list")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["attribute", "code"], name="attribute_choice_code_once"),
            models.UniqueConstraint(
                fields=["attribute", "sort_name"],
                condition=models.Q(is_deleted=False),
                name="attribute_choice_name_once",
            ),
        ]
