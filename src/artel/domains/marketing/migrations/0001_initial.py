import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import artel.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarketingEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "is_deleted",
                    models.BooleanField(default=False, editable=False, verbose_name="marked for deletion"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="changed"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("sort_name", models.CharField(default="", editable=False, max_length=250)),
                (
                    "code",
                    models.CharField(
                        blank=True, editable=False, max_length=30, unique=True, verbose_name="code"
                    ),
                ),
                ("planned_start_on", models.DateField(null=True, verbose_name="planned start")),
                ("planned_end_on", models.DateField(null=True, verbose_name="planned end")),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="actual start")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="actual end")),
                ("is_finished", models.BooleanField(default=False, verbose_name="finished")),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                ("comment", models.TextField(blank=True, default="", verbose_name="comment")),
            ],
            options={
                "verbose_name": "marketing event",
                "verbose_name_plural": "marketing events",
                "indexes": [
                    models.Index(fields=["sort_name", "id"], name="mevent_by_name"),
                    models.Index(fields=["planned_start_on", "id"], name="mevent_by_start"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("planned_end_on__gte", models.F("planned_start_on"))),
                        name="mevent_planned_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__gte", models.F("started_on"))),
                        name="mevent_actual_days",
                    ),
                ],
            },
        ),
    ]
