"""What people may do and how far: roles, grants, access groups (rules §2.19).

A grant gives one role to one person and may restrict it by reach and by access groups: both must allow (AND).
Grants of one person unite (OR).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .facts import Facts
from .records import Item, Record, RecordQuerySet


class Reach(models.TextChoices):
    """Whose records a grant reaches."""

    OWN = "own", _("own records")
    DEPARTMENT = "department", _("records of the department and below")
    ALL = "all", _("all records")


class Role(Item):
    """A set of permissions (профиль, роль). `added` and `withdrawn` are differences from what the rooms declare for its code.

    `usual_reach` is proposed for its grants.
    """

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    added = models.JSONField(_("permissions added"), default=list, blank=True)
    withdrawn = models.JSONField(_("permissions withdrawn"), default=list, blank=True)
    usual_reach = models.CharField(_("usual reach"), max_length=12, choices=Reach, default=Reach.OWN)
    hidden_fields = models.JSONField(_("hidden fields"), default=dict, blank=True)

    objects: ClassVar[Any] = RecordQuerySet["Role"].as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="role_code_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="role_by_name")
        ]


class AccessGroup(Item):
    """A group of partners for access (группа доступа партнёров): each partner is in exactly one."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    objects: ClassVar[Any] = RecordQuerySet["AccessGroup"].as_manager()

    class Meta:
        verbose_name = _("partner access group")
        verbose_name_plural = _("partner access groups")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="accessgroup_code_once"),
            models.UniqueConstraint(
                fields=["sort_name"], condition=Q(is_deleted=False), name="accessgroup_name_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="accessgroup_by_name")
        ]


class GroupMode(models.TextChoices):
    """How a grant is restricted by access groups (все разрешены / все запрещены + исключения)."""

    ALL = "all", _("all groups")
    ONLY = "only", _("only the listed groups")
    EXCEPT = "except", _("all but the listed groups")


class Grant(Record):
    """One role given to one person, with its restrictions (группа доступа)."""

    facts: ClassVar[Facts] = Facts(public=True, standing=True)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("user"), related_name="grants"
    )
    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("role"), related_name="grants")
    reach = models.CharField(_("reach"), max_length=12, choices=Reach, default=Reach.OWN)
    unit = models.UUIDField(_("department"), null=True, blank=True)
    group_mode = models.CharField(_("access groups"), max_length=8, choices=GroupMode, default=GroupMode.ALL)

    objects: ClassVar[Any] = RecordQuerySet["Grant"].as_manager()

    class Meta:
        verbose_name = _("grant of a role")
        verbose_name_plural = _("grants of roles")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(is_deleted=False, unit__isnull=False),
                name="grant_once_a_unit",
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(is_deleted=False, unit__isnull=True), name="grant_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class GrantGroup(Record):
    """An access group named in a grant."""

    facts: ClassVar[Facts] = Facts(public=True, standing=True)

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="groups")
    access_group = models.ForeignKey(
        AccessGroup, models.PROTECT, verbose_name=_("access group"), related_name="+"
    )

    objects: ClassVar[Any] = RecordQuerySet["GrantGroup"].as_manager()

    class Meta:
        verbose_name = _("access group of a grant")
        verbose_name_plural = _("access groups of a grant")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["grant", "access_group"], condition=Q(is_deleted=False), name="grantgroup_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.access_group)
