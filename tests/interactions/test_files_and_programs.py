"""Interactions in files and for programs: the columns of the contract, references, what a file leaves out, the way back."""

import csv
from pathlib import Path

import pytest
from tests.api.programs import program

from artel.domains.interactions import commands
from artel.domains.interactions.models import Interaction
from artel.exchange.models import Duplicates
from artel.exchange.tabular.exporting import ExportOptions, export_table
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.screens import registry

from .office import taking_part


def imported(path: Path, actor, *rows, **options):
    """created, updated, skipped, refused of an import of these rows (the first is the header)."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return again(path, actor, **options)


def again(path, actor, **options):
    opened = open_import(actor, registry.resource("interactions"), path, ImportOptions(**options))
    run = carry_on(begin(opened, path), opened)
    return run.created, run.updated, run.skipped, run.refused


HEADER = ["at", "kind", "client", "contact", "subject", "responsible", "text"]


@pytest.fixture
def api(office):
    return program(office.alice)


def test_a_program_records_reads_and_finishes(office, api):
    made = api.post(
        "interactions",
        {"kind": "call", "client": office.volga.code, "text": "Просят скидку", "subject": office.deal.code},
    )
    assert made.status_code == 201, made.content
    body = made.json()
    assert body["subject"] == f"deal:{office.deal.code}"
    assert body["subject_id"] == str(office.deal.pk)
    assert body["participants"] == [
        {"partner": str(office.volga.pk), "how_to_reach": "+78460001427", "part": "subscriber"}
    ]
    assert body["reviewed"] is True
    plan = office.plan()
    done = api.post(f"interactions/{plan.pk}/commands/finish_interaction", {"result": "Да"})
    assert done.status_code == 200, done.content
    assert Interaction.objects.get(pk=plan.pk).state == "done"


def test_a_program_is_told_what_is_missing(office, api):
    answer = api.post("interactions", {"kind": "meeting", "text": "?"})
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"client"}


def test_a_hidden_subject_and_participant_are_not_told_to_programs(office):
    made = commands.record_letter(
        office.head, text="Обеим", client=office.kama, how_to_reach="k@kama.example", subject=office.deal.code
    )
    body = program(office.bob).get(f"interactions/{made.pk}").json()
    assert body["subject"] is None
    assert body["subject_id"] is None
    commands.add_participant(office.head, made, partner=office.volga)
    told = program(office.bob).get(f"interactions/{made.pk}").json()["participants"]
    assert [one["partner"] for one in told] == [str(office.kama.pk)]


def test_what_is_exported_is_imported_again_unchanged(office, tmp_path):
    office.call(subject=office.deal.code)
    office.plan()
    path = tmp_path / "talks.csv"
    count = export_table(office.alice, registry.resource("interactions"), path, ExportOptions())
    assert count == 2
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["subject"] == f"deal:{office.deal.code}"
    assert rows[0]["client"] == "Волга"
    assert taking_part(Interaction.objects.get(kind="call")) == [("Волга", "Орлова", "subscriber")]
    assert again(path, office.alice, duplicates=Duplicates.UPDATE) == (0, 0, 2, 0)


def test_the_columns_of_the_contract(office, tmp_path):
    sums = imported(
        tmp_path / "talks.csv",
        office.head,
        HEADER,
        ["2026-03-03 10:00", "встреча", office.volga.code, "Орлова", office.deal.code, "alice", "Смета"],
        ["03.03.2026", "call", "Кама", "", "", "bob", "Без телефона"],
        ["2026-03-04", "заметка", "", "", "", "", "Для себя"],
        ["2026-03-05", "письмо", "Нет такого", "", "", "", "?"],
        ["2026-03-05", "meeting", "", "", "", "", "Ни с кем"],
        ["2026-03-05", "meeting", "Волга", "", "Чего нет", "", "?"],
    )
    assert sums == (3, 0, 0, 3)
    meeting = Interaction.objects.get(kind="meeting")
    assert (meeting.subject_id, meeting.contact, meeting.responsible) == (
        office.deal.pk,
        office.orlova,
        office.alice.user,
    )
    assert (meeting.state, meeting.is_reviewed, meeting.name) == ("done", True, "Смета")
    call = Interaction.objects.get(kind="call")
    assert (call.how_to_reach, call.direction, call.responsible) == ("—", "out", office.bob.user)
