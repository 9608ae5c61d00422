"""Marked rows keep nobody from a group or a key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0005_tokens_stand"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="externalid",
            name="externalid_once",
        ),
        migrations.RemoveConstraint(
            model_name="grantgroup",
            name="grantgroup_once",
        ),
        migrations.AddConstraint(
            model_name="externalid",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_deleted", False)),
                fields=("system", "entity", "key"),
                name="externalid_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantgroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_deleted", False)),
                fields=("grant", "access_group"),
                name="grantgroup_once",
            ),
        ),
    ]
