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
            name="CronMark",
            fields=[
                ("name", models.CharField(max_length=150, primary_key=True, serialize=False)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=100)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="job")),
                (
                    "key",
                    models.CharField(
                        help_text="The same name and key are accepted once.",
                        max_length=200,
                        null=True,
                        verbose_name="key",
                    ),
                ),
                ("arguments", models.JSONField(default=dict, verbose_name="arguments")),
                ("queue", models.CharField(default="default", max_length=32, verbose_name="queue")),
                ("priority", models.SmallIntegerField(default=0, verbose_name="priority")),
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
                (
                    "scopes",
                    models.JSONField(
                        help_text="Narrows the user's rights when a token caused the job.", null=True
                    ),
                ),
                ("cause", models.JSONField(default=dict, verbose_name="cause")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("paused", "paused"),
                            ("done", "done"),
                            ("dead", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "wish",
                    models.CharField(
                        blank=True,
                        choices=[("", "nothing"), ("pause", "pause"), ("cancel", "cancel")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="due")),
                ("delivery", models.CharField(blank=True, default="", max_length=64)),
                ("attempt", models.PositiveIntegerField(default=0, verbose_name="attempt")),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="failures")),
                ("crashes", models.PositiveIntegerField(default=0, verbose_name="crashes")),
                ("worker", models.CharField(blank=True, default="", max_length=100, verbose_name="worker")),
                ("lease_until", models.DateTimeField(null=True)),
                ("done", models.PositiveBigIntegerField(default=0, verbose_name="done so far")),
                ("total", models.PositiveBigIntegerField(null=True, verbose_name="in all")),
                ("sentence", models.TextField(blank=True, default="", verbose_name="what it is doing")),
                ("checkpoint", models.JSONField(default=dict)),
                ("result", models.JSONField(null=True, verbose_name="result")),
                ("error", models.TextField(blank=True, default="", verbose_name="error")),
                ("traceback", models.TextField(blank=True, default="")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created"),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="started")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at"], name="job_waiting"
                    ),
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["lease_until"], name="job_running"
                    ),
                    models.Index(
                        models.OrderBy(models.F("created_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="job_by_time",
                    ),
                    models.Index(fields=["state", "finished_at"], name="job_finished"),
                ],
                "constraints": [models.UniqueConstraint(fields=("name", "key"), name="job_once")],
            },
        ),
    ]
