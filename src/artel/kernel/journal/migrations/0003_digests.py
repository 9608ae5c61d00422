"""Digests of requests that held passwords were made without the base's secret: they go. Acts on attributes are called by their room."""

from django.db import migrations

WITH_PASSWORDS = ("kernel.add_user", "kernel.set_password", "kernel.change_own_password")


def forget(apps, _schema_editor):
    """The keys stay, so that no request acts twice."""
    rows = apps.get_model("journal", "ChangeSet").objects.filter(command__in=WITH_PASSWORDS)
    rows.filter(request_digest__isnull=False).update(request_digest="")


def rename(apps, _schema_editor):
    """The history calls an act by its name of today."""
    for verb in ("add", "change", "mark", "unmark"):
        for noun in ("attribute", "attributechoice"):
            rows = apps.get_model("journal", "ChangeSet").objects.filter(command=f"kernel.{verb}_{noun}")
            rows.update(command=f"attributes.{verb}_{noun}")


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_answers"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]
