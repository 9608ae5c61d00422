"""Directories that are trees (regions, departments): each branch keeps the keys above it, so a subtree is one condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .records import Item, M, RecordQuerySet


class BranchQuerySet(RecordQuerySet[M]):
    """Branches of one directory."""

    def within(self, key: UUID) -> Self:
        """A branch and everything below it."""
        return self.filter(path__contains=key.hex)

    def by_path(self) -> Self:
        """Parents before their children."""
        return self.order_by("path")


class Branch(Item):
    """A directory item with a place in a tree. `path` is the keys from the root to itself, each followed by a slash."""

    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("above"), null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=1000, editable=False, default="")

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        objects: ClassVar[Any]
        parent_id: UUID | None

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 1


def not_inside(rows: Any, record: Branch | None) -> Any:
    """Among which a branch may be put: not inside itself (what a parent is chosen from)."""
    return rows.exclude(path__contains=record.pk.hex) if record else rows


def not_under(field: str) -> Callable[[Any, Any], Any]:
    """The same for records that only point at the one above them by `field`: a query for each level below."""

    def among(rows: Any, record: Any) -> Any:
        below: set[Any] = set()
        level = {record.pk} if record else set()
        while level - below:
            below |= level
            level = set(rows.filter(**{f"{field}__in": level}).values_list("pk", flat=True))
        return rows.exclude(pk__in=below) if below else rows

    return among


def names_once(model: str) -> list[models.BaseConstraint]:
    """Among the children of one branch, and among the roots, a name is used once; marked rows do not count."""
    return [
        models.UniqueConstraint(
            fields=["parent", "sort_name"],
            condition=Q(is_deleted=False, parent__isnull=False),
            name=f"{model}_name_once_below",
        ),
        models.UniqueConstraint(
            fields=["sort_name"],
            condition=Q(is_deleted=False, parent__isnull=True),
            name=f"{model}_name_once",
        ),
        models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name=f"{model}_code_once"),
    ]
