"""A record whose table was changed in every way by its migrations, made for the journal's tests only."""

from typing import Any, ClassVar

from django.db import models

from artel.lib.uuid7 import uuid7


class Thing(models.Model):
    """As it is after the last migration."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    title = models.CharField(max_length=80, unique=True)
    size = models.IntegerField(default=0)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        app_label = "moving"

    def __str__(self) -> str:
        return self.title
