from django.db import migrations, models

from artel.kernel.journal.migrating import JournaledPython


def lengthen(apps, _editor):
    apps.get_model("moving", "Thing").objects.update(title="third")


class Migration(migrations.Migration):
    dependencies = [("moving", "0002_fill")]
    operations = [
        migrations.RenameModel("Object", "Thing"),
        migrations.RenameField("Thing", "name", "title"),
        JournaledPython(lengthen, migrations.RunPython.noop),
        migrations.AlterField("Thing", "title", models.CharField(max_length=80, unique=True)),
        migrations.AddField("Thing", "size", models.IntegerField(default=0)),
        migrations.DeleteModel("Old"),
    ]
