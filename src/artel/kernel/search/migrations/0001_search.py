from __future__ import annotations

from typing import Any

from django.db import migrations, models

import artel.kernel.search.models
import artel.kernel.search.trigrams


def install(apps: Any, schema_editor: Any) -> None:
    artel.kernel.search.trigrams.install(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("entity", models.CharField(max_length=100)),
                ("record_id", models.UUIDField(unique=True)),
                ("name", artel.kernel.search.models.BinaryText(max_length=250)),
                ("text", artel.kernel.search.trigrams.SearchedText()),
            ],
            options={
                "indexes": [models.Index(fields=["entity", "name", "record_id"], name="search_by_name")],
            },
        ),
        migrations.RunPython(install, migrations.RunPython.noop, elidable=False),
    ]
