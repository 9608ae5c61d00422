"""Reading tables: what the world sends, and what it sends to hurt."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from artel.lib.tabular import workbook as limits
from artel.lib.tabular.reading import Reading, Row, fold_header, open_table
from artel.lib.tabular.unreadable import Unreadable

RUSSIAN = "Код;ИНН;Рабочее наименование\r\n1;7707083893;ООО «Ёлка»\r\n"


def saved(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path):
    return [row.cells for row in open_table(path).rows()]


def refusal(path):
    with pytest.raises(Unreadable) as error:
        open_table(path)
    assert str(error.value).endswith(".")
    return error.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    content = RUSSIAN.replace("«Ёлка»", "Ёлка").replace(";", delimiter).encode(encoding)
    table = open_table(saved(tmp_path, content))
    assert table.header == ("Код", "ИНН", "Рабочее наименование")
    assert list(table.rows()) == [Row(2, ["1", "7707083893", "ООО Ёлка"])]
    assert (table.row_count, len(table.digest)) == (1, 64)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('name,note\r\n"a;b;c","x\r\ny"\r\n', [["a;b;c", "x\r\ny"]]),
        ("name;note\nООО, ИНН 77, КПП 1;да, нет\nb;c\n", [["ООО, ИНН 77, КПП 1", "да, нет"], ["b", "c"]]),
        ('"Имя, полностью";ИНН;КПП\n"А, Б";1;2\n', [["А, Б", "1", "2"]]),
        ("name\none\ntwo, three\n", [["one"], ["two, three"]]),
        ("sep=;\nname;note\na,1;b,2\n", [["a,1", "b,2"]]),
        ('name,note\r\n"he said ""no""",\r\n', [['he said "no"', ""]]),
        ("name,note\ra,b\rc,d", [["a", "b"], ["c", "d"]]),
    ],
)
def test_delimiters_respect_quotes(tmp_path, content, expected):
    assert cells(saved(tmp_path, content)) == expected


def test_rows_keep_their_lines_whatever_their_width(tmp_path):
    content = '\n\na,b,,\n1\n,,\n \n"x\ny",2,,\n3,4,5\n'
    assert list(open_table(saved(tmp_path, content)).rows()) == [
        Row(4, ["1", ""]),
        Row(7, ["x\ny", "2"]),
        Row(9, ["3", "4", "5"]),
    ]


def test_rows_can_be_taken_up_from_the_middle(tmp_path):
    table = open_table(saved(tmp_path, "n\n" + "".join(f"{n}\n" for n in range(10))))
    assert [row.cells[0] for row in table.rows(skip=7)] == ["7", "8", "9"]
    assert list(table.rows(skip=99)) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n ; ;\r\n", "empty"),
        (b'a,b\n1,"2\n3,4\n', "broken_quotes"),
        (b'a,b\n1,"2"x\n', "broken_quotes"),
        (b"a,A\n1,2\n", "duplicate_column"),
        ("Ёж,еж\n1,2\n".encode(), "duplicate_column"),
        (b"a,,b\n1,2,3\n", "unnamed_column"),
        (b"a,b\n1,\x002\n", "not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "not_text"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)), "not_text"),
        (b"a,b\n\x98,\xff\n", "not_text"),
        (b"\xff\xfea\x00\x00\x00", "not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_excel"),
        (b"PK\x03\x04 and nothing of a zip", "broken_workbook"),
        (b"a,b\n1," + b"x" * 200_000, "long_cell"),
        (b"a,b\n" + b"x," * 3_000_000, "long_row"),
        (b'a,b\n1,"x\n",' + b'"x\n",' * 1_000_000, "long_row"),
        (b",".join(b"c%d" % n for n in range(1_001)), "too_many_columns"),
    ],
)
def test_hostile_text_files(tmp_path, content, code):
    assert refusal(saved(tmp_path, content)) == code


def test_a_refusal_names_the_line(tmp_path):
    with pytest.raises(Unreadable, match="Line 3: quotes"):
        open_table(saved(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n'))


def test_headers_are_compared_without_case_spaces_and_yo():
    assert fold_header(" Приём\xa0Заказа ") == fold_header("прием заказа") == "приемзаказа"


def book(tmp_path, *rows, name="table.xlsx"):
    path = tmp_path / name
    with xlsxwriter.Workbook(path, {"remove_timezone": True}) as workbook:
        sheet = workbook.add_worksheet()
        dates = workbook.add_format({"num_format": "dd.mm.yyyy"})
        moments = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                formats = {date: [dates], datetime: [moments]}.get(type(value), [])
                sheet.write(number, column, value, *formats)
    return path


def test_spreadsheet_cells_are_exact_text(tmp_path):
    path = book(
        tmp_path,
        ("Код", "ИНН", "Сумма", "Дата", "Когда", "Да"),
        ("00-01", 7707083893, 1234.56, date(2015, 3, 3), datetime(2015, 3, 3, 18, 30, tzinfo=UTC), True),
        ("", 500100732259, 0.1 + 0.2, "", "", False),
        ("", 123456789012345678901, 1e-7, "", "", ""),
    )
    assert cells(path.rename(tmp_path / "renamed.csv")) == [
        ["00-01", "7707083893", "1234.56", "2015-03-03", "2015-03-03T18:30:00", "true"],
        ["", "500100732259", "0.3", "", "", "false"],
        ["", "123456789012346000000", "0.0000001", "", "", ""],
    ]


def test_spreadsheet_rows_keep_their_numbers(tmp_path):
    path = book(tmp_path, (), (), ("a", "b"), (), (1, 2))
    assert list(open_table(path).rows()) == [Row(5, ["1", "2"])]


def repacked(path, target, **members):
    """The workbook again with some members replaced or added."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for item in source.namelist():
            if item not in members:
                copy.writestr(item, source.read(item))
        for name, content in members.items():
            copy.writestr(name, content)
    return target


SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read(SHEET)


def test_a_far_cell_is_a_bomb_of_memory(tmp_path):
    path = book(tmp_path, ("a",), (1,))
    for far in (b"r = 'XFD1048576'", b'r="$XFD$1048576"'):
        hostile = sheet_xml(path).replace(b'r="A2"', far)
        assert refusal(repacked(path, tmp_path / "far.xlsx", **{SHEET: hostile})) == "too_big"


def test_a_far_cell_in_a_sheet_kept_elsewhere(tmp_path):
    path = book(tmp_path, ("a",), (1,))
    hostile = b" " * 65_530 + b'<c r="XFD1048576"/>'
    assert refusal(repacked(path, tmp_path / "far.xlsx", **{"data/x.bin": hostile})) == "too_big"


def test_a_ratio_bomb(tmp_path):
    path = book(tmp_path, ("a",), (1,))
    bomb = repacked(path, tmp_path / "bomb.xlsx", **{"xl/sharedStrings.xml": b" " * 30_000_000})
    assert refusal(bomb) == "bomb"


def test_a_bomb_that_declares_less_than_it_holds(tmp_path):
    path = book(tmp_path, ("a",), (1,))
    bomb = repacked(path, tmp_path / "liar.xlsx", **{"xl/sharedStrings.xml": b" " * 30_000_000})
    content = bytearray(bomb.read_bytes())
    true_size = struct.pack("<I", 30_000_000)
    assert content.count(true_size) == 2
    bomb.write_bytes(content.replace(true_size, struct.pack("<I", 64)))
    assert refusal(bomb) == "bomb"


def test_a_sum_of_members_is_limited(tmp_path, monkeypatch):
    path = book(tmp_path, ("a",), (1,))
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1_000)
    assert refusal(path) == "bomb"
    monkeypatch.setattr(limits, "MAX_MEMBERS", 3)
    assert refusal(path) == "bomb"


def test_other_formats_in_a_zip(tmp_path):
    for name in ("content.xml", "xl/workbook.bin", "hello.txt"):
        path = tmp_path / "other.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "<x/>")
            if name != "hello.txt":
                archive.writestr("[Content_Types].xml", "<x/>")
        assert refusal(path) == "not_xlsx"


def test_damaged_spreadsheets(tmp_path):
    path = book(tmp_path, ("a",), (1,))
    whole = path.read_bytes()
    assert refusal(saved(tmp_path, whole[: len(whole) // 2], "half.xlsx")) == "broken_workbook"
    broken = repacked(path, tmp_path / "broken.xlsx", **{"xl/workbook.xml": b"<workbook><sheets>"})
    assert refusal(broken) in {"broken_workbook", "no_sheet"}
    nothing = repacked(path, tmp_path / "none.xlsx", **{SHEET: b"not xml at all <"})
    assert refusal(nothing) in {"broken_workbook", "empty"}


def test_a_hidden_sheet_is_not_read(tmp_path):
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        first, second = workbook.add_worksheet("one"), workbook.add_worksheet("two")
        first.write_row(0, 0, ["secret"])
        second.write_row(0, 0, ["shown"])
        second.activate()
        second.set_first_sheet()
        first.hide()
    assert open_table(path).header == ("shown",)


def book_of(path, **sheets):
    """Sheets of one column each; `_hidden` ones are hidden."""
    with xlsxwriter.Workbook(path) as workbook:
        for name, cells in sheets.items():
            sheet = workbook.add_worksheet(name)
            sheet.write_column(0, 0, cells)
            if name.endswith("_hidden"):
                sheet.hide()
    return path


def test_the_first_sheet_with_cells_is_taken_and_another_by_its_name(tmp_path):
    path = book_of(
        tmp_path / "book.xlsx", Обложка=[], Клиенты=["name", "Волга"], x_hidden=["secret", 1, 2], Пусто=[]
    )
    table = open_table(path)
    assert (table.reading, table.header) == (Reading(sheet="Клиенты"), ("name",))
    assert [tuple(sheet) for sheet in table.sheets] == [
        ("Обложка", False), ("Клиенты", False), ("x_hidden", True), ("Пусто", False),
    ]  # fmt: skip
    other = open_table(path, reading=Reading(sheet=" X_HIDDEN"))
    assert (other.header, [row.cells for row in other.rows()]) == (("secret",), [["1"], ["2"]])
    assert other.reading.sheet == "x_hidden"
    for name, code in (("Пусто", "empty"), ("Нет", "no_such_sheet")):
        with pytest.raises(Unreadable) as error:
            open_table(path, reading=Reading(sheet=name))
        assert error.value.code == code
        assert name in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8", "utf-8-sig", "cp1251"])
def test_encodings_are_recognised(tmp_path, encoding):
    table = open_table(saved(tmp_path, "Имя;Тел\nВолга;1\n".encode(encoding)))
    assert (table.header, table.reading.delimiter) == (("Имя", "Тел"), ";")
    assert table.reading.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "mac-cyrillic"])
def test_what_is_recognised_wrongly_is_read_as_one_says(tmp_path, encoding):
    path = saved(tmp_path, "Имя|Тел,факс\nВолга|1\n".encode(encoding))
    assert "Имя" not in "".join(open_table(path).header)
    table = open_table(path, reading=Reading(encoding=encoding, delimiter="|"))
    assert table.header == ("Имя", "Тел,факс")
    assert [row.cells for row in table.rows()] == [["Волга", "1"]]


def test_another_encoding_must_fit(tmp_path):
    path = saved(tmp_path, "Имя\nВолга\n".encode("cp1251"))
    with pytest.raises(Unreadable) as error:
        open_table(path, reading=Reading(encoding="utf-8"))
    assert (error.value.code, str(error.value)) == (
        "other_encoding",
        "The file is no text in this encoding: UTF-8.",
    )


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with suppress(Unreadable):
        table = open_table(path)
        assert len(list(table.rows())) == table.row_count


def test_memory_does_not_grow_with_the_file(tmp_path):
    line = ",".join(["Общество с ограниченной ответственностью"] * 5) + "\n"
    peaks = []
    for count in (5_000, 25_000):
        path = saved(tmp_path, "a,b,c,d,e\n" + line * count, f"{count}.csv")
        tracemalloc.start()
        assert sum(1 for _row in open_table(path).rows()) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def test_cells_without_a_place_are_counted(tmp_path, monkeypatch):
    path = book(tmp_path, ("a",), (1,))
    monkeypatch.setattr(limits, "MAX_CELLS", 50_000)
    for cells, is_too_many in ((40_000, False), (60_000, True)):
        many = sheet_xml(path).replace(
            b"</sheetData>", b"<row>" + b"<c><v>1</v></c>" * cells + b"</row></sheetData>"
        )
        made = repacked(
            path,
            tmp_path / "many.xlsx",
            **{SHEET: many, "note.txt": b"ballast" * 4 + bytes(range(256)) * 900},
        )
        if is_too_many:
            assert refusal(made) == "too_big"
        else:
            assert len(list(open_table(made).rows())) >= 1
