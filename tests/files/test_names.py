"""Names that somebody wished a file to have, and what it is called here."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artel.kernel.files.kinds import is_misnamed
from artel.lib.documents.names import LONGEST, clean_name, split_name


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Договор № 5.pdf", "Договор № 5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Alice\\offer.docx", "offer.docx"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("  . ", "file"),
        ("a\x00b\x07\r\nc.txt", "ab c.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ("broken\ud800.txt", "broken.txt"),
        ("и\u0306.txt", "й.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1.tar.gz", "_COM1.tar.gz"),
        ("console.txt", "console.txt"),
        ("trailing.pdf. . ", "trailing.pdf"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_is_made_harmless(raw, kept):
    assert clean_name(raw) == kept


def test_a_long_name_keeps_its_suffix():
    cut = clean_name("х" * 300 + ".docx")
    assert len(cut) == LONGEST
    assert split_name(cut)[1] == ".docx"


@given(st.text(max_size=400))
def test_whatever_comes_the_name_is_one_line_of_one_folder(raw):
    name = clean_name(raw)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set("/\\\x00\n\r\t")
    assert name.strip(" .") == name
    assert not {unicodedata.category(letter) for letter in name} & {"Cc", "Cs"}
    name.encode()


@pytest.mark.parametrize(
    ("name", "media_type", "is_wrong"),
    [
        ("a.pdf", "application/pdf", False),
        ("a.pdf", "application/x-msdownload", True),
        ("a.pdf", "text/html", True),
        ("a.jpg", "text/html", True),
        ("photo.jpeg", "image/jpeg", False),
        ("setup.dat", "application/x-msdownload", True),
        ("setup.exe", "application/x-msdownload", False),
        ("page.html", "text/plain", False),
        ("table.csv", "text/plain", False),
        ("no suffix", "image/png", False),
        ("old.doc", "application/x-ole-storage", False),
    ],
)
def test_a_name_that_promises_something_else_is_told(name, media_type, is_wrong):
    assert is_misnamed(name, media_type) is is_wrong
