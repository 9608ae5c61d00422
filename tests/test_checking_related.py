"""The page that checks a file whose rows bring along other records: what is offered, found and made, and what it asks of the base."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.programs import program

from artel.domains.company.factories import department
from artel.domains.deals.commands import kinds
from artel.domains.deals.models import Deal
from artel.domains.partners.factories import HOUSE, partner
from artel.domains.partners.models import Partner
from artel.exchange.models import ImportProfile, ImportRun, PreparedImport
from artel.kernel.actors import Actor
from artel.kernel.jobs.worker import drain
from artel.kernel.people import User
from artel.kernel.roles import Reach
from browsing import client_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HEAD = "Клиент;ИНН;Контактное лицо;Телефон контакта;Сделка;Вид сделки\n"


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    kinds.add(HOUSE, name="Продажа")


@pytest.fixture
def root():
    return client_of("root", "administrator", reach=Reach.ALL)


def bring(client, rows, head=HEAD):
    given = SimpleUploadedFile("deals.csv", (head + rows).encode())
    return client.post("/deals/import", {"file": given})["Location"]


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_columns_of_clients_and_people_are_taken_for_theirs(root):
    body = page(root, bring(root, "Волга;7707083893;Орлов Иван;;1;Продажа\n"))
    assert PreparedImport.objects.get().mapping == {
        "Клиент": "partner.name",
        "ИНН": "partner.inn",
        "Контактное лицо": "person.name",
        "Телефон контакта": "person.phone",
        "Сделка": "name",
        "Вид сделки": "kind",
    }
    assert body.count("<optgroup") == 6 * 3
    assert '<option value="partner.inn" selected>' in body
    assert 'name="on_related"' in body


def test_rows_say_what_is_found_and_what_would_be_made(root):
    partner("Ока")
    rows = (
        "Волга;;Орлов Иван;;1;Продажа\nОка;;;;2;Продажа\nВолга;;Орлов Иван;;3;Продажа\nКама;1;;;4;Продажа\n"
    )
    address = bring(root, rows)
    body = page(root, address)
    for told in (
        "Клиент: новая запись",
        "Контактное лицо: новая запись",
        "Клиент: есть: Ока",
        "Клиент: как в строке 2",
    ):
        assert told in " ".join(body.split()), told
    assert 'class="wrong"' in body
    root.post(address, {"act": "mend:5", "place": "1", "text": "7707083893"}, headers=HTMX)
    assert 'class="wrong"' not in page(root, address)
    assert not Deal.objects.exists()
    root.post(address, {"act": "check"})
    drain()
    told = page(root, address).replace('<span class="tab">', "").replace("</span>", "")
    assert "Партнёры: создано 2, найдено 2, изменено 0" in told
    root.post(address, {"act": "import", "on_related": "link"})
    drain()
    run = ImportRun.objects.get()
    assert (run.created, run.related["partner"]) == (4, {"created": 2, "found": 2, "updated": 0})
    assert run.options["on_related"] == ImportProfile.objects.get().on_related == "link"
    assert "Партнёры: создано" in page(root, f"/imports/{run.pk}")
    told = program(Actor.person(User.objects.get(login="root"))).get(f"runs/{run.pk}").json()
    assert told["related"] == run.related


def test_by_what_records_are_found_is_chosen_and_remembered(root):
    there = partner("Ока", phone="84957874008")
    head = "Клиент;Телефон клиента;Сделка;Вид сделки\n"
    address = bring(root, "Волга;84957874008;Насосы;Продажа\n", head)
    body = page(root, address)
    assert 'name="find"' in body
    assert '<option value="" selected>ни по чему, каждая новая</option>' in body
    assert '<option value="name">Наименование</option>' in body
    assert '<option value="" selected>как обычно: Рабочее наименование, Телефон' in body
    answer = root.post(address, {"find": "name", "find-partner": "phone"}, headers=HTMX)
    shown = answer.content.decode()
    assert 'hx-swap-oob="true"' in shown
    assert (
        shown.count('<option value="name" selected>') == shown.count('<option value="phone" selected>') == 1
    )
    assert "Клиент: есть: Ока" in " ".join(shown.split())
    root.post(address, {"act": "import"})
    drain()
    run = ImportRun.objects.get()
    assert (run.options["key"], run.created) == ("name,partner.phone", 1)
    assert Deal.objects.get().client == there
    again = page(root, bring(root, "Волга;84957874008;Насосы;Продажа\n", head))
    assert 'value="name" selected' in again
    assert "есть" in again.split("<tbody")[1]


def test_a_key_that_the_columns_do_not_have_is_refused_in_words_and_may_be_taken_back(root):
    address = bring(root, "Волга;7707083893;;;1;Продажа\n")
    root.post(address, {"find-partner": "inn"})
    answer = root.post(address, {"column-1": ""}, headers=HTMX)
    body = answer.content.decode()
    assert (answer.status_code, "Клиент: ИНН" in body) == (422, True)
    assert '<option value="inn" selected>' in body
    assert root.post(address, {"column-1": "", "find-partner": ""}, headers=HTMX).status_code == 200
    for key in ("x" * 1000, "partner.inn,kind", "password", "+", "\0"):
        assert root.post(address, {"find": key}, headers=HTMX).status_code == 422
    assert PreparedImport.objects.get().key == ""


def test_what_no_column_says_may_be_the_same_for_all_rows(root):
    partner("Волга"), partner("Ока")
    head = "Клиент;Сделка\n"
    address = bring(root, "Волга;Насосы\nОка;Трубы\n", head)
    body = page(root, address)
    assert 'name="constant-kind"' in body
    assert root.post(address, {"act": "import"}).status_code == 422
    for wrong in ({"constant": "password"}, {"constant": "name"}, {"constant": "stage"}):
        answer = root.post(address, {**wrong, "constant_text": "x"})
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)
    assert PreparedImport.objects.get().constants == {}
    wrong = {"constant-kind": "Продажа", "constant-probability": "много"}
    body = root.post(address, wrong, headers=HTMX).content.decode()
    assert "Вероятность, %: " in body
    assert body.count("отклонена") == 2
    root.post(address, {"constant-probability": ""})
    root.post(address, {"constant-kind": "Продажа", "constant": "probability", "constant_text": "30"})
    body = page(root, address)
    assert 'name="constant-probability" type="text" value="30"' in body
    assert "отклонена" not in body.split("<tbody")[1]
    root.post(address, {"act": "check"})
    drain()
    root.post(address, {"act": "import"})
    drain()
    run = ImportRun.objects.get()
    assert (run.created, run.refused, run.adds_up) == (2, 0, True)
    assert {(str(one.kind), one.probability) for one in Deal.objects.all()} == {("Продажа", 30)}
    again = bring(root, "Кама;Краны\n", head)
    assert 'value="30"' in page(root, again)
    root.post(again, {"constant-probability": ""})
    assert PreparedImport.objects.order_by("-pk").first().constants == {"kind": "Продажа"}


def test_a_stranger_learns_nothing_of_partners_he_may_not_see(root):
    sales = department("Продажи")
    alice = client_of("alice", "sales_manager", department=sales)
    hidden = partner("Тайное общество", phone="84957874008")
    body = page(alice, bring(alice, "Тайное общество;;Орлов Иван;;1;Продажа\nИное;;Орлов Иван;;1;Продажа\n"))
    assert "есть:" not in body.split("<tbody")[1]
    assert str(hidden.pk) not in body
    assert Partner.objects.count() == 1


def test_the_page_asks_as_often_for_many_rows_as_for_few(root):
    def asked(count):
        partner(f"Клиент {count} 0")
        rows = "".join(
            f"Клиент {count} {n};;Орлов{n} Иван;8495787{4000 + n};{n};Продажа\n" for n in range(count)
        )
        address = bring(root, rows)
        page(root, address)
        with CaptureQueriesContext(connection) as queries:
            page(root, address)
        return len(queries)

    few = asked(3)
    assert few == asked(20)
    assert few <= 75
