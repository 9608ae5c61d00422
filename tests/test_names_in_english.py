"""Items of directories have a name for those who read English: typed, imported, shown."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

from artel.domains.company.factories import HOUSE, person
from artel.domains.deals.models import LossReason, Stage
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.kernel.journal.writing import system_set
from artel.kernel.records import Item
from artel.screens import registry
from artel.screens.models import SavedView

pytestmark = pytest.mark.django_db


def test_every_directory_asks_for_both_names() -> None:
    entities = [one for one in registry.all_entities() if issubclass(one.model, Item) and one.change]
    assert len(entities) > 12
    for entity in entities:
        asked = [name for section in entity.form for name in section.fields]
        assert asked[asked.index("name") + 1] == "name_en" or "code" in asked, entity.path
        assert "name_en" in asked, entity.path
        assert entity.change
        assert "name_en" in {one.name for one in entity.change.arguments}, entity.path


def test_files_and_programs_bring_both_names(tmp_path: Path) -> None:
    items = [
        one
        for one in registry.all_resources()
        if issubclass(one.model, Item) and one.change and not one.rows and one.model is not SavedView
    ]
    assert len(items) > 8
    assert not [one.path for one in items if not one.field("name_en")]
    path = tmp_path / "reasons.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [("Наименование", "Name in English"), ("Не дождались", "Waited too long")]
        )
    opened = open_import(HOUSE, registry.resource("loss-reasons"), path, ImportOptions())
    assert carry_on(begin(opened, path), opened).created == 1
    item = LossReason.objects.get(name="Не дождались")
    assert item.name_en == "Waited too long"
    with override("en"):
        assert str(item) == "Waited too long"
    with override("ru"):
        assert str(item) == "Не дождались"


def test_a_shipped_item_is_renamed_for_those_who_read_english(db: None) -> None:
    admin = person("admin", "administrator")
    with system_set("test"):
        admin.user.language = "en"
        admin.user.save()
    client = Client()
    client.force_login(admin.user, backend="django.contrib.auth.backends.ModelBackend")
    stage = Stage.objects.filter(code__gt="").order_by("name").first()
    assert stage
    address = f"/stages/{stage.pk}/edit"
    page = client.get(address).content.decode()
    assert f'value="{stage.name_en}"' in page
    given = {"name": stage.name, "name_en": "First talk", "version": stage.version}
    assert client.post(address, given).status_code in {204, 302}
    stage.refresh_from_db()
    assert stage.name_en == "First talk"
    assert "First talk" in client.get("/stages?view=all").content.decode()
