from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("moving", "0003_rename")]
    operations = [migrations.RemoveField("Thing", "colour")]
