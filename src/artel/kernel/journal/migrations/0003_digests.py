"""Digests of requests that held passwords were made without the base's secret: they go."""

from django.db import migrations

WITH_PASSWORDS = ("kernel.add_user", "kernel.set_password", "kernel.change_own_password")


def forget(apps, _schema_editor):
    """The keys stay, so that no request acts twice."""
    rows = apps.get_model("journal", "ChangeSet").objects.filter(command__in=WITH_PASSWORDS)
    rows.filter(request_digest__isnull=False).update(request_digest="")


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_answers"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
