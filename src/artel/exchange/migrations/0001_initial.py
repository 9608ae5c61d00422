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
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entity", models.CharField(max_length=60, verbose_name="entity")),
                ("file", models.CharField(max_length=1000, verbose_name="file")),
                ("plan", models.CharField(max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="on behalf of",
                    ),
                ),
                ("options", models.JSONField(default=dict, verbose_name="options")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "running"), ("done", "done"), ("failed", "failed")],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("sentence", models.TextField(blank=True, default="", verbose_name="what went wrong")),
                ("total", models.PositiveBigIntegerField(verbose_name="rows in the file")),
                ("position", models.PositiveBigIntegerField(default=0, verbose_name="rows done")),
                ("created", models.PositiveBigIntegerField(default=0, verbose_name="created")),
                ("updated", models.PositiveBigIntegerField(default=0, verbose_name="updated")),
                ("skipped", models.PositiveBigIntegerField(default=0, verbose_name="skipped")),
                ("refused", models.PositiveBigIntegerField(default=0, verbose_name="refused")),
                (
                    "created_references",
                    models.PositiveBigIntegerField(default=0, verbose_name="directory items made on the way"),
                ),
                ("refused_bytes", models.PositiveBigIntegerField(default=0)),
                ("change_set", models.BigIntegerField(verbose_name="change set")),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="started"),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "indexes": [models.Index(fields=["-started_at", "-id"], name="import_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("plan",),
                        name="import_one_unfinished",
                    )
                ],
            },
        ),
    ]
