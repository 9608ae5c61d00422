"""People as vCard: cards of all three versions come in as rows of a table, and go out as every address book reads them."""

from __future__ import annotations

import json
import logging
import tracemalloc
from traceback import format_exception

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import translation

from artel.domains.company.factories import HOUSE, department
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Person
from artel.exchange.models import ImportRun, PreparedImport
from artel.exchange.vcard.reading import HEADS
from artel.exchange.vcard.writing import export_cards
from artel.kernel.jobs.worker import drain
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach
from artel.lib.tabular.reading import open_table
from artel.lib.tabular.text import MAX_RECORD
from artel.lib.tabular.unreadable import Unreadable
from artel.screens.registry import resource
from artel.site.cli import main
from browsing import client_of

OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=98=D0=B2=D0=B0=\r\n=D0=BD;;;\r\n"
    "TEL;WORK:8 495 787-40-09\r\nTEL;CELL;PREF:+7 495 787-40-08\r\nEMAIL;INTERNET:ivanov@oka.example\r\n"
    "ORG;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CE=EA=E0\r\n"
    "PHOTO;ENCODING=BASE64;TYPE=JPEG:\r\n  /9j/4AAQSkZJRgABAQAAAQABAAD\r\n  AAAA\r\n\r\nEND:VCARD\r\n"
)
THREE = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Пётр Сидоров\nN:Сидоров;Пётр;Ильич;;\nORG:Ока;Снабжение\nTITLE:Директор\n"
    "item1.TEL;type=pref:+74957874001\nTEL;TYPE=WORK,VOICE:84957874002\nEMAIL:sidorov@oka.example\nBDAY:1980-01-15\n"
    "ADR;TYPE=WORK:;;ул. Ленина\\, 1;Москва;;101000;Россия\nNOTE:первая\\nвторая\nURL:https://oka.example\nEND:VCARD\n"
)
FOUR = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Анна Ли\nORG:Кама\nTEL;VALUE=uri;TYPE=home:tel:+7-495-787-40-04\n"
    'TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+7-495-787-40-03;ext=55\nEMAIL:li@kama.example\nBDAY:--0412\n'
    "GENDER:F\nROLE:Закупки\nEND:VCARD\n"
)


def saved(folder, text, name="people.vcf", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def cells(row):
    return {name: cell for name, cell in zip(HEADS, row.cells, strict=True) if cell}


def test_cards_of_all_versions_are_rows(tmp_path):
    table = open_table(saved(tmp_path, OLD + THREE + FOUR))
    assert (table.header, table.row_count) == (HEADS, 3)
    old, three, four = table.rows()
    assert (old.line, three.line) == (1, 14)
    assert cells(old) == {
        "partner": "Ока", "last_name": "Иванов", "first_name": "Иван", "phone": "+7 495 787-40-08",
        "email": "ivanov@oka.example", "comment": "8 495 787-40-09",
    }  # fmt: skip
    assert cells(three) == {
        "partner": "Ока", "last_name": "Сидоров", "first_name": "Пётр", "middle_name": "Ильич", "position": "Директор",
        "phone": "+74957874001", "email": "sidorov@oka.example", "birthday": "1980-01-15",
        "comment": "первая\nвторая\n84957874002\n101000, Россия, Москва, ул. Ленина, 1\nhttps://oka.example",
    }  # fmt: skip
    assert cells(four) == {
        "partner": "Кама", "last_name": "Ли", "first_name": "Анна", "role": "Закупки", "gender": "female",
        "phone": "+7-495-787-40-03 ext. 55", "email": "li@kama.example", "comment": "+7-495-787-40-04\n--0412",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_cards_are_read_in_any_recognised_encoding(tmp_path, encoding):
    [row] = open_table(saved(tmp_path, THREE, encoding=encoding)).rows()
    assert cells(row)["last_name"] == "Сидоров"


def test_a_damaged_card_says_where_it_begins(tmp_path):
    for text, line in ((THREE + "BEGIN:VCARD\nN:А;Б\n", 15), ("BEGIN:VCARD\n" * 3 + "END:VCARD\n", 1)):
        with pytest.raises(Unreadable) as error:
            open_table(saved(tmp_path, text))
        assert (error.value.code, error.value.values["line"]) == ("broken_card", line)


def card(*lines):
    return "\n".join(("BEGIN:VCARD", "VERSION:2.1", "N:Сидоров;Пётр;;;", *lines, "END:VCARD", ""))


def test_lines_that_cannot_be_read_go_to_the_comment_and_to_no_log(tmp_path, caplog, capsys):
    text = card(
        "ADR Home:Тайная улица, 5",
        "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=90=\n=D0=91=\n",
        "TEL:84957874002",
        "одно слово",
    )
    [row] = open_table(saved(tmp_path, text)).rows()
    assert cells(row) == {
        "last_name": "Сидоров", "first_name": "Пётр", "phone": "84957874002",
        "comment": "АБ\nADR Home:Тайная улица, 5\nодно слово",
    }  # fmt: skip
    logging.getLogger("vobject.base").critical("Skipped line 4: Тайная улица, 5")
    assert "Тайная" not in caplog.text + "".join(capsys.readouterr())


def test_what_is_wrong_with_a_card_is_told_without_what_stands_in_it(tmp_path):
    path = saved(tmp_path, card("ADR Home:Тайная улица, 5", "NOTE;ENCODING=BASE64:x"))
    with pytest.raises(Unreadable) as error:
        open_table(path)
    assert "Тайная" not in "".join(format_exception(error.value))


def test_a_note_in_base64_is_its_text(tmp_path):
    text = card("NOTE;ENCODING=BASE64:0J/RgNC40LLQtdGC", "NOTE;ENCODING=BASE64:z/Do4uXy")
    [row] = open_table(saved(tmp_path, text)).rows()
    assert cells(row)["comment"] == "Привет\n" + "\ufffd" * 6


@pytest.mark.parametrize(
    "damage",
    [
        "NOTE;ENCODING=QUOTED-PRINTABLE,8BIT:x",
        "NOTE;CHARSET=none;ENCODING=QUOTED-PRINTABLE:x",
        "NOTE;ENCODING=BASE64:x",
        "BEGIN:NOTE\nEND:NOTE",
    ],
)
def test_a_card_that_the_library_fails_at_is_damaged(tmp_path, damage):
    with pytest.raises(Unreadable) as error:
        open_table(saved(tmp_path, THREE + card(damage)))
    assert (error.value.code, error.value.values["line"]) == ("broken_card", 15)


def test_a_picture_is_passed_over_however_it_is_written(tmp_path):
    folded = "PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4AAQ\n SkZJRgAB\n\tAQAA=="
    flat = "PHOTO;ENCODING=BASE64;TYPE=JPEG:\n/9j/4AAQ\nSkZJRgAB\nAQAA==\n"
    for picture in (folded, flat):
        [row] = open_table(saved(tmp_path, card(picture, "NOTE:после"))).rows()
        assert cells(row)["comment"] == "после"


@pytest.mark.only_on("sqlite", "reading a file asks no base")
def test_a_long_line_is_never_whole_in_memory(tmp_path):
    text = card(f"PHOTO:{'A' * 40_000_000}", "TEL:84957874002") + card("TEL:84957874003")
    note = card(f"NOTE:{'A' * 40_000_000}")
    pictured, noted = saved(tmp_path, text), saved(tmp_path, note, "note.vcf")
    del text, note
    tracemalloc.start()
    first, second = open_table(pictured).rows()
    with pytest.raises(Unreadable) as error:
        open_table(noted)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000
    assert (cells(first)["phone"], second.line) == ("84957874002", 7)
    assert (error.value.code, error.value.values) == ("long_card", {"line": 4, "limit": MAX_RECORD})


@pytest.mark.only_on("sqlite", "reading a file asks no base")
def test_no_more_than_a_card_is_in_memory(tmp_path):
    peaks = []
    small = "BEGIN:VCARD\nVERSION:3.0\nN:Сидоров;Пётр;;;\nTEL:84957874002\nEND:VCARD\n"
    assert len(list(open_table(saved(tmp_path, small)).rows())) == 1  # what is loaded once is no card's
    for count in (2_000, 8_000):
        path = saved(tmp_path, small * count, f"{count}.vcf")
        tracemalloc.start()
        assert sum(1 for _row in open_table(path).rows()) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.6, "four times as many cards"


@pytest.mark.django_db
def test_cards_are_checked_imported_and_written_again(tmp_path, settings):
    settings.HOME = tmp_path
    partner("Ока")
    root = client_of("root", "administrator", reach=Reach.ALL)
    file = SimpleUploadedFile("people.vcf", (OLD + THREE + FOUR).encode())
    address = root.post("/contact-people/import", {"file": file})["Location"]
    page = root.get(address).content.decode()
    assert 'name="encoding"' in page
    assert 'name="delimiter"' not in page
    assert page.count('aria-invalid="true"') == 1, "there is no such client yet"
    prepared = PreparedImport.objects.get()
    assert set(prepared.mapping) == set(HEADS)
    root.post(address, {"act": "import"})
    drain()
    run = ImportRun.objects.get()
    assert (run.total, run.created, run.refused, run.adds_up) == (3, 2, 1, True)
    found = Person.objects.get(last_name="Сидоров")
    answer = root.get("/contact-people/export?format=vcf")
    text = b"".join(answer.streaming_content).decode()
    assert text.count("BEGIN:VCARD") == 2
    [first, second] = open_table(saved(tmp_path, text, "out.vcf")).rows()
    assert {cells(first)["last_name"], cells(second)["last_name"]} == {"Иванов", "Сидоров"}
    one = root.get(f"/contact-people/export?format=vcf&one={found.pk}")
    [row] = open_table(saved(tmp_path, b"".join(one.streaming_content).decode(), "one.vcf")).rows()
    assert cells(row)["position"] == "Директор"
    assert cells(row)["birthday"] == "1980-01-15"
    assert "format=vcf" in root.get("/contact-people").content.decode()
    assert f"one={found.pk}" in root.get(f"/contact-people/{found.pk}").content.decode()
    assert "format=vcf" not in root.get("/regions").content.decode()
    assert root.get("/regions/export?format=vcf").status_code == 404
    assert root.get("/contact-people/export?format=vcf&one=x").status_code == 404


@pytest.mark.django_db
def test_a_stranger_gets_no_card(tmp_path):
    partner("Ока")
    opened = saved(tmp_path, THREE)
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        assert main(["import", "contact-people", str(opened)]) == 0
    found = Person.objects.get()
    charlie = client_of("charlie", "sales_manager", department=department("Снабжение"))
    answer = charlie.get("/contact-people/export?format=vcf")
    assert b"".join(answer.streaming_content) == b""
    assert charlie.get(f"/contact-people/export?format=vcf&one={found.pk}").status_code == 404


@pytest.mark.django_db
def test_the_command_line_takes_cards_in_and_writes_them(tmp_path, capsys):
    partner("Ока")
    path = saved(tmp_path, OLD + THREE)
    assert main(["import", "contact-people", str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["rows"], result["created"]) == (2, 2)
    out = tmp_path / "out.vcf"
    assert main(["export", "contact-people", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 2
    assert main(["import", "contact-people", str(out), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["created"], again["skipped"], again["refused"]) == (0, 2, 0)
    with pytest.raises(Refused):
        export_cards(HOUSE, resource("regions"), tmp_path / "x.vcf")
    assert not (tmp_path / "x.vcf").exists()
