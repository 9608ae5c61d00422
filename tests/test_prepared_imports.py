"""A file before its import: what its columns are taken for, what is remembered of it, what would become of its rows."""

from __future__ import annotations

import json

import pytest
import xlsxwriter
from django.utils import timezone, translation

from artel.domains.company.factories import department, person
from artel.domains.partners.factories import HOUSE, partner
from artel.domains.partners.models import BusinessRegion, Partner
from artel.exchange import preparing
from artel.exchange.models import Duplicates, ImportProfile, ImportRun, PreparedImport
from artel.exchange.preparing import (
    give,
    give_text,
    import_prepared,
    known_of,
    lacks,
    opened_of,
    read_otherwise,
    set_up,
)
from artel.exchange.tabular import importing
from artel.exchange.trying import TriedCell, Trying, check_all
from artel.exchange.work import uploaded
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.jobs.models import Job
from artel.kernel.jobs.run import perform
from artel.kernel.jobs.worker import drain
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role
from artel.kernel.refusals import Forbidden, Refused
from artel.kernel.roles import Reach
from artel.lib.tabular.pasted import as_csv
from artel.lib.tabular.reading import Reading

pytestmark = pytest.mark.django_db
SKIP, UPDATE = Duplicates.SKIP, Duplicates.UPDATE


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path


@pytest.fixture
def root():
    return person("root", "administrator", reach=Reach.ALL)


def given(actor, text, entity="partners"):
    return give(actor, entity, "table.csv", [text.encode()])


def sentences(actor, prepared):
    return trying(actor, prepared).first_rows()


def trying(actor, prepared):
    return Trying(opened_of(actor, prepared), prepared, known_of(actor, prepared))


def told(prepared):
    """The rows that the check of all rows refuses: line and first sentence."""
    return [(row.line, row.told[0][1]) for row in prepared.refused.order_by("line")]


def missing(actor, prepared):
    return lacks(opened_of(actor, prepared), known_of(actor, prepared))


def test_columns_are_known_by_names_and_labels_of_both_languages_and_others_are_left_out(root):
    found = given(root, "name;Телефон;Region;Мусор;Наименование\nВолга;1;2;3;4\n")
    assert found.mapping == {
        "name": "name",
        "Телефон": "phone",
        "Region": "region",
        "Мусор": None,
        "Наименование": None,
    }
    assert (found.total, found.first) == (1, [(2, ["Волга", "1", "2", "3", "4"])])


def test_what_is_only_read_and_the_notes_of_refused_rows_are_left_out(root):
    found = given(root, "line,column,reason,deal,days\n2,,,Сделка,3\n", "deal-stages")
    assert found.mapping == {"line": None, "column": None, "reason": None, "deal": "deal", "days": None}


def test_a_missing_field_is_said_in_a_sentence_and_stops_the_import(root):
    found = given(root, "Фирма;Тел\nВолга;84957874008\n")
    with translation.override("ru"):
        assert missing(root, found) == (
            "Нет колонки для поля «Рабочее наименование», а без него новую запись не создать."
        )
    with pytest.raises(Refused) as refusal:
        import_prepared(root, found)
    assert refusal.value.code == "no_column"
    assert not ImportRun.objects.exists()
    set_up(root, found, {"Фирма": "name", "Тел": "phone"}, SKIP)
    assert missing(root, found) == ""
    run = import_prepared(root, found)
    drain()
    run.refresh_from_db()
    assert (run.created, run.options["mapping"]) == (1, {"Фирма": "name", "Тел": "phone"})
    assert import_prepared(root, found) == run


def test_a_button_pressed_twice_begins_one_import(root):
    found = given(root, "name\nВолга\n")
    twin = type(found).objects.get(pk=found.pk)
    assert import_prepared(root, found) == import_prepared(root, twin)
    assert ImportRun.objects.count() == 1


def test_two_columns_do_not_go_to_one_field(root):
    found = given(root, "name;Фирма\nВолга;Ока\n")
    with translation.override("ru"), pytest.raises(Refused) as refusal:
        set_up(root, found, {"name": "name", "Фирма": "name"}, SKIP)
    assert str(refusal.value.sentence) == "Колонки «name», «Фирма» значат одно и то же: Рабочее наименование."
    found.refresh_from_db()
    assert found.mapping["Фирма"] is None
    assert not ImportProfile.objects.exists()


def test_a_field_that_there_is_not_is_no_choice(root):
    found = given(root, "name;x\nВолга;1\n")
    set_up(root, found, {"name": "name", "x": "password", "y": "phone"}, SKIP)
    assert found.mapping == {"name": "name", "x": None}


def test_the_next_file_with_these_headers_comes_mapped(root):
    first = given(root, "Фирма;Тел;Телефон\nВолга;84957874008;\n")
    set_up(root, first, {"Фирма": "name", "Тел": "phone"}, UPDATE)
    again = given(root, "тел;ФИРМА;Телефон\n1;Ока;\n")
    assert again.mapping == {"тел": "phone", "ФИРМА": "name", "Телефон": None}
    assert again.duplicates == UPDATE
    refused = given(root, "line,column,reason,Фирма,Тел,Телефон\n2,,,Ока,1,\n")
    assert refused.mapping["Фирма"] == "name"
    other = given(root, "Фирма;Тел\nВолга;1\n")
    assert other.mapping == {"Фирма": None, "Тел": None}
    set_up(root, again, {"тел": "phone", "ФИРМА": "public_name"}, SKIP)
    assert ImportProfile.objects.get().mapping["фирма"] == "public_name"


def test_columns_come_matched_as_a_colleague_took_them_until_one_takes_them_oneself(root):
    alice = person("alice", "sales_manager", department=department("Продажи"))
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(hidden_fields={"partners.partner": ["comment"]})
    text = "Фирма;Слова\nВолга;да\n"
    set_up(root, given(root, text), {"Фирма": "name", "Слова": "comment"}, UPDATE)
    hers = given(alice, text)
    assert (hers.mapping, hers.duplicates) == ({"Фирма": "name", "Слова": None}, SKIP)
    set_up(alice, hers, {"Фирма": "public_name", "Слова": None}, SKIP)
    assert given(alice, text).mapping["Фирма"] == "public_name"
    assert given(root, text).mapping == {"Фирма": "name", "Слова": "comment"}
    mark = person("mark", "sales_manager", department=department("Склад"))
    assert given(mark, text).mapping["Фирма"] in {"name", "public_name"}


def test_what_is_closed_to_a_colleague_is_not_left_out_for_others(root):
    alice = person("alice", "sales_manager", department=department("Продажи"))
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(hidden_fields={"partners.partner": ["comment"]})
    text = "name;comment;Слова\nВолга;да;нет\n"
    hers = given(alice, text)
    set_up(alice, hers, hers.mapping, SKIP)
    assert given(root, text).mapping == {"name": "name", "comment": "comment", "Слова": None}


def test_a_file_is_its_owners_own(root):
    alice = person("alice", "sales_manager", department=department("Продажи"))
    found = given(root, "Фирма\nВолга\n")
    assert not PreparedImport.objects.of(alice).filter(pk=found.pk).exists()
    assert PreparedImport.objects.of(root).filter(pk=found.pk).exists()
    with pytest.raises(Forbidden):
        import_prepared(person("mara", "marketer"), found)


def test_an_attribute_that_is_gone_is_left_out(root):
    attribute = ATTRIBUTES.add(HOUSE, entity="partners.partner", code="size", kind="number", name="Размер")
    first = given(root, "name;Площадь\nВолга;1\n")
    set_up(root, first, {"name": "name", "Площадь": "attributes.size"}, SKIP)
    assert given(root, "name;Площадь\nВолга;1\n").mapping["Площадь"] == "attributes.size"
    ATTRIBUTES.mark(HOUSE, attribute)
    assert given(root, "name;Площадь\nВолга;1\n").mapping["Площадь"] is None


def test_the_first_rows_are_tried_cell_by_cell_and_nothing_is_written(root):
    partner("Лена")
    text = "name;phone;registered_on;head;region\nВолга;нет;31.02.2020;Никто;Юг\nЛена;;;;\n;;2020-01-01;;\nОка;;;Волга;Юг\n"
    found = given(root, text)
    before = Partner.objects.count(), ChangeSet.objects.count()
    with translation.override("ru"):
        bad, known, nameless, good = sentences(root, found)
    assert (Partner.objects.count(), ChangeSet.objects.count()) == before
    assert not BusinessRegion.objects.exists()
    assert [row.did for row in (bad, known, nameless, good)] == ["refused", "skipped", "refused", "refused"]
    assert bad.cells[1] == TriedCell("нет", "нет — не номер телефона.")
    assert "31.02.2020" in bad.cells[2].why
    assert known.sentence == nameless.sentence == ""
    assert nameless.cells[0].why
    assert good.cells[3] == TriedCell("Волга", "Записи «Волга» нет.")
    set_up(root, found, {"name": "name"}, UPDATE)
    assert [row.did for row in sentences(root, found)] == ["created", "skipped", "refused", "created"]


def test_a_row_without_a_needed_column_says_which_field_it_wants(root):
    found = given(root, "phone\n84957874008\n")
    with translation.override("ru"):
        [row] = sentences(root, found)
    assert row.sentence.startswith("Рабочее наименование: ")


def test_only_the_first_rows_are_kept_and_none_that_are_too_long(root, monkeypatch):
    rows = "".join(f"Клиент {number}\n" for number in range(30))
    found = given(root, f"name\n{rows}")
    assert (found.total, len(found.first)) == (30, preparing.FIRST_ROWS)
    monkeypatch.setattr(preparing, "MOST_KEPT", 20)
    assert len(given(root, f"name\n{rows}").first) == 2


def test_a_check_of_all_rows_counts_and_writes_nothing(root, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 3)
    rows = "".join(f"Клиент {number};{'нет' if number % 10 == 4 else ''}\n" for number in range(30))
    partner("Клиент 7")
    found = given(root, f"name;phone\n{rows}")
    with translation.override("ru"):
        check_all(root, found)
        check_all(root, found)
    assert Job.objects.filter(name="exchange.check").count() == 1
    before = Partner.objects.count()
    job = Job.objects.get(name="exchange.check")
    with translation.override("en"):
        assert perform(job.pk)
    job.refresh_from_db()
    found.refresh_from_db()
    counts = {"rows": 30, "created": 26, "updated": 0, "skipped": 1, "refused": 3}
    assert (job.state, job.error) == ("done", "")
    assert job.result == {**counts, "created_references": 0, "related": {}}
    assert [line for line, _why in told(found)] == [6, 16, 26]
    assert told(found)[0][1] == "нет — не номер телефона.", "in the language of the page"
    assert "нет" not in json.dumps(job.result, ensure_ascii=False)
    assert (Partner.objects.count(), ImportRun.objects.count()) == (before, 0)


def test_a_check_that_has_ended_may_be_asked_for_again(root):
    found = given(root, "name;head\nВолга;Ока\n")
    check_all(root, found)
    drain()
    found.refresh_from_db()
    assert len(told(found)) == 1
    partner("Ока")
    check_all(root, found)
    found.refresh_from_db()
    assert told(found) == []
    drain()
    found.refresh_from_db()
    assert (Job.objects.count(), Job.objects.get(pk=found.check_job).result["created"]) == (2, 1)
    Job.objects.all().delete()
    check_all(root, found)
    assert Job.objects.get().pk == found.check_job


def test_a_check_of_what_was_set_up_otherwise_is_forgotten(root):
    found = given(root, "name;phone\nВолга;нет\n")
    check_all(root, found)
    old = Job.objects.get(name="exchange.check")
    set_up(root, found, {"name": "name"}, SKIP)
    assert found.check_job is None
    old.refresh_from_db()
    assert old.state == "cancelled"
    check_all(root, found)
    drain()
    found.refresh_from_db()
    assert (told(found), Job.objects.get(pk=found.check_job).result["created"]) == ([], 1)
    set_up(root, found, dict(found.mapping), SKIP)
    assert found.check_job, "nothing was changed"


def book(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in {
            "Фирмы": ["name", "Волга"],
            "Склад": ["Фирма", "Ока", "Кама"],
            "Пусто": [],
        }.items():
            workbook.add_worksheet(name).write_column(0, 0, rows)
    return path.read_bytes()


def test_another_sheet_is_taken_anew_and_imported(root, tmp_path):
    found = give(root, "partners", "book.xlsx", [book(tmp_path)])
    assert (found.sheet, found.sheets) == ("Фирмы", [["Фирмы", False], ["Склад", False], ["Пусто", False]])
    check_all(root, found)
    read_otherwise(root, found, Reading(sheet="Склад"))
    assert (found.header, found.total, found.mapping, found.check_job) == (
        ["Фирма"],
        2,
        {"Фирма": None},
        None,
    )
    with translation.override("ru"), pytest.raises(Refused) as refusal:
        read_otherwise(root, found, Reading(sheet="Пусто"))
    assert str(refusal.value.sentence) == "На листе «Пусто» ничего нет."
    found.refresh_from_db()
    set_up(root, found, {"Фирма": "name"}, SKIP)
    run = import_prepared(root, found)
    drain()
    run.refresh_from_db()
    assert (run.state, run.created, run.options["sheet"]) == ("done", 2, "Склад")
    other = give(root, "partners", "book.xlsx", [book(tmp_path)])
    assert import_prepared(root, other).pk != run.pk


def test_another_encoding_and_delimiter_read_the_file_anew(root):
    found = give(root, "partners", "x.csv", ["name|Телефон\nВолга|84957874008\n".encode("koi8-r")])
    assert (found.encoding, found.header == ["name", "Телефон"]) == ("cp1251", False)
    read_otherwise(root, found, Reading(encoding="koi8-r", delimiter="|"))
    assert found.mapping == {"name": "name", "Телефон": "phone"}
    assert [row.did for row in sentences(root, found)] == ["created"]
    with pytest.raises(Refused) as refusal:
        read_otherwise(root, found, Reading(encoding="utf-8", delimiter="|"))
    assert refusal.value.code == "other_encoding"
    assert found.encoding == "koi8-r"


def test_a_file_that_cannot_be_read_leaves_nothing(root):
    with pytest.raises(Refused):
        give(root, "partners", "x.csv", [b"\x89PNG\r\n\x1a\n" + bytes(100)])
    assert not PreparedImport.objects.exists()
    assert not list(uploaded().iterdir())


def test_who_may_not_import_gives_no_file(root):
    with pytest.raises(Forbidden):
        given(person("mara", "marketer"), "name\nВолга\n")
    assert not uploaded().exists()


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("name\tphone\r\nВолга\t1\r\n", "name,phone\r\nВолга,1\r\n"),
        ('a\tb\n"Ромашка" ООО\t5" труба\n', 'a,b\r\n"""Ромашка"" ООО","5"" труба"\r\n'),
        ('a\tb\n"две\nстроки"\t"с ""кавычками"""\n', 'a,b\r\n"две\nстроки","с ""кавычками"""\r\n'),
        ("a\tb\t\nx\t\t\n", "a,b,\r\nx,,\r\n"),
        ("a\tb\n\nx\ty", 'a,b\r\n""\r\nx,y\r\n'),
        ("name;phone\nВолга;1\n", "name;phone\nВолга;1\n"),
    ],
)
def test_copied_cells_become_a_table(text, table):
    assert as_csv(text) == table


def test_pasted_rows_are_a_file(root):
    found = give_text(root, "partners", 'Рабочее наименование\tТелефон\n"Ромашка" ООО\t84957874008\n')
    assert found.first == [(2, ['"Ромашка" ООО', "84957874008"])]
    assert sentences(root, found)[0].did == "created"


def test_pasted_rows_with_their_first_cell_alone_keep_their_columns(root):
    found = give_text(root, "partners", "name\tphone\nВолга\nОка\n")
    assert (found.header, found.first[0]) == (["name", "phone"], (2, ["Волга", ""]))


def test_prepared_files_go_after_the_term(root, settings):
    from types import SimpleNamespace

    from artel.exchange.work import forget_files

    found = given(root, "name\nВолга\n")
    fresh = given(root, "name\nОка\n")
    PreparedImport.objects.filter(pk=found.pk).update(given_at=timezone.now() - timezone.timedelta(days=400))
    forget_files.body(SimpleNamespace(report=lambda **_told: None))
    assert list(PreparedImport.objects.all()) == [fresh]
