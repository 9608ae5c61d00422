"""What a file is, its words and its pictures; hostile ones come to nothing and take nobody along."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import time
import zipfile

import pytest
from PIL import Image

from artel.kernel.files.samples import docx, pdf, png
from artel.lib.documents import __main__ as child
from artel.lib.documents import pictures, sniffing, text

pytestmark = pytest.mark.only_on("sqlite", "it asks no database")


def archive(*, packing: int = zipfile.ZIP_DEFLATED, **members: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as opened:
        for name, content in members.items():
            opened.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def stored(**members: str | bytes) -> bytes:
    return archive(packing=zipfile.ZIP_STORED, **members)


def drawn(kind: str, size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, kind, **more)
    return made.getvalue()


JPEG = drawn("JPEG")
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
CONTENTS = {
    "pdf": (pdf([["Hello"]]), sniffing.PDF),
    "png": (png(8, 8), "image/png"),
    "jpeg": (JPEG, "image/jpeg"),
    "gif": (drawn("GIF"), "image/gif"),
    "webp": (drawn("WEBP"), "image/webp"),
    "docx": (docx(["Hello"]), sniffing.DOCX),
    "xlsx": (archive(**{"[Content_Types].xml": "<x/>", "xl__workbook.xml": "<x/>"}), sniffing.XLSX),
    "odt": (stored(mimetype=sniffing.ODT, **{"content.xml": "<a/>"}), sniffing.ODT),
    "zip": (archive(**{"a.txt": "hello"}), sniffing.ZIP),
    "html": (b"<!-- x -->\n<!DOCTYPE html><p>", sniffing.HTML),
    "html without a head": (b"  <script>alert(1)</script>", sniffing.HTML),
    "html behind a mark": (b"\xef\xbb\xbf<html>", sniffing.HTML),
    "html of xml": (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/>',
        sniffing.HTML,
    ),
    "svg": (SVG, sniffing.SVG),
    "xml": (b'<?xml version="1.0"?><order/>', sniffing.XML),
    "text": ("Договор".encode(), sniffing.TEXT),
    "text of Windows": ("Договор поставки".encode("cp1251"), sniffing.TEXT),
    "text of two bytes": ("Договор".encode("utf-16"), sniffing.TEXT),
    "program": (b"MZ\x90\x00\x03" + bytes(60), sniffing.PROGRAM),
    "script": (b"#!/bin/sh\nrm -rf /", "text/x-script"),
    "nothing known": (b"\x00\x01\x02\x03", sniffing.BINARY),
    "a page that begins as a picture": (b"\xff\xd8\xff\xe0<html><script>alert(1)</script>", "image/jpeg"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_a_file_is(name, tmp_path):
    content, expected = CONTENTS[name]
    path = tmp_path / "x"
    path.write_bytes(content)
    assert sniffing.sniff(path) == expected


def looked_into(content: bytes, tmp_path, media_type: str = ""):
    """What the process answers, its words and the names of its pictures."""
    path, folder = tmp_path / "given", tmp_path / "made"
    path.write_bytes(content)
    folder.mkdir()
    asked = subprocess.run(
        [sys.executable, "-m", "artel.lib.documents", path, media_type or sniffing.sniff(path), folder],
        capture_output=True,
        check=False,
        timeout=90,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    told = json.loads(asked.stdout) if asked.returncode == 0 else None
    words = (folder / "words").read_text() if (folder / "words").exists() else ""
    return told, words, {each.name: each.read_bytes() for each in folder.glob("*.webp")}


def test_words_and_pages_of_a_pdf(tmp_path):
    told, words, made = looked_into(pdf([["Delivery of pumps"], ["Second page, pumps again"]]), tmp_path)
    assert told == {"pictures": 2, "failed": []}
    assert words == "Delivery of pumps Second page again"
    assert set(made) == {"small.webp", "1.webp", "2.webp"}
    assert Image.open(io.BytesIO(made["1.webp"])).size[1] == pictures.LARGE
    assert max(Image.open(io.BytesIO(made["small.webp"])).size) == pictures.SMALL


@pytest.mark.parametrize(
    "content",
    [
        docx(["Договор поставки №7", "насосы и компрессоры"]),
        "Договор поставки №7\nнасосы и компрессоры".encode(),
        "Договор поставки №7\nнасосы и компрессоры".encode("cp1251"),
        archive(
            **{
                "[Content_Types].xml": "<x/>",
                "xl__workbook.xml": "<x/>",
                "xl__sharedStrings.xml": "<sst><si><t>Договор поставки №7</t></si><si><t>насосы и</t></si>"
                "<si><t>компрессоры</t></si></sst>",
            }
        ),
    ],
    ids=["docx", "text", "text of Windows", "xlsx"],
)
def test_words_of_documents(content, tmp_path):
    told, words, _made = looked_into(content, tmp_path)
    assert told["failed"] == []
    assert words == "Договор поставки 7 насосы и компрессоры"


def test_a_word_of_a_document_is_not_cut_where_its_markup_is():
    letters = b"<d><p><t>pu</t></p></d>".replace(b"pu", b"x" * 100_000)
    parts = [letters[start : start + 65536] for start in range(0, len(letters), 65536)]
    assert "".join(text._of_xml(parts)).strip() == "x" * 100_000


def test_a_bomb_of_a_document_is_left_alone(tmp_path):
    bomb = archive(
        **{"[Content_Types].xml": "<x/>", "word__document.xml": b"<w>" + b"<t>boom </t>" * 8_000_000}
    )
    assert len(bomb) < 1_000_000
    begun = time.monotonic()
    told, words, _made = looked_into(bomb, tmp_path)
    assert told["failed"] == ["text: TooMuch: word/document.xml"]
    assert words == ""
    assert time.monotonic() - begun < 60


def test_entities_are_not_unfolded(tmp_path):
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE d [<!ENTITY a0 "ha">{laughs}]><d><p>&a9;</p></d>'
    outside = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d><p>&x;</p></d>'
    for number, hostile in enumerate((document, outside)):
        place = tmp_path / str(number)
        place.mkdir()
        content = archive(**{"[Content_Types].xml": "<x/>", "word__document.xml": hostile})
        told, words, _made = looked_into(content, place)
        assert told["failed"] == ["text: TooMuch: document type"]
        assert words == ""


@pytest.mark.parametrize(
    "content",
    [
        png(60, 60)[:-60],
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"%PDF-1.4 and then nothing",
        pdf([["x"]])[:200],
        b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
    ids=["cut png", "png of nothing", "pdf of nothing", "cut pdf", "polyglot", "webp of nothing"],
)
def test_damaged_ones_are_said_to_be(content, tmp_path):
    told, _words, made = looked_into(content, tmp_path)
    assert told["pictures"] == 0
    assert told["failed"]
    assert not made


def test_an_enormous_picture_is_not_unpacked(tmp_path):
    import struct
    import zlib

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    wide = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", wide)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )
    told, _words, made = looked_into(bomb, tmp_path)
    assert "DecompressionBomb" in told["failed"][0]
    assert not made


def test_a_page_of_pdf_as_large_as_a_field_is_drawn_small(tmp_path):
    huge = pdf([["x"]]).replace(b"[0 0 595 842]", b"[0 0 9e5 9e5]")
    told, _words, made = looked_into(huge, tmp_path)
    assert told["pictures"] == 1
    assert max(Image.open(io.BytesIO(made["1.webp"])).size) <= pictures.LARGE


def test_many_pages_of_pdf_are_drawn_as_far_as_is_sensible(tmp_path):
    told, words, _made = looked_into(pdf([[f"page{number}"] for number in range(40)]), tmp_path)
    assert told["pictures"] == pictures.MOST_PAGES
    assert "page39" in words


def test_what_is_drawn_holds_nothing_of_the_original(tmp_path):
    """Position, camera and whatever was hidden in a photo stay behind."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    made = io.BytesIO()
    Image.new("RGB", (300, 200)).save(made, "JPEG", exif=exif)
    given = made.getvalue() + b"<script>alert(1)</script>"
    _told, _words, pages = looked_into(given, tmp_path)
    for page in pages.values():
        assert b"secret" not in page
        assert b"script" not in page


def test_no_svg_or_page_is_drawn(tmp_path):
    for content in (SVG, b"<html><script>1</script></html>"):
        place = tmp_path / str(len(content))
        place.mkdir()
        told, words, made = looked_into(content, place)
        assert (told, words, made) == ({"pictures": 0, "failed": []}, "", {})


def test_the_process_is_held_back(tmp_path):
    """It cannot take more memory than it is given."""
    script = (
        "from artel.lib.documents.__main__ import hold_back, MEMORY\nhold_back()\n"
        "try:\n    bytearray(MEMORY)\nexcept MemoryError:\n    print('held')"
    )
    asked = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert asked.stdout.strip() == "held"
    assert child.SECONDS <= 60
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != child.MEMORY, "only the process itself"
