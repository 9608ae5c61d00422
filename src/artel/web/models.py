"""What people arrange for themselves: differences from the declarations, never copies of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from artel.lib.uuid7 import uuid7


class ListChoice(models.Model):
    """How one person changed the columns of one list; «reset» deletes the row."""

    journal_exempt = "an arrangement of one's own screen, not a fact of the business"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    entity = models.CharField(max_length=100)
    hidden = models.JSONField(default=list)
    added = models.JSONField(default=list)
    order = models.JSONField(default=list)
    widths = models.JSONField(default=dict)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "entity"], name="listchoice_once")
        ]

    def __str__(self) -> str:
        return f"{self.entity}: −{self.hidden} +{self.added}"
