import django.db.models.deletion
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
            name="ListChoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=artel.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entity", models.CharField(max_length=100)),
                ("hidden", models.JSONField(default=list)),
                ("added", models.JSONField(default=list)),
                ("order", models.JSONField(default=list)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "entity"), name="listchoice_once")],
            },
        ),
    ]
