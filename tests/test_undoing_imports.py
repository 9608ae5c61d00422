"""What an undo of an import leaves as it is: counted, shown page by page and written to a file, in constant memory."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from django.test import Client

from artel.domains.company.factories import person
from artel.domains.partners.models import Partner
from artel.exchange.models import Duplicates
from artel.exchange.tabular import importing
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.kernel.people import User
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set
from artel.screens.registry import resource
from artel.web import staying
from artel.web.pages import undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return person("root", "administrator", reach=Reach.ALL)


@pytest.fixture
def taken(root, tmp_path):
    def take(count, changed):
        """So many partners, of whom the first `changed` were changed since; the import's change set."""
        path = tmp_path / f"{count}.csv"
        runs = []
        for text, way in (
            ("name\n" + "".join(f"{count} {n:05}\n" for n in range(count)), Duplicates.SKIP),
            ("name,comment\n" + "".join(f"{count} {n:05},x{n}\n" for n in range(changed)), Duplicates.UPDATE),
        ):
            path.write_text(text)
            opened = open_import(root, resource("partners"), path, ImportOptions(duplicates=way))
            runs.append(carry_on(begin(opened, path), opened))
        return runs[0].change_set

    return take


def browser(login="root"):
    made = Client()
    made.force_login(User.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return made


def table(answer):
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_all_that_stays_is_shown_page_by_page_and_written_to_a_file(taken, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 10)
    monkeypatch.setattr(undo, "PAGE", 20)
    number = taken(60, 45)
    client, address = browser(), f"/undo/{number}/stays"
    dialog = client.get(f"/undo/{number}").content.decode()
    assert dialog.count("<li>") == undo.SHOWN
    assert f'href="{address}"' in dialog
    assert f'href="{address}.csv"' in dialog
    pages = [client.get(f"{address}?skip={skip}").content.decode() for skip in (0, 20, 40)]
    assert [page.split("<tbody>")[1].count("<tr>") for page in pages] == [20, 20, 5]
    assert ["?skip=20" in pages[0], "?skip=40" in pages[1], "?skip=60" in pages[2]] == [True, True, False]
    shown = {f"60 {n:05}" for n in range(45) if any(f"<td>60 {n:05}</td>" in page for page in pages)}
    assert len(shown) == 45
    _heads, *rows = table(client.get(f"{address}.csv"))
    assert {row[0] for row in rows} == shown
    assert {row[4][:1] for row in rows} == {"x"}
    assert {row[5] for row in rows} == {"Root"}
    assert Partner.objects.count() == 60, "nothing has been taken back"
    done = client.post(f"/undo/{number}")
    assert done.status_code == 302
    assert Partner.objects.count() == 45


def test_nothing_stays_of_what_nobody_touched(taken):
    number = taken(3, 0)
    assert "<tbody>" not in browser().get(f"/undo/{number}/stays").content.decode()
    assert len(table(browser().get(f"/undo/{number}/stays.csv"))) == 1


def test_a_stranger_sees_no_list(taken):
    number = taken(3, 3)
    person("charlie", "sales_manager")
    for address in (f"/undo/{number}/stays", f"/undo/{number}/stays.csv"):
        assert browser("charlie").get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert browser().get("/undo/999999/stays").status_code == 404


def test_what_is_heard_is_not_kept_and_is_the_same(taken, root):
    number = taken(30, 20)
    heard = []
    result = undo_change_set(root, number, dry_run=True, hear=heard.extend)
    kept = undo_change_set(root, number, dry_run=True)
    assert (result.conflicts, result.stayed, kept.stayed) == ([], 20, 20)
    assert heard == kept.conflicts


@pytest.mark.only_on("postgres", "what is told part by part is the same on both")
def test_memory_does_not_grow_with_what_stays(taken, root, tmp_path):
    peaks = []
    for count in (1_000, 5_000):
        number = taken(count, count)
        staying.write_all_that_stay(root, number, tmp_path / "warm.csv")
        tracemalloc.start()
        staying.write_all_that_stay(root, number, tmp_path / "all.csv")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        with (tmp_path / "all.csv").open(encoding="utf-8-sig") as stream:
            assert sum(1 for _line in stream) == count + 1
    assert peaks[1] < peaks[0] * 1.1
