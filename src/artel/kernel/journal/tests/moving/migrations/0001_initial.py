from django.db import migrations, models

import artel.lib.uuid7


class Migration(migrations.Migration):
    initial = True
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.CreateModel(
            "Object",
            [
                ("id", models.UUIDField(primary_key=True, default=artel.lib.uuid7.uuid7)),
                ("name", models.CharField(max_length=40)),
                ("colour", models.CharField(max_length=40, default="red")),
            ],
        ),
        migrations.CreateModel(
            "Old", [("id", models.UUIDField(primary_key=True, default=artel.lib.uuid7.uuid7))]
        ),
    ]
