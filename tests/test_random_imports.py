"""Random files of deals and people with their clients: it does not matter where a chunk ends, and refused rows leave nothing.

A file is imported row by row and in large chunks into the same base; then once more without the rows that were refused.
`ARTEL_TEST_EXAMPLES` sets how many files are tried of each resource, `ARTEL_TEST_SEED` the first of them:

    ARTEL_TEST_EXAMPLES=2000 python -m pytest tests/test_random_imports.py --database postgres -n0
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import transaction

from artel.domains.deals.commands import kinds
from artel.domains.deals.models import Deal
from artel.domains.partners.factories import HOUSE
from artel.domains.partners.models import ContactRole, LegalEntity, Partner, Person, Position
from artel.exchange.models import Duplicates, RelatedWay
from artel.exchange.tabular.chunks import ChunkWriter
from artel.exchange.tabular.drafts import Did
from artel.exchange.tabular.importing import ImportOptions, Opened, added, open_import
from artel.kernel.commands import stamp_of
from artel.kernel.journal.writing import change_set
from artel.screens.registry import resource

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("ARTEL_TEST_EXAMPLES") or 4)
FIRST = int(os.environ.get("ARTEL_TEST_SEED") or 1)
FEW, MANY = 1, 500

PARTNERS = {
    "partner.name": ("Волга", "волга", "Ока", "ООО «Ока»", "", "x" * 300),
    "partner.inn": ("7707083893", "7736050003", "123", "", ""),
    "partner.kpp": ("770701001", "1", "", ""),
    "partner.phone": ("84957874008", "+7 495 787-40-08", "84957874009", "нет", "", ""),
    "partner.email": ("info@volga.example", "INFO@volga.example", "нет", "", ""),
    "partner.comment": ("старый", "новый", ""),
}
DEALS = {
    "code": ("D-1", "D-2", "", ""),
    "name": ("Насосы", "Трубы", "Краны", "Краны", ""),
    "kind": ("Продажа", "Продажа", "Продажа", "Аренда", ""),
    "probability": ("10", "50", "500", "", ""),
    "comment": ("первый", "второй", ""),
    **PARTNERS,
    "person.name": ("Орлов Иван", "Орлов Иван Петрович", "Орлов", "Орлова Анна", "", ""),
    "person.phone": ("84957874010", "+7 495 787-40-10", "84957874008", "нет", "", ""),
    "person.position": ("Директор", "Бухгалтер", "", ""),
}
PEOPLE = {
    "name": ("Орлов Иван", "Орлов Иван Петрович", "Орлов", "Орлова Анна", ""),
    "phone": ("84957874010", "+7 495 787-40-10", "84957874008", "нет", "", ""),
    "position": ("Директор", "Бухгалтер", "", ""),
    "comment": ("первый", "второй", ""),
    **PARTNERS,
}
ALWAYS = {"deals": ("name", "kind"), "contact-people": ("name", "partner.name")}
KEYS = {
    "deals": ("", "", "code", "name", "partner.phone", "name,partner.inn"),
    "contact-people": ("", "", "phone", "partner.inn"),
}


@dataclass(frozen=True)
class File:
    """A header and rows of a few values that repeat, contradict each other, lack or are wrong."""

    head: list[str]
    rows: list[list[str]]

    @classmethod
    def random(cls, entity: str, chance: Random, most: int) -> File:
        cells = DEALS if entity == "deals" else PEOPLE
        left_out = chance.choice([0, 0.3, 0.6])
        head = [name for name in cells if name in ALWAYS[entity] or chance.random() >= left_out]
        rows = [[chance.choice(cells[name]) for name in head] for _row in range(chance.randint(1, most))]
        return cls(head, [row for row in rows if any(row)] or [["x" for _name in head]])


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written within is not there afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def saved(path: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


def came_in(opened: Opened, size: int) -> tuple[list[Any], dict[str, Any]]:
    """Import chunks of so many rows: what became of each row, and the counts of what they brought.

    A row that is wrong twice may be told either. How many records were changed is not compared: one that a chunk makes takes
    with it what its later rows say.
    """
    writer = ChunkWriter(
        opened.rules(), partial(change_set, stamp_of(HOUSE), command="test"), opened.relatives()
    )
    waiting, done, related = list(opened.rows()), [], {}
    while waiting:
        chunk = writer.write(waiting[:size], lambda chunk: None)
        waiting = waiting[len(chunk.drafts) :]
        done += [draft.did for draft in chunk.drafts]
        related = added(related, chunk.related)
    return done, {part: (each["created"], each["found"]) for part, each in related.items()}


def written() -> dict[str, list[Any]]:
    """What stands in the base, by names: numbers and keys may be others."""
    live = {"is_deleted": False}
    return {
        "partners": sorted(map(_partner, Partner.objects.filter(**live))),
        "entities": sorted((one.name, one.inn, one.kpp) for one in LegalEntity.objects.filter(**live)),
        "people": sorted(map(_person, Person.objects.filter(**live))),
        "positions": sorted(Position.objects.values_list("name", flat=True)),
        "deals": sorted(map(_deal, Deal.objects.filter(**live))),
    }


def _partner(one: Partner) -> tuple[Any, ...]:
    entities = sorted(str(link.legal_entity.inn) for link in one.legal_links.all())
    return (one.name, one.comment, str(entities), str(_points(one)))


def _points(one: Partner | Person) -> list[tuple[str, str]]:
    return sorted(one.points.values_list("value", "key"))


def _person(one: Person) -> tuple[Any, ...]:
    roles = ContactRole.objects.filter(person=one)
    held = sorted((str(_partner(role.partner)), str(role.position)) for role in roles)
    return (str(one), one.comment, str(_points(one)), str(held))


def _deal(one: Deal) -> tuple[Any, ...]:
    joined = sorted((str(each.partner), str(each.person)) for each in one.participants.all())
    client = str(_partner(one.client)) if one.client else ""
    code = one.code if one.code.startswith("D-") else ""
    return (one.name, code, str(one.kind), str(one.probability), one.comment, client, str(joined))


def differences(many: Any, few: Any) -> list[Any]:
    """What is not the same, row by row and entity by entity, as far as it is not."""
    if isinstance(many, dict):
        pairs = [(name, many.get(name), few.get(name)) for name in {**many, **few}]
        return [(name, one, other) for name, one, other in pairs if one != other]
    if isinstance(many, tuple):
        return [each for one, other in zip(many, few, strict=True) for each in differences(one, other)]
    return [
        (place, one, other) for place, (one, other) in enumerate(zip(many, few, strict=True)) if one != other
    ]


def usable_key(key: str, head: Sequence[str]) -> str:
    return ",".join(part for part in key.split(",") if part in head)


@pytest.fixture(autouse=True)
def sale():
    kinds.add(HOUSE, name="Продажа")


@pytest.mark.parametrize("seed", range(FIRST, FIRST + EXAMPLES))
@pytest.mark.parametrize("entity", ["deals", "contact-people"])
def test_it_does_not_matter_where_a_chunk_ends(entity, seed, tmp_path):
    chance = Random(f"{entity} {seed}")
    before = File.random(entity, chance, 4) if chance.random() < 0.5 else None
    file = File.random(entity, chance, 10)
    options = ImportOptions(
        duplicates=chance.choice([Duplicates.SKIP, Duplicates.UPDATE]),
        on_related=chance.choice(list(RelatedWay)),
        is_strict=chance.random() < 0.3,
        key=usable_key(chance.choice(KEYS[entity]), file.head),
    )
    found = compared(entity, tmp_path / "table.csv", before, file, options)
    assert not found, f"{options}\n{before}\n{file}"


SMALL = {
    "a later wave names a position that an earlier one has made": (
        "deals",
        ["name", "kind", "partner.name", "partner.inn", "person.name", "person.position"],
        [
            ["Краны", "Продажа", "Волга", "", "Орлов Иван", "Директор"],
            ["Краны", "Продажа", "волга", "", "Орлов Иван Петрович", "Директор"],
        ],
        ImportOptions(duplicates=Duplicates.UPDATE, key="name,partner.inn"),
    ),
    "a name is spelt anew by a row that the number finds, beside one that the name finds": (
        "deals",
        ["name", "kind", "partner.name", "partner.inn"],
        [
            ["Краны", "Продажа", "волга", ""],
            ["Насосы", "Продажа", "Волга", "7707083893"],
            ["Краны", "Аренда", "Волга", "7707083893"],
        ],
        ImportOptions(duplicates=Duplicates.UPDATE, on_related=RelatedWay.UPDATE),
    ),
    "a wrong number stands in two rows, one of which means a client that is there": (
        "contact-people",
        ["name", "partner.name", "partner.inn"],
        [
            ["Орлова Анна", "волга", ""],
            ["Орлов", "ООО «Ока»", "123"],
            ["Орлова Анна", "Волга", "123"],
        ],
        ImportOptions(duplicates=Duplicates.UPDATE, on_related=RelatedWay.LINK),
    ),
    "without a refused row another makes the client, and a third knows it by that": (
        "contact-people",
        ["name", "partner.name", "partner.email"],
        [
            ["", "Волга", ""],
            ["Орлова Анна", "Волга", "info@volga.example"],
            ["Орлов Иван Петрович", "", "info@volga.example"],
        ],
        ImportOptions(on_related=RelatedWay.LINK),
    ),
}
"""Files in which it once mattered."""


@pytest.mark.parametrize("why", SMALL)
def test_it_no_longer_matters(why, tmp_path):
    entity, head, rows, options = SMALL[why]
    assert not compared(entity, tmp_path / "table.csv", None, File(head, rows), options)


def compared(entity: str, path: Any, before: File | None, file: File, options: ImportOptions) -> list[Any]:
    """What differs when the file comes in row by row, in a chunk, and without the rows that are refused."""

    def opened(given: File, options: ImportOptions) -> Opened:
        return open_import(HOUSE, resource(entity), saved(path, given.head, given.rows), options)

    with taken_back():
        if before:
            came_in(opened(before, ImportOptions()), MANY)
        told = {}
        for size in (FEW, MANY):
            with taken_back():
                outcome, related = came_in(opened(file, options), size)
                told[size] = outcome, related, written()
        if found := differences(told[MANY], told[FEW]):
            return found
        good = [row for row, did in zip(file.rows, outcome, strict=True) if did is not Did.REFUSED]
        if not good:
            return []
        with taken_back():
            came_in(opened(File(file.head, good), options), MANY)
            return differences(written(), told[FEW][2])
