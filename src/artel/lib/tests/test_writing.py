"""What we write is safe in a spreadsheet and comes back as it was."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artel.lib.malformed import Malformed
from artel.lib.tabular import writing
from artel.lib.tabular.defusing import armed, defused, kept_armed
from artel.lib.tabular.reading import open_table
from artel.lib.tabular.writing import write_table

ATTACKS = ["=1+1", "+7 495", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1", "a;=1"]


def test_formulas_are_defused_in_csv(tmp_path):
    path = tmp_path / "out.csv"
    write_table(path, ["text"], [[text] for text in ATTACKS])
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbftext\r\n'=1+1\r\n'+7 495\r\n")
    assert b'"a;=1"' in content
    for line in content.decode("utf-8-sig").split("\r\n"):
        assert not line.strip('"').startswith(("=", "+", "-", "@", "\t", "＝"))


def test_plain_negative_numbers_stay_numbers(tmp_path):
    path = tmp_path / "out.csv"
    write_table(path, ["a", "b", "c"], [["-5", "-5,25", Decimal("-12.50")], ["-5-5", "- 5", 1.5]])
    assert path.read_text("utf-8-sig") == "a,b,c\n-5,\"-5,25\",-12.50\n'-5-5,'- 5,1.5\n"


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_what_is_written_is_read_again(tmp_path, name):
    rows = [[text, f"'{text}", f"''{text}", "'", "обычный", 'q"uote', "два\nряда"] for text in ATTACKS]
    path = tmp_path / name
    assert write_table(path, list("abcdefg"), rows) == len(rows)
    assert [row.cells for row in open_table(path).rows()] == rows


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_typed_values(tmp_path, name):
    path = tmp_path / name
    when = datetime(2015, 3, 3, 18, 30, tzinfo=UTC)
    write_table(
        path, list("abcdefg"), [[None, True, 7, Decimal("1234.50"), date(2015, 3, 3), when, "7707083893"]]
    )
    [row] = open_table(path).rows()
    expected = {
        "out.csv": ["", "1", "7", "1234.50", "2015-03-03", "2015-03-03T18:30:00+00:00", "7707083893"],
        "out.xlsx": ["", "true", "7", "1234.5", "2015-03-03", "2015-03-03T18:30:00", "7707083893"],
    }
    assert row.cells == expected[name]


def test_spreadsheets_hold_no_formulas_links_or_lost_digits(tmp_path):
    path = tmp_path / "out.xlsx"
    write_table(
        path,
        ["a", "b", "c", "d"],
        [["=1+1", "https://example.org", Decimal("12345678901234567.89"), date(1812, 9, 7)]],
    )
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert [row.cells for row in open_table(path).rows()] == [
        ["=1+1", "https://example.org", "12345678901234567.89", "1812-09-07"]
    ]


def test_a_spreadsheet_never_cuts_silently(tmp_path, monkeypatch):
    with pytest.raises(Malformed, match="32767"):
        write_table(tmp_path / "long.xlsx", ["a"], [["x" * 32_768]])
    monkeypatch.setattr(writing, "_MAX_SHEET_ROWS", 2)
    with pytest.raises(Malformed, match="2 rows"):
        write_table(tmp_path / "many.xlsx", ["a"], [["1"], ["2"]])


@given(st.text())
def test_defusing_is_one_to_one(text):
    assert armed(defused(text)) == text
    assert armed(kept_armed(text)) == text


@given(st.from_regex(r"\A'{0,3}[=+\-@\t][^\x00]{0,5}\Z"))
def test_defusing_of_hostile_text_is_one_to_one(text):
    assert armed(defused(text)) == text
    assert armed(kept_armed(text)) == text


def test_what_cannot_be_written_whole_leaves_what_was_there(tmp_path):
    path = tmp_path / "kept.xlsx"
    write_table(path, ["a"], [["1"]])
    before = path.read_bytes()
    with pytest.raises(Malformed):
        write_table(path, ["a"], [["x" * 32_768]])
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["kept.xlsx"]
