"""`artel import` and `artel export` as scripts see them: exit codes, JSON, sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from django.test import override_settings
from django.utils import translation

from artel.domains.company.factories import person
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.site.cli import main

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], db: None) -> Typed:
    """A command on the test database: its exit code, stdout and stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        with translation.override("en"), override_settings(LANGUAGE_CODE="en"):
            try:
                code = main([str(word) for word in words])
            except SystemExit as wrong:
                code = int(wrong.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "partners.csv"
    path.write_text("Рабочее наименование;Телефон\nВолга;8 495 787-40-08\nОка;нет\nВолга;\n")
    return path


def test_an_import_ends_with_the_reconciliation(typed: Typed, path: Path) -> None:
    code, out, _err = typed("import", "partners", path, "--json")
    result = json.loads(out)
    assert code == 0
    assert set(result) == {
        "rows", "created", "updated", "skipped", "refused", "created_references", "related", "change_set", "seconds",
    }  # fmt: skip
    assert [result[name] for name in ("rows", "created", "updated", "skipped", "refused")] == [3, 1, 0, 1, 1]
    code, out, _err = typed("import", "partners", path, "--on-duplicate", "update")
    assert code == 0
    assert "Rows 3 = created 0 + updated 0 + skipped 2 + refused 1" in out
    assert f"{path}.refused.csv" in out


def test_what_rows_bring_along_is_counted_beside_them(typed: Typed, tmp_path: Path) -> None:
    partner("Ока")
    path, mapping = tmp_path / "deals.csv", tmp_path / "mapping.json"
    path.write_text(
        "Фирма;Кто;Тема;Вид\nВолга;Орлов Иван;1;Продажа\nОка;;2;Продажа\nВолга;Орлов Иван;3;Продажа\n"
    )
    mapping.write_text(json.dumps({"Фирма": "partner.name", "Кто": "person.name", "Тема": "name"}))
    words = ("import", "deals", path, "--mapping", mapping)
    code, out, _err = typed(*words, "--dry-run")
    assert (code, "partner: created 1, found 2, updated 0." in out) == (0, True)
    code, out, _err = typed(*words, "--on-related", "link", "--json")
    assert json.loads(out)["related"] == {
        "partner": {"created": 1, "found": 2, "updated": 0},
        "person": {"created": 1, "found": 1, "updated": 0},
    }
    code, out, _err = typed(*words, "--key", "name")
    assert "skipped 3" in out
    assert "person: created 0, found 0, updated 0." in out


def test_a_dry_run_says_what_it_would_refuse(typed: Typed, path: Path) -> None:
    code, out, _err = typed("import", "partners", path, "--dry-run", "--json")
    result = json.loads(out)
    assert (code, result["created"], result["refused"], result["change_set"]) == (0, 1, 1, None)
    assert result["refusals"] == [{"line": 3, "column": "Телефон", "reason": "нет is not a phone number."}]
    assert not Partner.objects.exists()


@pytest.mark.parametrize("content", ["", 'name\n"open\n', "colour\nred\n"])
def test_a_file_that_cannot_be_read_is_exit_1_with_a_sentence(
    typed: Typed, tmp_path: Path, content: str
) -> None:
    hostile = tmp_path / "hostile.csv"
    hostile.write_text(content)
    code, out, err = typed("import", "partners", hostile, "--json")
    assert (code, out) == (1, "")
    assert err.startswith("artel: ")
    assert err.strip().endswith(".")


def test_a_sheet_an_encoding_and_a_delimiter_are_named(typed: Typed, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet("one").write_column(0, 0, ["name", "Волга"])
        workbook.add_worksheet("two").write_column(0, 0, ["name", "Ока", "Кама"])
    code, out, _err = typed("import", "partners", book, "--sheet", "two", "--json")
    assert (code, json.loads(out)["created"]) == (0, 2)
    code, out, err = typed("import", "partners", book, "--sheet", "three")
    assert (code, out) == (1, "")
    assert "There are: one, two." in err
    old = tmp_path / "old.csv"
    old.write_bytes("Рабочее наименование|Телефон\nДон|84957874008\n".encode("cp866"))
    words = ("import", "partners", old, "--encoding", "CP866", "--delimiter", "|", "--json")
    code, out, _err = typed(*words)
    assert (code, json.loads(out)["created"]) == (0, 1)
    assert typed("import", "partners", old, "--encoding", "rot13")[0] == 2
    assert typed("import", "partners", old, "--delimiter", "#")[0] == 2


def test_wrong_usage_is_exit_2_and_a_missing_file_exit_1(typed: Typed, path: Path, tmp_path: Path) -> None:
    assert typed("import", "planets", path)[0] == 2
    assert typed("import", "partners", path, "--on-duplicate", "sometimes")[0] == 2
    assert typed("import", "partners", tmp_path / "nothing.csv")[0] == 1
    assert typed("import", "partners", path, "--key", "nothing")[0] == 1


def test_a_mapping_is_a_json_object(typed: Typed, path: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"Телефон": None}), "utf-8")
    assert typed("import", "partners", path, "--mapping", mapping)[0] == 0
    assert Partner.objects.count() == 2
    mapping.write_text("[1]")
    code, _out, err = typed("import", "partners", path, "--mapping", mapping)
    assert (code, "JSON object" in err) == (1, True)


def test_single_columns_are_mapped_on_the_command_line(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    path.write_text("Фирма;a=b;x\nВолга;84957874008;1\n")
    given = ("--map", "Фирма=name", "--map", "a=b=phone", "--map", "x=")
    assert typed("import", "partners", path, *given)[0] == 0
    assert Partner.objects.get().points.get().value == "+74957874008"
    assert typed("import", "partners", path, "--map", "name")[0] == 2


def test_one_imports_and_exports_as_a_person(typed: Typed, path: Path, tmp_path: Path) -> None:
    partner("Чужая")
    alice = person("alice", "sales_manager")
    assert typed("import", "partners", path, "--as", "alice")[0] == 0
    assert Partner.objects.get(name="Волга").manager == alice.user
    out = tmp_path / "out.csv"
    code, said, _err = typed("export", "partners", out, "--as", "alice", "--json")
    assert (code, json.loads(said)["rows"]) == (0, 1)
    assert "Чужая" not in out.read_text("utf-8-sig")
    assert typed("export", "partners", out, "--view", "Мои")[0] == 1
    assert typed("export", "partners", out, "--as", "nobody")[0] == 1


def test_an_undo_takes_the_import_back(typed: Typed, path: Path) -> None:
    _code, out, _err = typed("import", "partners", path, "--json")
    number = json.loads(out)["change_set"]
    code, out, _err = typed("undo", number, "--dry-run", "--json")
    assert (code, json.loads(out)["change_set"]) == (0, None)
    assert Partner.objects.exists()
    code, out, _err = typed("undo", number, "--json")
    undone = json.loads(out)
    assert (code, undone["conflicts"]) == (0, [])
    assert undone["restored"] > 1
    assert not Partner.objects.exists()
    assert typed("undo", 999_999)[0] == 1
    assert typed("undo", "latest")[0] == 2


def test_an_undo_lists_what_it_refuses(typed: Typed, path: Path) -> None:
    _code, out, _err = typed("import", "partners", path, "--json")
    number = json.loads(out)["change_set"]
    partner("Дочка", head=Partner.objects.get(name="Волга"))
    _code, out, _err = typed("undo", number)
    assert "Stays: partners.partner" in out
    assert Partner.objects.filter(name="Волга").exists()


def test_a_value_for_all_rows_is_given_to_a_field_without_a_column(typed: Typed, path: Path) -> None:
    given = ("--set", "comment=a=b", "--set", "is_supplier=1")
    assert typed("import", "partners", path, *given)[0] == 0
    volga = Partner.objects.get(name="Волга")
    assert (volga.comment, volga.is_supplier) == ("a=b", True)
    assert typed("import", "partners", path, "--set", "comment")[0] == 2
    code, _out, err = typed("import", "partners", path, "--set", "phone=8 495 787-40-09")
    assert (code, "has a column; it takes no value for all rows besides" in err) == (1, True)
    assert typed("import", "partners", path, "--set", "password=x")[0] == 1
