"""A prepared file is mended where its rows are shown: cells written anew, rows left out, and every row is counted all the same."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from artel.domains.company.factories import person
from artel.domains.partners.models import Partner
from artel.exchange import trying
from artel.exchange.mending import leave_out, mend_cell
from artel.exchange.models import Duplicates, ImportRun, MendedRow, PreparedImport, RefusedRow
from artel.exchange.preparing import give, import_prepared, known_of, opened_of, read_otherwise, set_up
from artel.exchange.tabular import importing, mends
from artel.exchange.trying import Trying, check_all
from artel.exchange.work import forget_files
from artel.kernel.jobs.models import Job
from artel.kernel.jobs.worker import drain
from artel.kernel.people import User
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach
from artel.lib.tabular.reading import Reading

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TEXT = "name;phone\nВолга;нет\nОка;\nКама;84957874008\nДон;мимо\n"


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path


@pytest.fixture
def root():
    return person("root", "administrator", reach=Reach.ALL)


@pytest.fixture
def found(root):
    return give(root, "partners", "table.csv", [TEXT.encode()])


@pytest.fixture
def browser(root):
    made = Client()
    made.force_login(User.objects.get(login="root"), backend="django.contrib.auth.backends.ModelBackend")
    return made


def tried(actor, prepared):
    return Trying(opened_of(actor, prepared), prepared, known_of(actor, prepared))


def imported(actor, prepared):
    run = import_prepared(actor, prepared)
    drain()
    run.refresh_from_db()
    return run


def counts(run):
    return (run.total, run.created, run.updated, run.skipped, run.refused)


def test_a_mended_cell_is_tried_checked_and_imported(root, found):
    mend_cell(found, 2, 1, "84957874001")
    first = tried(root, found).first_rows()
    assert [row.did for row in first] == ["created", "created", "created", "refused"]
    assert (first[0].cells[1].text, first[0].cells[1].was) == ("84957874001", "нет")
    check_all(root, found)
    drain()
    assert Job.objects.get(name="exchange.check").result["refused"] == 1
    run = imported(root, found)
    assert counts(run) == (4, 3, 0, 0, 1)
    assert Partner.objects.filter(name="Волга").exists()
    assert Path(run.file).read_text() == TEXT, "the file stays as it was given"


def test_a_row_that_is_left_out_counts_as_skipped(root, found):
    leave_out(found, 2, is_left_out=True)
    leave_out(found, 5, is_left_out=True)
    leave_out(found, 5, is_left_out=False)
    rows = tried(root, found).first_rows()
    assert [(row.is_left_out, row.did) for row in rows] == [
        (True, "skipped"), (False, "created"), (False, "created"), (False, "refused"),
    ]  # fmt: skip
    run = imported(root, found)
    assert (counts(run), run.adds_up) == ((4, 2, 0, 1, 1), True)
    assert not Partner.objects.filter(name="Волга").exists()


def test_what_is_refused_all_the_same_goes_to_the_file_as_it_was_mended(root, found):
    mend_cell(found, 5, 1, "снова мимо")
    run = imported(root, found)
    with Path(f"{run.file}.refused.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row[-1] for row in csv.reader(stream)] == ["phone", "нет", "снова мимо"]


def test_the_text_of_the_file_takes_a_mend_back(root, found):
    mend_cell(found, 2, 1, "1")
    mend_cell(found, 2, 1, "84957874001")
    mend_cell(found, 2, 1, "нет")
    assert not MendedRow.objects.exists()
    assert tried(root, found).first_rows()[0].cells[1].was is None
    check_all(root, found)
    drain()
    mend_cell(found, 2, 1, "84957874001")
    check_all(root, found)
    drain()
    mend_cell(found, 2, 1, "нет")
    assert tried(root, found).first_rows()[0].cells[1].text == "нет"


def test_refused_rows_of_the_whole_file_come_page_by_page_and_are_mended(root, monkeypatch):
    monkeypatch.setattr(trying, "PAGE_ROWS", 3)
    monkeypatch.setattr(importing, "CHUNK_ROWS", 7)
    rows = "".join(f"Клиент {n};{'нет' if n % 10 == 4 else ''}\n" for n in range(100))
    found = give(root, "partners", "table.csv", [f"name;phone\n{rows}".encode()])
    check_all(root, found)
    drain()
    found.refresh_from_db()
    at = tried(root, found)
    pages = [at.refused_rows(), at.refused_rows(26), at.refused_rows(56), at.refused_rows(86)]
    assert [[row.line for row in page] for page in pages] == [[6, 16, 26], [36, 46, 56], [66, 76, 86], [96]]
    assert {row.cells[1].why for page in pages for row in page} == {"нет — не номер телефона."}
    mend_cell(found, 96, 1, "84957874001")
    leave_out(found, 86, is_left_out=True)
    at = tried(root, found)
    assert [(row.line, row.did, row.is_left_out) for row in at.refused_rows(76)] == [
        (86, "skipped", True), (96, "created", False),
    ]  # fmt: skip
    check_all(root, found)
    drain()
    assert [row.line for row in tried(root, found).refused_rows(66)] == [76]
    mend_cell(found, 16, 0, "")
    [_first, second, *_others] = tried(root, found).refused_rows()
    assert (second.line, second.did, second.cells[0].was) == (16, "refused", "Клиент 14")
    assert counts(imported(root, found)) == (100, 91, 0, 1, 8)


def test_only_cells_that_are_shown_are_mended(root, found):
    for line, place in ((2, 7), (2, -1), (99, 0)):
        with pytest.raises(Refused) as refusal:
            mend_cell(found, line, place, "x")
        assert refusal.value.code == "no_row"
    with pytest.raises(Refused):
        mend_cell(found, 2, 0, "x" * 20_001)
    assert not MendedRow.objects.exists()


def test_of_two_windows_the_later_one_is_told(root, found):
    other = PreparedImport.objects.get(pk=found.pk)
    mend_cell(found, 2, 1, "1")
    for act in (
        lambda: mend_cell(other, 2, 1, "2"),
        lambda: leave_out(other, 2, is_left_out=True),
        lambda: set_up(root, other, {"name": "name"}, Duplicates.SKIP),
        lambda: read_otherwise(root, other, Reading(encoding="cp1251", delimiter=";")),
        lambda: check_all(root, other),
        lambda: import_prepared(root, other),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "changed_meanwhile"
    assert MendedRow.objects.get().cells == {"1": "1"}
    assert not Job.objects.exists()
    assert not ImportRun.objects.exists()
    import_prepared(root, found)
    with pytest.raises(Refused):
        mend_cell(found, 3, 1, "3")


def test_another_sheet_or_encoding_forgets_what_was_mended(root, found):
    mend_cell(found, 2, 1, "1")
    read_otherwise(root, found, Reading(encoding="cp1251", delimiter=";"))
    assert not MendedRow.objects.exists()


def test_the_same_file_mended_otherwise_is_another_import(root, found):
    twin = give(root, "partners", "table.csv", [TEXT.encode()])
    mend_cell(twin, 2, 1, "84957874001")
    assert import_prepared(root, found).pk != import_prepared(root, twin).pk


def test_what_was_mended_stays_while_its_import_goes_on(root, found):
    mend_cell(found, 2, 1, "84957874001")
    run = import_prepared(root, found)
    PreparedImport.objects.update(given_at=timezone.now() - timezone.timedelta(days=400))
    forget_files.body(SimpleNamespace(report=lambda **_told: None))
    drain()
    run.refresh_from_db()
    assert run.created == 3
    forget_files.body(SimpleNamespace(report=lambda **_told: None))
    assert not MendedRow.objects.exists()


def test_memory_does_not_grow_with_refused_rows(root):
    peaks = []
    for count in (5_000, 8_000):
        rows = "".join(f"Клиент {n};нет\n" for n in range(count))
        found = give(root, "partners", f"{count}.csv", [f"name;phone\n{rows}".encode()])
        check_all(root, found)
        run = SimpleNamespace(
            job=Job.objects.get(pk=found.check_job), actor=root, report=lambda **_told: None
        )
        tracemalloc.start()
        trying.check_file.body(run, prepared=str(found.pk), language="ru")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert RefusedRow.objects.filter(job=found.check_job).count() == count
    assert peaks[1] < peaks[0] * 1.3


def test_mends_are_asked_for_in_batches(root, django_assert_num_queries):
    rows = "".join(f"Клиент {n};\n" for n in range(1_000))
    found = give(root, "partners", "table.csv", [f"name;phone\n{rows}".encode()])
    mend_cell(found, 2, 0, "Волга")
    opened = opened_of(root, found)
    with django_assert_num_queries(1_000 // mends.READ_AT_ONCE):
        first, *_others = opened.rows()
    assert first.cells[0] == "Волга"


def bring(browser, text=TEXT):
    return browser.post("/partners/import", {"file": SimpleUploadedFile("firms.csv", text.encode())})[
        "Location"
    ]


def test_a_cell_is_mended_on_the_page_and_a_row_left_out(browser):
    address = bring(browser)
    given = {"act": "mend:2", "place": "1", "text": "84957874001", "version": "0"}
    body = browser.post(address, given, headers=HTMX).content.decode()
    assert 'name="version" value="1"' in body
    assert 'class="mended"' in body
    assert body.count('aria-invalid="true"') == 1
    body = browser.post(address, {"act": "leave:5", "version": "1"}, headers=HTMX).content.decode()
    assert 'class="left-out"' in body
    assert 'value="take:5"' in body
    answer = browser.post(address, {"act": "leave:3", "version": "1"}, headers=HTMX)
    assert answer["HX-Redirect"] == address
    assert MendedRow.objects.count() == 2
    bad = browser.post(address, {"act": "mend:x", "place": "", "text": "1", "version": "2"}, headers=HTMX)
    assert bad.status_code == 422
    browser.post(address, {"act": "import"})
    drain()
    assert counts(ImportRun.objects.get()) == (4, 3, 0, 1, 0)


def test_a_window_that_shows_former_rows_neither_imports_nor_checks_them(browser):
    address = bring(browser)
    browser.post(address, {"act": "mend:2", "place": "1", "text": "84957874001", "version": "0"})
    for act in ("import", "check"):
        assert browser.post(address, {"act": act, "version": "0"}, headers=HTMX)["HX-Redirect"] == address
        assert (ImportRun.objects.count(), Job.objects.count()) == (0, 0)
    assert "изменили в другом окне" in browser.get(address).content.decode()
    browser.post(address, {"act": "check", "version": "1"})
    answer = browser.post(address, {"act": "check", "version": "0"}, headers=HTMX)
    assert answer["HX-Redirect"] == address, "a check on its way is no answer to former rows"
    answer = browser.post(address, {"act": "import", "version": "1"}, headers=HTMX)
    assert answer["HX-Redirect"] == f"/imports/{ImportRun.objects.get().pk}"


def test_rows_with_problems_are_shown_alone(browser):
    address = bring(browser)
    body = browser.get(f"{address}?rows=problems").content.decode()
    assert body.count('value="leave:') == 2
    assert "Кама" not in body.split("<tbody>")[1]
    browser.post(address, {"act": "check", "version": "0", "rows": "problems"})
    drain()
    body = browser.get(f"{address}?rows=problems").content.decode()
    assert body.count('value="leave:') == 2
    browser.post(
        address, {"act": "mend:2", "place": "1", "text": "", "version": "0", "rows": "problems"}, headers=HTMX
    )
    body = browser.get(f"{address}?rows=problems").content.decode()
    assert body.count('value="leave:') == 1
    assert 'class="small warn' in body, "the check does not know of the mend"
    assert 'value="leave:' not in browser.get(f"{address}?rows=problems&after=5").content.decode()


@pytest.mark.parametrize("count", [4, 40])
def test_query_counts_of_refused_rows_are_pinned(browser, root, django_assert_max_num_queries, count):
    address = bring(browser, "name;phone\n" + "".join(f"Клиент {n};нет\n" for n in range(count)))
    browser.post(address, {"act": "check"})
    drain()
    for number, found in enumerate([PreparedImport.objects.get()] * (count // 2)):
        mend_cell(found, 2 + number, 1, f"8495787{4000 + number}")
    browser.get(address)
    with django_assert_max_num_queries(32 + (connection.vendor == "postgresql")):
        browser.get(f"{address}?rows=problems")
