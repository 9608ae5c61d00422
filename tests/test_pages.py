"""Every page of every registered entity opens for an administrator, and answers a stranger as if there were nothing."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

pytestmark = pytest.mark.django_db


def entities():
    from artel.screens import registry

    return sorted(registry.all_entities(), key=lambda one: one.path)


def signed_in(*permissions, login="alice"):
    from artel.kernel.actors import Actor
    from artel.kernel.commands import stamp_of
    from artel.kernel.journal.writing import change_set
    from artel.kernel.models import Grant, Role, User
    from artel.kernel.roles import Reach

    with transaction.atomic(), change_set(stamp_of(Actor.system()), command="test.people"):
        user = User.objects.create(login=login, name="Алиса Лебедева", language="ru")
        role = Role.objects.create(name=f"Проверка {login}", added=list(permissions))
        Grant.objects.create(user=user, role=role, reach=Reach.ALL)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def administrator():
    return signed_in("*")


def test_every_list_form_and_card_opens(administrator):
    for entity in entities():
        addresses = [
            f"/{entity.path}",
            *(f"/{entity.path}?sort=-{name.lstrip('-')}" for name in entity.table.sorts),
        ]
        if entity.create:
            addresses.append(f"/{entity.path}/new")
        record = entity.model._default_manager.filter(is_deleted=False).first()
        if record is not None:
            addresses += [f"/{entity.path}/{record.pk}?list="]
            addresses += [f"/{entity.path}/{record.pk}/{tab}" for tab in ("history", "why", "used")]
            addresses += [f"/{entity.path}/{record.pk}/edit"] if entity.change else []
            addresses += [f"/{entity.path}/{record.pk}/act/{one.short_name}" for one in entity.actions]
        for address in addresses:
            answer = administrator.get(address)
            assert answer.status_code == 200, address
            assert " style=" not in answer.content.decode(), address


def test_every_filter_takes_nonsense_without_breaking(administrator):
    for entity in entities():
        for declared in entity.table.filters:
            name = declared if isinstance(declared, str) else declared.name
            for value in ("nonsense", "..", "1..2", "2026-01-01..", "none", "\x00", "a,b"):
                assert administrator.get(f"/{entity.path}", {name: value}).status_code == 200, (
                    entity.path,
                    name,
                    value,
                )


def test_a_person_without_rights_finds_no_list_and_no_entry_in_the_rail():
    client = signed_in()
    rail = client.get("/").content.decode().split('<nav class="rail"')[1].split("</nav>")[0]
    for entity in entities():
        for page in ("", "/new", "/count", "/export", "/import"):
            assert client.get(f"/{entity.path}{page}").status_code == 404, (entity.path, page)
        assert f'href="/{entity.path}"' not in rail


def test_anonymous_sees_the_door_only():
    for entity in entities():
        for page in ("", "/new", "/export", "/import", "/count"):
            answer = Client().get(f"/{entity.path}{page}")
            assert answer["Location"].startswith("/sign-in?next="), (entity.path, page)


def test_a_list_is_written_as_it_stands_filtered(administrator):
    for name in ("Волга", "Сибирь"):
        administrator.post("/regions/new", {"name": name})
    answer = administrator.get("/regions/export?q=волг&format=csv")
    text = io.BytesIO(b"".join(answer.streaming_content)).read().decode("utf-8-sig")
    assert "Волга" in text
    assert "Сибирь" not in text
    assert "attachment" in answer["Content-Disposition"]


def test_an_import_is_a_run_with_its_page_and_a_hostile_file_gets_a_sentence(administrator):
    from artel.exchange.models import ImportRun

    picture = SimpleUploadedFile("partners.csv", b"\x89PNG\r\n\x1a\n" + bytes(200))
    answer = administrator.post("/partners/import", {"file": picture})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not ImportRun.objects.exists()
    good = SimpleUploadedFile("partners.csv", "name;inn\nРомашка;\nЛютик;\n".encode())
    checked = administrator.post("/partners/import", {"file": good})["Location"]
    answer = administrator.post(checked, {"act": "import"})
    assert answer.status_code == 302
    page = administrator.get(answer["Location"])
    assert page.status_code == 200
    assert "partners.csv" in page.content.decode()
    assert "<run-progress" in page.content.decode()


def test_every_report_opens_by_every_table_and_level_and_its_numbers_open_their_rows(administrator):
    from artel.reports.registry import all_reports

    for report in all_reports():
        for block in report.blocks:
            for level in range(1, len(block.levels or block.rows) + 1):
                answer = administrator.get(f"/reports/{report.name}", {"block": block.name, "level": level})
                assert answer.status_code == 200, (report.name, block.name, level)
        wrong = administrator.get(f"/reports/{report.name}", {"from": "nonsense"})
        assert (wrong.status_code, 'role="alert"' in wrong.content.decode()) == (422, True)
        assert administrator.get(f"/reports/{report.name}/export?format=csv").status_code == 200
        for cell in ("{}", "[]", "nonsense", '{"measure": "none"}', '{"measure": "count", "keys": ["x"]}'):
            assert administrator.get(f"/reports/{report.name}/rows", {"cell": cell}).status_code in {200, 404}
    assert administrator.get("/reports").status_code == 200
    assert administrator.get("/reports/none").status_code == 404


def test_reports_are_closed_to_who_may_see_none_of_their_rows():
    client = signed_in()
    assert "/reports" not in client.get("/").content.decode()
    assert client.get("/reports/sales-funnel").status_code == 403
    assert client.get("/reports/sales-funnel/rows?cell={}").status_code in {403, 404}


def test_numbering_is_seen_by_administrators_only(administrator):
    from artel.domains.partners.commands import partners
    from artel.kernel.actors import Actor

    made = partners.add(Actor.system(), name="Волга")
    body = administrator.get("/numbering").content.decode()
    assert made.code in body
    assert 'href="/numbering"' in administrator.get("/more").content.decode()
    salesman = signed_in("partners.*", login="bob")
    assert salesman.get("/numbering").status_code == 404
    assert 'href="/numbering"' not in salesman.get("/more").content.decode()
