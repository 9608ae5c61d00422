"""Attributes are changed by rights of their own room, as they are seen: roles and tokens that name the former rights follow."""

from django.db import migrations

from artel.kernel.journal.migrating import JournaledPython

NOUNS = ("attribute", "attributechoice")
FORMER = {
    f"kernel.{verb}_{noun}": f"attributes.{verb}_{noun}"
    for verb in ("add", "change", "delete")
    for noun in NOUNS
}


def follow(apps, _schema_editor):
    """Who had all rights of the kernel has those of attributes, too."""
    for model, fields in (("Role", ("added", "withdrawn")), ("Token", ("scopes",))):
        for row in apps.get_model("kernel", model).objects.order_by("pk").iterator():
            words = {field: _today(getattr(row, field)) for field in fields}
            if any(getattr(row, field) != named for field, named in words.items()):
                apps.get_model("kernel", model).objects.filter(pk=row.pk).update(**words)


def _today(words):
    named = [FORMER.get(word, word) for word in words]
    return [*named, "attributes.*"] if "kernel.*" in named and "attributes.*" not in named else named


class Migration(migrations.Migration):
    dependencies = [
        ("attributes", "0002_entities_and_codes"),
        ("journal", "0001_initial"),
        ("kernel", "0006_marked_rows_are_ignored"),
    ]

    operations = [JournaledPython(follow, migrations.RunPython.noop)]
