"""Whatever a base holds, written to a file and taken in again, is no change at all: every entity, every column."""

from __future__ import annotations

import pytest

from artel.exchange.models import Duplicates
from artel.exchange.tabular.exporting import ExportOptions, export_table
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.kernel.journal.models import RowChange
from artel.screens.registry import all_resources

from .files import put_deals_from_files
from .slides import HOUSE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("has_labels", [False, True])
def test_every_entity_comes_back_unchanged(tmp_path, suffix, has_labels):
    put_deals_from_files(tmp_path)
    changed = {}
    for resource in [one for one in all_resources() if one.imports and (one.create or one.rows)]:
        path = tmp_path / f"{resource.path}-out.{suffix}"
        count = export_table(HOUSE, resource, path, ExportOptions(has_labels=has_labels))
        opened = open_import(HOUSE, resource, path, ImportOptions(duplicates=Duplicates.UPDATE))
        run = carry_on(begin(opened, path), opened)
        written = RowChange.objects.filter(set__parent_id=run.change_set).count()
        if (run.total, run.skipped, written) != (count, count, 0):
            changed[resource.path] = (count, run.created, run.updated, run.skipped, run.refused, written)
    assert changed == {}
