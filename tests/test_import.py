"""Importing tables as a company does it: counts that add up, references, duplicates, refused rows, hostile files."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection
from django.utils import translation

from artel.domains.company.factories import department, person
from artel.domains.marketing.models import MarketingEvent
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.domains.partners.models import BusinessRegion, ContactRole, Partner, PartnerFirstInterest, Person
from artel.exchange.models import Duplicates, ImportRun, RunState
from artel.exchange.tabular import chunks, importing
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import, rehearse
from artel.exchange.work import import_file, owe, result_of
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.jobs.models import Job
from artel.kernel.jobs.run import perform
from artel.kernel.journal.models import ChangeSet
from artel.kernel.refusals import Forbidden, Refused
from artel.kernel.undoing import undo_change_set
from artel.lib.tabular.writing import write_table
from artel.screens.registry import resource

pytestmark = pytest.mark.django_db
SBER, GAZPROM = "7707083893", "7736050003"
SKIP, UPDATE, CREATE = Duplicates.SKIP, Duplicates.UPDATE, Duplicates.CREATE


@pytest.fixture
def table(tmp_path):
    """A csv file of rows; the first one is the header."""
    numbers = itertools.count()

    def save(*rows, name="", encoding="utf-8", delimiter=","):
        path = tmp_path / (name or f"table{next(numbers)}.csv")
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=delimiter).writerows(rows)
        return path

    return save


def run_of(entity, path, *, actor=HOUSE, **options):
    opened = open_import(actor, resource(entity), path, ImportOptions(**options))
    return carry_on(begin(opened, path), opened)


def took(entity, path, **options):
    """created, updated, skipped, refused"""
    run = run_of(entity, path, **options)
    assert run.state == RunState.DONE
    assert run.total == run.created + run.updated + run.skipped + run.refused
    return run.created, run.updated, run.skipped, run.refused


def refused(path):
    with path.with_name(f"{path.name}.refused.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def rows_everywhere():
    """How many rows each table has: what leaves no trace changes none of them."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        counted = {}
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counted[name] = cursor.fetchone()[0]
    return counted


def test_partners_come_with_their_parts(table):
    path = table(
        ["Рабочее наименование", "ИНН", "КПП", "Телефон", "Электронная почта", "Регион", "Город", "Вид"],
        [
            "Волга",
            SBER,
            "773601001",
            "8 (495) 787-40-08 доб. 12",
            "Info@Volga.Example",
            "Поволжье",
            "Самара",
            "Компания",
        ],
        ["Ёлкин И. П.", "", "", "", "", "поволжье", "", "частное лицо"],
    )
    run = run_of("partners", path)
    assert (run.created, run.created_references) == (2, 1)
    volga = Partner.objects.get(name="Волга")
    assert {point.kind.code: point.value for point in volga.points.all()} == {
        "phone": "+74957874008",
        "email": "info@volga.example",
        "city": "Самара",
    }
    assert volga.legal_links.get().legal_entity.inn == SBER
    assert volga.public_name == "Волга"
    assert volga.manager is None
    assert Partner.objects.get(name="Ёлкин И. П.").kind == "person"
    assert BusinessRegion.objects.get().name == "Поволжье"


def test_an_import_is_one_change_set_with_a_child_for_each_chunk(table, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    run = run_of("partners", table(["name"], ["a"], ["b"], ["c"], ["d"], ["e"]))
    whole = ChangeSet.objects.get(pk=run.change_set)
    assert (whole.state, whole.command, whole.children.count()) == ("done", "exchange.import_table", 3)
    assert set(whole.children.values_list("command", flat=True)) == {"exchange.import_table"}


def test_chunks_in_which_nothing_happens_leave_no_change_set(table):
    partner("Волга")
    run = run_of("partners", table(["name", "phone"], ["Волга", ""], ["Ока", "позвонить"]))
    assert ChangeSet.objects.get(pk=run.change_set).children.count() == 0


def test_the_same_file_again_changes_nothing(table):
    path = table(["name", "inn", "region"], ["Волга", SBER, "Юг"], ["Ока", GAZPROM, "Юг"], ["Кама", "", ""])
    assert took("partners", path) == (3, 0, 0, 0)
    assert took("partners", path) == (0, 0, 3, 0)
    assert took("partners", path, duplicates=UPDATE) == (0, 0, 3, 0)
    assert took("partners", path, duplicates=CREATE) == (3, 0, 0, 0)
    assert Partner.objects.count() == 6


def test_an_update_writes_only_what_differs(table):
    volga = partner("Волга", phone="+74957874008", comment="старый")
    before = volga.version
    path = table(
        ["name", "phone", "comment", "is_supplier"],
        ["волга", "8 495 787-40-08", "", "нет"],
        ["Волга", "84957874008", "новый", "0"],
    )
    assert took("partners", path, duplicates=UPDATE) == (0, 1, 1, 0)
    volga.refresh_from_db()
    assert (volga.comment, volga.version) == ("новый", before + 1)


def test_an_empty_cell_leaves_a_record_as_it_is(table):
    volga = partner("Волга", phone="+74957874008", comment="важный")
    took(
        "partners",
        table(["name", "phone", "comment", "email"], ["Волга", "", " ", "a@b.ru"]),
        duplicates=UPDATE,
    )
    volga.refresh_from_db()
    assert volga.comment == "важный"
    assert set(volga.points.values_list("value", flat=True)) == {"+74957874008", "a@b.ru"}


@pytest.mark.parametrize("on_duplicate", [SKIP, UPDATE])
def test_a_row_repeated_in_the_file_is_one_record(table, on_duplicate):
    path = table(["name", "comment"], ["Волга", "раз"], ["Ока", ""], ["ВОЛГА", "два"])
    created, updated, skipped, _refused = took("partners", path, duplicates=on_duplicate)
    assert (created, updated + skipped) == (2, 1)
    assert Partner.objects.get(name="Волга").comment == ("два" if on_duplicate is UPDATE else "раз")


def test_a_repeated_row_counts_when_the_first_was_refused(table):
    path = table(["name", "phone"], ["Волга", "нет"], ["Волга", "84957874008"])
    assert took("partners", path) == (1, 0, 0, 1)


def test_a_head_may_come_in_the_same_file(table):
    rows = [["P0", ""], *([f"P{n}", f"P{n - 1}"] for n in range(1, 25)), ["late", "later"], ["later", ""]]
    path = table(["name", "head"], *rows)
    with translation.override("ru"):
        assert took("partners", path) == (26, 0, 0, 1)
    assert Partner.objects.get(name="P24").head.head == Partner.objects.get(name="P22")
    assert refused(path)[1:] == [["27", "head", "Записи «later» нет.", "late", "later"]]


@pytest.mark.parametrize("strict", [False, True])
def test_missing_items_of_plain_directories(table, strict):
    path = table(["name", "region"], ["Волга", "Юг"], ["Ока", "ЮГ"], ["Кама", "Север"])
    run = run_of("partners", path, is_strict=strict)
    assert (run.created, run.refused, run.created_references) == ((0, 3, 0) if strict else (3, 0, 2))


def test_items_are_not_made_for_refused_rows(table):
    path = table(
        ["name", "region", "phone", "inn"], ["Волга", "Юг", "нет", ""], ["Ока", "Север", "", "7707083894"]
    )
    run = run_of("partners", path)
    assert (run.refused, run.created_references, BusinessRegion.objects.count()) == (2, 0, 0)
    path = table(
        ["name", "region", "inn"], ["Волга", "Юг", ""], ["Ока", "Север", "7707083894"], ["Обь", "Юг", ""]
    )
    run = run_of("partners", path)
    assert (run.created, run.refused, run.created_references) == (2, 1, 1)
    assert BusinessRegion.objects.get().name == "Юг"


def test_references_are_found_by_code_inn_and_name_or_refused(table):
    volga, _twin, oka = partner("Волга"), partner("Волга"), partner("Ока")
    path = table(
        ["partner", "last_name", "position"],
        [volga.code, "Орлова", "Директор"],
        [str(oka.pk), "Белова", "директор"],
        ["ока", "Серова", ""],
        ["Волга", "Чернова", ""],
        ["Кама", "Краснова", ""],
        ["", "Ничья", ""],
    )
    assert took("contact-people", path) == (3, 0, 0, 3)
    assert ContactRole.objects.get(person__last_name="Орлова").partner == volga
    assert ContactRole.objects.filter(partner=oka).count() == 2
    assert [(row[0], row[1]) for row in refused(path)[1:]] == [
        ("5", "partner"),
        ("6", "partner"),
        ("7", "partner"),
    ]


def test_the_refused_file_may_be_corrected_and_imported(table, tmp_path):
    path = table(["Рабочее наименование", "Телефон"], ["Волга", "=cmd"], ["Ока", "84957874008"], ["", "1"])
    with translation.override("ru"):
        assert took("partners", path) == (1, 0, 0, 2)
    header, volga, nameless = refused(path)
    assert header == ["line", "column", "reason", "Рабочее наименование", "Телефон"]
    assert volga == ["2", "Телефон", "=cmd — не номер телефона.".replace("=", "'=", 1), "Волга", "'=cmd"]
    assert nameless[:2] == ["4", "Телефон, Рабочее наименование"] or nameless[1].count(",") <= 1
    corrected = table(header, [*volga[:4], "84957874009"], name="corrected.csv")
    assert took("partners", corrected) == (1, 0, 0, 0)


def test_a_file_without_refused_rows_leaves_no_file_of_them(table):
    path = table(["name", "phone"], ["Волга", "нет"])
    took("partners", path)
    path.write_text("name,phone\nВолга,84957874008\n")
    took("partners", path)
    assert not path.with_name(f"{path.name}.refused.csv").exists()


def test_cp1251_semicolons_and_an_inn_as_a_number(table, tmp_path):
    took("partners", table(["Рабочее наименование", "ИНН"], ["Ёлка", SBER], encoding="cp1251", delimiter=";"))
    path = tmp_path / "numbers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Рабочее наименование", "ИНН", "Телефон"])
        sheet.write_row(1, 0, ["Сосна", int(GAZPROM), 84957874008])
    took("partners", path)
    found = Partner.objects.values_list("name", "legal_links__legal_entity__inn")
    assert set(found) == {("Ёлка", SBER), ("Сосна", GAZPROM)}
    assert Partner.objects.get(name="Сосна").points.get().value == "+74957874008"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_text"),
        (b"", "empty"),
        (b"PK\x03\x04 not a workbook", "broken_workbook"),
        ('name\n"Волга\n'.encode(), "broken_quotes"),
        ('name,phone\nВолга,1\n"Ока,2\n'.encode(), "broken_quotes"),
        ("name,Наименование\na,b\n".encode(), "column_twice"),
        (b"name,NAME\na,b\n", "duplicate_column"),
        (b"name,colour\na,b\n", "unknown_columns"),
        ("Волга,84957874008\nОка,1\n".encode(), "unknown_columns"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_no_trace(tmp_path, content, code):
    path = tmp_path / "hostile.csv"
    path.write_bytes(content)
    before = rows_everywhere()
    with pytest.raises(Refused) as refusal:
        run_of("partners", path)
    assert refusal.value.code == code
    assert rows_everywhere() == before
    assert [each.name for each in tmp_path.iterdir()] == ["hostile.csv"]


def test_a_mapping_names_and_leaves_out_columns(table):
    path = table(["Фирма", "Мусор", "Тел"], ["Волга", "?", "84957874008"])
    mapping = {"фирма": "name", "Мусор": None, "Тел": "Телефон"}
    assert took("partners", path, mapping=mapping) == (1, 0, 0, 0)
    with pytest.raises(Refused) as refusal:
        run_of("partners", path, mapping={**mapping, "Адрес": "address"})
    assert refusal.value.code == "mapping_unknown"


def test_a_key_may_be_asked_for(table):
    partner("Волга", email="info@volga.example")
    path = table(["name", "email"], ["Волга-2", "INFO@volga.example"], ["Ока", ""])
    assert took("partners", path, key="email", duplicates=UPDATE) == (1, 1, 0, 0)
    assert set(Partner.objects.values_list("name", flat=True)) == {"Волга-2", "Ока"}
    with pytest.raises(Refused) as refusal:
        run_of("partners", path, key="inn")
    assert refusal.value.code == "no_such_key"


def test_several_records_with_the_key_refuse_the_row(table):
    partner("Волга")
    partner("Волга")
    assert took("partners", table(["name"], ["Волга"])) == (0, 0, 0, 1)


def test_custom_attributes_are_columns(table):
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="size", kind="number", name="Размер")
    path = table(["name", "attributes.size"], ["Волга", "1 234,5"], ["Ока", "много"])
    assert took("partners", path) == (1, 0, 0, 1)
    assert Partner.objects.get().attributes == {"size": 1234.5}
    again = table(["name", "Размер"], ["Волга", "1234.50"])
    assert took("partners", again, duplicates=UPDATE) == (0, 0, 1, 0)
    assert took("partners", table(["name", "Размер"], ["Волга", "7"]), duplicates=UPDATE) == (0, 1, 0, 0)


def test_a_dry_run_counts_the_same_and_writes_nothing(table, monkeypatch, tmp_path):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 3)
    partner("Лена")
    path = table(
        ["name", "region", "head", "phone"],
        ["Волга", "Юг", "", ""],
        ["Ока", "Юг", "Волга", ""],
        ["Лена", "", "", ""],
        ["Кама", "юг", "Ока", ""],
        ["Волга", "", "", ""],
        ["Обь", "Север", "нет такой", ""],
        ["Амур", "Север", "", "нет"],
        ["Енисей", "", "Кама", ""],
    )
    before = rows_everywhere()
    with translation.override("ru"):
        found = rehearse(open_import(HOUSE, resource("partners"), path, ImportOptions()))
    assert rows_everywhere() == before
    assert not refused_exists(path)
    assert [(draft.row.line, draft.columns) for draft in found.refusals] == [(7, ["head"]), (8, ["phone"])]
    run = run_of("partners", path)
    assert dict(found.counts) == {"created": 4, "skipped": 2, "refused": 2}
    assert (run.created, run.skipped, run.refused) == (4, 2, 2)
    assert (found.created_references, run.created_references) == (1, 1)


def refused_exists(path):
    return path.with_name(f"{path.name}.refused.csv").exists()


def test_a_race_for_a_key_is_resolved_again(table, monkeypatch):
    path = table(["code", "name"], ["00-00000777", "Волга"], ["00-00000778", "Ока"])
    monkeypatch.setattr(chunks.ChunkWriter, "_prepared", _after_first(chunks.ChunkWriter._prepared, []))
    assert took("partners", path) == (1, 0, 1, 0)
    assert Partner.objects.count() == 2


def _after_first(real, done):
    """Another writer is faster between the look-up and the write, once."""

    def prepared(self, rows, condemned):
        chunk = real(self, rows, condemned)
        if not done:
            done.append(partner("Волга", code="00-00000777"))
        return chunk

    return prepared


def test_a_key_of_a_hidden_record_refuses_its_row_alone(table):
    sales = department("Продажи")
    alice, bob = (
        person("alice", "sales_manager", department=sales),
        person("bob", "sales_manager", department=sales),
    )
    hidden = partner("Волга", bob)
    path = table(["code", "name"], ["", "Ока"], [hidden.code, "Волга"], ["", "Кама"])
    assert took("partners", path, actor=alice) == (2, 0, 0, 1)
    assert "Волга" not in str(refused(path)[1][2])


def test_who_may_not_add_imports_nothing(table):
    path = table(["name"], ["Волга"])
    before = rows_everywhere()
    with pytest.raises(Forbidden):
        run_of("partners", path, actor=person("mara", "marketer"))
    assert rows_everywhere()["exchange_importrun"] == before["exchange_importrun"]


def test_who_may_not_add_regions_gets_a_sentence(table):
    alice = person("alice", "sales_manager", department=department("Продажи"))
    path = table(["name", "region"], ["Волга", "Юг"], ["Ока", ""])
    assert took("partners", path, actor=alice) == (1, 0, 0, 1)
    assert refused(path)[1][1] == "region"


def test_a_file_that_grows_meanwhile_does_not_add_up(table):
    path = table(["name"], ["Волга"])
    opened = open_import(HOUSE, resource("partners"), path, ImportOptions())
    with path.open("a") as stream:
        stream.write("Ока\n")
    run = carry_on(begin(opened, path), opened)
    assert (run.state, run.created) == (RunState.FAILED, 2)
    assert ChangeSet.objects.get(pk=run.change_set).state == "broken"


def test_two_processes_do_not_import_the_same_rows(table):
    path = table(["name", "phone"], ["Волга", ""], ["Кама", "нет"], ["Ока", ""])
    opened = open_import(HOUSE, resource("partners"), path, ImportOptions())
    slow = begin(opened, path)
    fast = carry_on(begin(opened, path), opened)
    assert fast.pk == slow.pk
    told = refused(path)
    assert len(told) == 2
    ImportRun.objects.filter(pk=slow.pk).update(state=RunState.RUNNING)
    with pytest.raises(Refused) as refusal:
        carry_on(slow, opened)
    assert refusal.value.code == "taken_over"
    assert Partner.objects.count() == 2
    assert refused(path) == told


def ordered(path):
    return owe(open_import(HOUSE, resource("partners"), path, ImportOptions()), path)


def test_an_import_is_a_job_with_progress(table):
    run = ordered(table(["name"], ["Волга"], ["Ока"]))
    job = Job.objects.get(name=import_file.name)
    assert perform(job.pk)
    job.refresh_from_db()
    run.refresh_from_db()
    assert job.result == json.loads(json.dumps(result_of(run)))
    assert (job.state, job.done, job.total, run.created) == ("done", 2, 2, 2)


def test_ones_own_runs_are_ones_own(table):
    sales = department("Продажи")
    alice, bob = (
        person("alice", "sales_manager", department=sales),
        person("bob", "sales_manager", department=sales),
    )
    run = run_of("partners", table(["name"], ["Волга"]), actor=alice)
    assert ImportRun.objects.visible_to(alice).get() == run
    assert not ImportRun.objects.visible_to(bob).exists()


def test_contact_people_are_one_with_e_or_yo_in_any_case(table):
    partner("Ёлка")
    contact(Partner.objects.get(), "Семёнов", first_name="Пётр")
    header = ["partner", "last_name", "first_name", "phone"]
    twice = (
        ["Елка", "СЕМЕНОВ", "Петр", ""],
        ["Ёлка", "Семёнов", "пётр", "84957874008"],
        ["Ёлка", "Семёнова", "Пётр", ""],
    )
    assert took("contact-people", table(header, *twice)) == (1, 0, 2, 0)
    assert took("contact-people", table(header, *twice), duplicates=UPDATE) == (0, 1, 2, 0)
    assert sorted(Person.objects.values_list("last_name", flat=True)) == ["Семёнов", "Семёнова"]


def test_contact_people_repeat_by_partner_and_name(table):
    contact(partner("Волга"), "Орлова", first_name="Нина")
    path = table(
        ["partner", "last_name", "first_name", "phone"],
        ["Волга", "Орлова", "Нина", "84957874008"],
        ["Волга", "Орлова", "Анна", ""],
        ["Волга", "Орлова", "Анна", ""],
    )
    assert took("contact-people", path, duplicates=UPDATE) == (1, 1, 1, 0)
    assert Person.objects.count() == 2


def test_xlsx_rows_come_in_like_csv_rows(tmp_path):
    path = tmp_path / "p.xlsx"
    write_table(path, ["name", "registered_on"], [["Волга", "03.03.2015"], ["Ока", "2015-03-04"]])
    assert took("partners", path) == (2, 0, 0, 0)
    assert Partner.objects.get(name="Волга").registered_on.isoformat() == "2015-03-03"


def test_a_missing_file_name_is_not_a_path_elsewhere(tmp_path):
    with pytest.raises(OSError, match="nothing"):
        run_of("partners", Path(tmp_path / "nothing.csv"))


def test_an_import_is_undone_whole(table, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    volga = partner("Волга", comment="было")
    rows = [
        ["Ока", "", "Юг", SBER],
        ["Волга", "стало", "", ""],
        ["Кама", "", "Юг", ""],
        ["Обь", "", "Юг", ""],
    ]
    before = {Partner: Partner.objects.count(), BusinessRegion: 0}
    path = table(["name", "comment", "region", "inn"], *rows)
    run = run_of("partners", path, duplicates=UPDATE)
    assert (run.created, run.updated) == (3, 1)
    result = undo_change_set(HOUSE, run.change_set)
    assert result.conflicts == []
    volga.refresh_from_db()
    assert volga.comment == "было"
    assert {model: model.objects.count() for model in before} == before
    assert took("partners", path, duplicates=UPDATE) == (3, 1, 0, 0)


def test_an_undone_half_is_not_taken_up(table, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 1)
    path = table(["name"], ["Волга"], ["Ока"], ["Кама"])
    opened = open_import(HOUSE, resource("partners"), path, ImportOptions())
    half = begin(opened, path)

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_on(half, opened, report=stop)
    undo_change_set(HOUSE, half.change_set)
    assert not Partner.objects.exists()
    assert took("partners", path) == (3, 0, 0, 0)
    half.refresh_from_db()
    assert half.state == RunState.FAILED


def test_a_missing_source_of_a_plain_directory_is_made_and_counted(table):
    path = table(
        ["name", "channel", "source_type", "source"],
        ["Волга", "Выставки", "Маркетинговое мероприятие", "Климат и дом"],
        ["Кама", "Выставки", "marketing_event", "климат и дом"],
        ["Ока", "Знакомые", "Клиент", "Волга"],
        ["Дон", "Знакомые", "Клиент", "Никто"],
    )
    run = run_of("partners", path)
    assert (run.created, run.refused, run.created_references) == (2, 2, 2)
    assert refused(path)[1][:2] == ["4", "source"], "the file's own rows are no sources yet"
    sources = set(PartnerFirstInterest.objects.values_list("source", flat=True))
    assert sources == {MarketingEvent.objects.get().pk}


def test_a_strict_import_makes_no_source_either(table):
    path = table(["name", "source_type", "source"], ["Волга", "marketing_event", "Климат и дом"])
    assert took("partners", path, is_strict=True) == (0, 0, 0, 1)
    assert not MarketingEvent.objects.exists()


def test_a_source_is_not_made_for_rows_that_are_refused_otherwise(table):
    path = table(
        ["name", "inn", "source_type", "source"],
        ["Волга", "7707083894", "marketing_event", "Климат и дом"],
        ["Кама", SBER, "", ""],
    )
    run = run_of("partners", path)
    assert (run.created, run.refused, run.created_references) == (1, 1, 0)
    assert not MarketingEvent.objects.exists()


def test_the_same_import_begun_twice_at_once_is_one_run(table, monkeypatch):
    opened = open_import(HOUSE, resource("partners"), table(["name"], ["Волга"]), ImportOptions())
    first = begin(opened, opened.table.path)
    monkeypatch.setattr(importing, "_unfinished", lambda opened: None)
    assert begin(opened, opened.table.path) == first
    assert ImportRun.objects.count() == 1


def test_a_file_of_refused_rows_that_was_taken_away_is_begun_anew(table, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 1)
    path = table(["name", "phone"], ["Волга", "нет"], ["Ока", "да"])
    opened = open_import(HOUSE, resource("partners"), path, ImportOptions())

    def take_away(done, total):
        if done == 1:
            path.with_name(f"{path.name}.refused.csv").unlink()

    run = carry_on(begin(opened, path), opened, report=take_away)
    assert run.refused == 2
    assert [row[0] for row in refused(path)] == ["line", "3"]


def test_stage_rows_without_a_deal_are_refused(table):
    path = table(["deal", "stage", "started_at"], ["", "Презентация", "03.03.2015"], ["", "", ""])
    assert took("deal-stages", path) == (0, 0, 0, 1)
    assert refused(path)[1][1] == "deal"


def test_a_row_that_has_less_filled_in_means_the_one_before_it(table):
    """By its name alone, though the first of them also has a requisite; the same within a chunk and across chunks."""
    path = table(["name", "inn"], ["Берёзка", SBER], ["БЕРЕЗКА", ""], ["Ока", ""], ["ока", ""])
    opened = open_import(HOUSE, resource("partners"), path, ImportOptions())
    assert rehearse(opened).counts == {"created": 2, "skipped": 2}
    assert took("partners", path) == (2, 0, 2, 0)


def test_an_import_being_undone_writes_no_more(table, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    path = table(["name"], *([f"Клиент {n}"] for n in range(7)))
    opened = open_import(HOUSE, resource("partners"), path, ImportOptions())
    run = begin(opened, path)

    def taken_back(done, total):
        if done == 4:
            undo_change_set(HOUSE, run.change_set)

    with pytest.raises(Refused) as caught:
        carry_on(run, opened, taken_back)
    assert caught.value.code == "job_ended"
    run.refresh_from_db()
    assert (run.state, run.position) == (RunState.FAILED, 4)
    assert run.sentence
    assert not Partner.objects.exists()
