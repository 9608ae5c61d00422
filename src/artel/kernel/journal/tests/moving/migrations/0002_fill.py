from django.db import migrations

from artel.kernel.journal.migrating import JournaledPython, JournaledSQL


def fill(apps, _editor):
    apps.get_model("moving", "Object").objects.create(name="first")


class Migration(migrations.Migration):
    dependencies = [("moving", "0001_initial")]
    operations = [
        JournaledPython(fill, migrations.RunPython.noop),
        JournaledSQL("UPDATE moving_object SET name = 'second'", migrations.RunSQL.noop),
    ]
