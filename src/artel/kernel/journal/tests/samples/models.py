"""Records with every kind of column, made for the journal's tests only."""

from typing import Any, ClassVar

from django.db import models

from artel.kernel.facts import Facts
from artel.lib.uuid7 import uuid7


class Plain(models.Model):
    """Shown by its key."""

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class Ground(Plain):
    """What the others' derived columns follow."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.UUIDField(null=True)
    name = models.CharField(max_length=50, default="")

    class Meta:
        app_label = "samples"


class Sample(Plain):
    """A row of awkward values."""

    facts: ClassVar[Facts] = Facts(
        derived={"zone": "ground__zone"}, secret=("password",), technical=("seen",), personal=("text",)
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
    seen = models.IntegerField(default=0)
    password = models.CharField(max_length=50, default="")
    ground = models.ForeignKey(Ground, models.CASCADE, null=True)
    zone = models.UUIDField(null=True)
    code = models.CharField(max_length=40, unique=True, null=True)
    char = models.CharField(max_length=200, default="")
    text = models.TextField(null=True)
    small = models.SmallIntegerField(null=True)
    whole = models.IntegerField(default=0)
    big = models.BigIntegerField(null=True)
    yes = models.BooleanField(default=False)
    maybe = models.BooleanField(null=True)
    real = models.FloatField(null=True)
    money = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    rate = models.DecimalField(max_digits=15, decimal_places=14, null=True)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    time = models.TimeField(null=True)
    span = models.DurationField(null=True)
    uuid = models.UUIDField(null=True)
    json = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    link = models.URLField(default="")

    class Meta:
        app_label = "samples"


class Part(Plain):
    """A part of a sample; parts may refer to one another."""

    facts: ClassVar[Facts] = Facts(parent="sample", derived={"zone": "sample__ground__zone"})

    id = models.UUIDField(primary_key=True, default=uuid7)
    sample = models.ForeignKey(Sample, models.CASCADE, related_name="parts")
    after = models.ForeignKey("self", models.SET_NULL, null=True)
    zone = models.UUIDField(null=True)
    name = models.CharField(max_length=50, default="")

    class Meta:
        app_label = "samples"
