"""Tokens stand from now on: their trigger comes with the others that every migration puts in place, so there must be one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0004_answers"),
    ]

    operations = []
