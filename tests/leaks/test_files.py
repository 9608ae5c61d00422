"""Files out and in: no export tells of a hidden record, and no import can be used to ask whether there is one."""

from __future__ import annotations

import csv
import uuid

import pytest

from artel.exchange.models import PreparedImport
from artel.exchange.tabular.exporting import export_table
from artel.exchange.tabular.importing import ImportOptions, open_import, rehearse
from artel.exchange.tabular.known import known_fields
from artel.exchange.trying import Trying
from artel.kernel.actors import Actor
from artel.kernel.refusals import Refused
from artel.screens import registry

from .making import Maker, entities
from .test_programs import resources

pytestmark = pytest.mark.django_db


def exported(visitor, resource, folder, suffix):
    """What stands in a file that somebody gets; nothing when he gets none."""
    path = folder / f"{resource.path}{suffix}"
    actor = visitor.actor or Actor.person(None)
    try:
        export_table(actor, resource, path)
    except Refused:
        return ""
    return path.read_text("utf-8-sig")


def test_no_export_tells_a_stranger_anything(world, tmp_path):
    secrets = world.secrets.all()
    told = []
    for resource in resources():
        assert secrets.told(exported(world.holly, resource, tmp_path, ".csv")), resource.path
        for name in ("bob", "hugo", "charlie"):
            found = secrets.told(exported(getattr(world, name), resource, tmp_path, f"-{name}.csv"))
            told += [f"{name}: {resource.path}: {found[:3]}"] if found else []
    assert not told, "\n".join(told)


def test_a_record_that_points_at_a_hidden_one_is_exported_without_it(world, tmp_path):
    secrets = world.secrets.all()
    bobs = Maker(world.bob.actor.user, "Своё")
    told = []
    for resource in resources():
        bobs.pointing(resource.model, secrets)
        text = exported(world.bob, resource, tmp_path, ".csv")
        assert "Своё" in text, resource.path
        found = secrets.told(text)
        told += [f"{resource.path}: {found[:3]}"] if found else []
    assert not told, "\n".join(told)


def names_of(record):
    """All that a file may call a record."""
    texts = [str(record.pk), getattr(record, "code", ""), getattr(record, "name", ""), str(record)]
    return [text for text in dict.fromkeys(texts) if text]


def answer(actor, resource, column, text, path):
    """What an import says of one row that names a record, and the page that shows it beforehand."""
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([[column], [text]])
    opened = open_import(actor, resource, path, ImportOptions())
    found = rehearse(opened)
    said = [" ".join(draft.reasons).replace(text, "…") for draft in found.refusals]
    tried = Trying(opened, PreparedImport(first=[[2, [text]]]), known_fields(resource)).first_rows()
    shown = [(row.did, row.sentence, row.cells[0].why.replace(text, "…")) for row in tried]
    return dict(found.counts), said, shown


def test_an_import_answers_to_a_hidden_record_as_to_a_missing_one(world, tmp_path):
    secrets = world.secrets.all()
    different, proved = [], 0
    for resource in [one for one in registry.all_resources() if one.imports and (one.create or one.rows)]:
        known = known_fields(resource)
        for one in known.fields:
            argument = known.arguments.get(one.name if one.argument is None else one.argument)
            model = argument and (argument.model or one.model)
            if model not in entities() or model not in secrets.made:
                continue
            for visitor in (world.bob, world.hugo, world.holly):
                missing = answer(visitor.actor, resource, one.name, str(uuid.uuid4()), tmp_path / "a.csv")
                for text in names_of(secrets.made[model]):
                    hidden = answer(visitor.actor, resource, one.name, text, tmp_path / "b.csv")
                    if visitor is world.holly:
                        proved += hidden != missing
                        continue
                    if hidden != missing:
                        different.append(f"{resource.path}.{one.name} {text}: {hidden} {missing}")
    assert proved > 10, "who may see them gets another answer"
    assert not different, "\n".join(different)
