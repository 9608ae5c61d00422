import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import artel.kernel.journal.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="JournalField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_id", models.SmallIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("now_called", models.CharField(max_length=100, null=True)),
                ("until_set_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="JournalReader",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("position", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="JournalTable",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="ChangeSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="moment")),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_label", models.CharField(max_length=250)),
                ("command", models.CharField(max_length=100, verbose_name="act")),
                ("cause", models.JSONField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="children",
                        to="journal.changeset",
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="undone_by",
                        to="journal.changeset",
                    ),
                ),
                ("node", models.CharField(default="", max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "running"), ("done", "done"), ("broken", "broken off")],
                        default="done",
                        max_length=8,
                    ),
                ),
                ("row_count", models.IntegerField(null=True)),
                ("irreversible", models.BooleanField(default=False)),
                ("is_open", models.BooleanField(null=True)),
                ("xid", artel.kernel.journal.models.TransactionField(null=True)),
            ],
            options={
                "verbose_name": "change set",
                "verbose_name_plural": "change sets",
                "indexes": [
                    models.Index(fields=["xid"], name="changeset_by_xid"),
                    models.Index(
                        condition=models.Q(("parent__isnull", False)),
                        fields=["parent"],
                        name="changeset_by_parent",
                    ),
                    models.Index(
                        condition=models.Q(("undoes__isnull", False)),
                        fields=["undoes"],
                        name="changeset_by_undoes",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)), fields=("is_open",), name="changeset_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "set",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="journal.changeset",
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("payload", models.JSONField(default=dict)),
                ("dispatched_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("dispatched_at__isnull", True)),
                        fields=["id"],
                        name="event_undispatched",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RowChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "set",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="changes",
                        to="journal.changeset",
                    ),
                ),
                ("table_id", models.SmallIntegerField()),
                ("row_id", models.UUIDField()),
                ("owner_id", models.UUIDField(null=True)),
                ("op", models.CharField(max_length=1)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["row_id", "id"], name="rowchange_by_row"),
                    models.Index(
                        condition=models.Q(("owner_id__isnull", False)),
                        fields=["owner_id", "id"],
                        name="rowchange_by_owner",
                    ),
                    models.Index(fields=["set"], name="rowchange_by_set"),
                ],
            },
        ),
    ]
