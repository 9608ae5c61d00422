"""The page that checks a file before its import: whose it is, what it says, and what its buttons begin."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from artel.domains.company.factories import department
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.exchange.models import ImportProfile, ImportRun, PreparedImport
from artel.exchange.work import uploaded
from artel.kernel.jobs.models import Job
from artel.kernel.jobs.worker import drain
from artel.kernel.people import User
from artel.kernel.roles import Reach
from browsing import client_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path


@pytest.fixture
def root():
    return client_of("root", "administrator", reach=Reach.ALL)


def bring(client, text, path="partners"):
    """A table given in the browser; the address of its page."""
    answer = client.post(f"/{path}/import", {"file": SimpleUploadedFile("firms.csv", text.encode())})
    assert answer.status_code == 302
    return answer["Location"]


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_has_a_page_that_survives_a_reload(root):
    address = bring(root, "Фирма;Телефон;x\nВолга;84957874008;1\n")
    for body in (page(root, address), page(root, address)):
        assert "firms.csv" in body
        assert '<option value="phone" selected>' in body
        assert body.count("selected>") == 5
        assert "“Working name”" in body or "«Рабочее наименование»" in body
    assert not ImportRun.objects.exists()


def test_a_stranger_sees_nothing_of_it(root):
    address = bring(root, "name\nВолга\n")
    sales = department("Продажи")
    for login, role in (("alice", "sales_manager"), ("hugo", "head"), ("other", "administrator")):
        other = client_of(login, role, department=sales, reach=Reach.ALL)
        for asked in (address, f"{address}/all"):
            assert other.get(asked).status_code == 404
            assert other.get(asked, headers=HTMX).status_code == 404
        assert other.post(address, {"act": "import"}).status_code == 404
    assert Client().get(address)["Location"].startswith("/sign-in?next=")
    assert root.get(address.replace("/partners/", "/regions/")).status_code == 404
    assert not Partner.objects.exists()


def test_who_may_import_no_more_sees_his_file_no_more(root):
    alice = client_of("alice", "sales_manager", department=department("Продажи"))
    address = bring(alice, "name\nВолга\n")
    assert alice.get(address).status_code == 200
    PreparedImport.objects.update(user=User.objects.get(login="root"))
    mara = client_of("mara", "marketer")
    PreparedImport.objects.update(user=User.objects.get(login="mara"))
    assert mara.get(address).status_code == 404
    assert mara.post(address, {"act": "import"}).status_code == 404
    assert mara.post("/partners/import", {"pasted": "name\nx"}).status_code == 404


def test_choices_are_shown_at_once_and_remembered(root):
    address = bring(root, "Фирма;Тел\nВолга;нет\n")
    answer = root.post(address, {"column-0": "name", "column-1": "phone", "duplicates": "skip"}, headers=HTMX)
    body = answer.content.decode()
    assert (answer.status_code, "<html" in body, 'class="wrong"' in body) == (200, False, True)
    again = page(root, bring(root, "Тел;Фирма\n84957874008;Ока\n"))
    assert '<option value="phone" selected>' in again
    assert '<option value="name" selected>' in again
    assert 'class="wrong"' not in again
    assert ImportProfile.objects.count() == 1


def test_two_columns_of_one_field_are_said_and_what_was_chosen_stays(root):
    address = bring(root, "name;Фирма\nВолга;Ока\n")
    answer = root.post(address, {"column-0": "name", "column-1": "name", "act": "import"})
    body = answer.content.decode()
    assert (answer.status_code, 'role="alert"' in body) == (422, True)
    assert body.count('<option value="name" selected>') == 2
    assert page(root, address).count('<option value="name" selected>') == 1
    assert not ImportRun.objects.exists()


def test_a_needed_field_without_a_column_stops_the_import_with_a_sentence(root):
    address = bring(root, "Фирма\nВолга\n")
    answer = root.post(address, {"act": "import"})
    assert (answer.status_code, ImportRun.objects.count()) == (422, 0)
    assert 'role="alert"' in answer.content.decode()


def test_all_rows_are_checked_by_a_job_and_then_imported(root):
    address = bring(root, "name;phone\nВолга;\nОка;нет\nКама;\n")
    chosen = {"column-0": "name", "column-1": "phone", "duplicates": "skip"}
    assert root.post(address, {**chosen, "act": "check"})["Location"] == address
    assert "<progress" in page(root, address)
    assert root.get(f"{address}/all")["Location"] == address
    drain()
    assert not Partner.objects.exists()
    told = root.get(f"{address}/all", headers=HTMX).content.decode()
    for body in (told, page(root, address)):
        assert 'class="equation' in body
        assert "data-ended" in body
        assert "rows=problems" in body
    job = Job.objects.get(name="exchange.check")
    told = page(root, f"/runs/{job.pk}")
    assert 'class="equation' in told
    assert f'href="{address}"' in told
    assert "нет" not in told.split("<main")[1], "what was refused is told on the page of the file alone"
    answer = root.post(address, {**chosen, "act": "import"}, headers=HTMX)
    run = ImportRun.objects.get()
    assert answer["HX-Redirect"] == f"/imports/{run.pk}"
    drain()
    run.refresh_from_db()
    assert (run.created, run.refused) == (2, 1)
    assert root.get(address)["Location"] == f"/imports/{run.pk}"
    assert root.post(address, {"act": "import"})["Location"] == f"/imports/{run.pk}"
    assert ImportRun.objects.count() == 1


def test_how_a_file_is_read_is_shown_and_chosen(root):
    address = bring(root, "name|Фирма;x\nВолга|1;2\n")
    body = page(root, address)
    assert '<option value="utf-8" selected>' in body
    assert '<option value=";" selected>' in body
    answer = root.post(address, {"encoding": "utf-8", "delimiter": "|", "act": "import"}, headers=HTMX)
    assert answer["HX-Redirect"] == address
    body = page(root, address)
    assert '<option value="|" selected>' in body
    assert "Фирма;x" in body
    answer = root.post(address, {"encoding": "rot13", "delimiter": "#"})
    assert answer["Location"] == address, "what is not offered is no choice"
    wrong = root.post(address, {"encoding": "utf-16"}, headers=HTMX)
    assert (wrong.status_code, 'role="alert"' in wrong.content.decode()) == (422, True)
    assert not ImportRun.objects.exists()


def test_a_file_with_hundreds_of_columns_makes_no_heavy_page(root):
    heads = ["name", "phone", *(f"Колонка {number}" for number in range(498))]
    address = bring(root, ";".join(heads) + "\n" + ";".join(["Волга", "нет", *["x"] * 498]) + "\n")
    body = page(root, address)
    assert len(body) < 350_000
    assert (body.count('data-choices="fields"'), body.count('<option value="comment">')) == (500, 2)
    assert '<option value="phone" selected>' in body
    answer = root.post(address, {"column-2": "comment"}, headers=HTMX)
    assert answer.status_code == 200
    assert '<option value="comment" selected>' in page(root, address)


def test_there_is_nothing_to_tell_of_a_check_that_was_not_asked_for(root):
    address = bring(root, "name\nВолга\n")
    assert root.get(f"{address}/all", headers=HTMX).status_code == 404


def test_rows_are_pasted_in_place_of_a_file(root):
    answer = root.post("/partners/import", {"pasted": "name\tcomment\r\nВолга\tдве\r\n"})
    assert "Волга" in page(root, answer["Location"])
    empty = root.post("/partners/import", {"pasted": "  "})
    assert (empty.status_code, 'role="alert"' in empty.content.decode()) == (422, True)
    wrong = root.post("/partners/import", {"pasted": "name\tname\nВолга\t1\n"})
    assert wrong.status_code == 422
    assert "Волга" in wrong.content.decode(), "what was pasted is not lost"


def test_a_file_without_rows_and_one_with_nothing_chosen_say_so(root):
    assert "still" in page(root, bring(root, "name\n"))
    assert "still" in page(root, bring(root, "Фирма\nВолга\n"))


def test_no_page_of_a_file_tells_of_a_hidden_record(root):
    sales = department("Продажи")
    alice = client_of("alice", "sales_manager", department=sales)
    hidden = partner("Тайное общество", comment="тайный умысел", phone="+74957874008")
    text = f"code;name;head;phone\n{hidden.code};Ока;;\n;Кама;{hidden.code};\n;Дон;нет такого;84957874008\n"
    address = bring(alice, text)
    chosen = {f"column-{n}": name for n, name in enumerate(("code", "name", "head", "phone"))}
    alice.post(address, {**chosen, "duplicates": "skip", "act": "check"})
    drain()
    body = page(alice, address)
    assert "Тайное" not in body
    assert "умысел" not in body
    assert str(hidden.pk) not in body


@pytest.mark.parametrize("count", [2, 20])
def test_query_counts_are_pinned(root, django_assert_max_num_queries, count):
    """However many rows are tried; on PostgreSQL one more, the lock of the tree of regions."""
    rows = "".join(f"Клиент {number};8495787{4000 + number};Юг\n" for number in range(count))
    address = bring(root, f"name;phone;region\n{rows}")
    page(root, address)
    with django_assert_max_num_queries(26 + (connection.vendor == "postgresql")):
        page(root, address)


def test_a_file_that_is_no_table_leaves_nothing(root):
    answer = root.post("/partners/import", {"file": SimpleUploadedFile("x.csv", b"\x89PNG\r\n" + bytes(99))})
    assert answer.status_code == 422
    assert not list(uploaded().iterdir())
