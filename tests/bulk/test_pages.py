"""The dialog of changing many: fields, difference, run; what is closed is told nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artel.domains.company.factories import HOUSE
from artel.domains.partners.commands import partners, regions
from artel.domains.partners.models import Partner
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.jobs import worker
from artel.kernel.jobs.models import Job
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role
from artel.kernel.undoing import undo_change_set
from artel.screens import registry
from artel.screens.bulk.edits import changing

pytestmark = pytest.mark.django_db
ADDRESS = "/partners/change"
HTMX = {"HX-Request": "true"}


def browser_of(actor: Any) -> Client:
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def sent(actor: Any, step: str, keys: Any = (), headers: Any = HTMX, **given: Any) -> Any:
    posted = {"_step": step, "key": [str(key) for key in keys], "_all": "0" if keys else "1", **given}
    return browser_of(actor).post(ADDRESS, posted, headers=headers)


def hide(*fields: str) -> None:
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(hidden_fields={"partners.partner": list(fields)})


def test_a_list_offers_it_to_who_may(people: Any, firms: list[Any]) -> None:
    assert text(browser_of(people.alice).get("/partners")).count(f'hx-get="{ADDRESS}') == 2
    assert ADDRESS not in text(browser_of(people.alice).get("/partners?marked=1"))
    with system_set("tests.withdraw"):
        Role.objects.filter(code="sales_manager").update(withdrawn=["partners.change_partner"])
    assert ADDRESS not in text(browser_of(people.alice).get("/partners"))
    assert browser_of(people.alice).get(ADDRESS).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_get_nothing(people: Any, firms: list[Any], method: str) -> None:
    assert getattr(browser_of(people.nemo), method)(ADDRESS).status_code == 404
    assert getattr(Client(), method)(ADDRESS).status_code == 302


def test_fields_are_chosen_and_dropped(people: Any, firms: list[Any]) -> None:
    first = text(browser_of(people.alice).get(ADDRESS, {"key": str(firms[0].pk)}, headers=HTMX))
    assert 'name="_field"' not in first
    assert '<option value="comment">' in first
    added = text(sent(people.alice, "", [firms[0].pk], _field="comment", comment="Север", _add="is_supplier"))
    assert 'name="_field" value="comment"' in added
    assert 'name="_field" value="is_supplier"' in added
    assert "Север" in added
    dropped = text(sent(people.alice, "", [firms[0].pk], _field=["comment", "is_supplier"], _drop="comment"))
    assert 'name="_field" value="comment"' not in dropped
    assert '<option value="comment">' in dropped


def test_the_difference_is_shown_and_then_done(people: Any, firms: list[Any]) -> None:
    keys = [one.pk for one in firms[:3]]
    shown = text(sent(people.alice, "preview", keys, _field="comment", comment="Север"))
    assert "2 записи изменятся" in shown
    assert "у 1 уже так" in shown
    assert ">Юг</span>" in shown
    assert f'value="{keys[1]}:{firms[1].version}"' in shown
    assert Partner.objects.filter(comment="Север").count() == 1
    run = sent(people.alice, "run", keys, _field="comment", comment="Север", back="/partners?q=x")
    assert run.headers["HX-Redirect"] == "/partners?q=x"
    assert Partner.objects.filter(comment="Север").count() == 3


def test_a_lost_race_is_the_refusal_of_one_row(people: Any, firms: list[Any]) -> None:
    keys = [f"{one.pk}:{one.version}" for one in firms[1:3]]
    partners.change(HOUSE, firms[1], comment="Запад")
    said = text(sent(people.alice, "run", keys, _field="comment", comment="Север"))
    assert "Клён" in said
    assert f'href="/partners/{firms[1].pk}"' in said
    assert "Липа" not in said
    assert Partner.objects.get(pk=firms[1].pk).comment == "Запад"
    assert Partner.objects.get(pk=firms[2].pk).comment == "Север"


def test_the_toast_takes_it_back(people: Any, firms: list[Any]) -> None:
    browser = browser_of(people.alice)
    given = {"_step": "run", "key": [str(one.pk) for one in firms[1:3]], "_all": "0"}
    browser.post(ADDRESS, {**given, "_field": "comment", "comment": "Север"}, headers=HTMX)
    page = text(browser.get("/partners"))
    assert "2 записи изменены" in page
    assert "/undo/" in page


def test_others_rows_are_neither_shown_nor_changed(people: Any, firms: list[Any]) -> None:
    shown = text(sent(people.alice, "preview", [firms[3].pk, firms[1].pk], _field="comment", comment="Север"))
    assert "Ясень" not in shown
    assert "1 записи нет или она вам не видна" in shown
    done = text(sent(people.alice, "run", [firms[3].pk, firms[1].pk], _field="comment", comment="Север"))
    assert "Ясень" not in done
    assert Partner.objects.get(pk=firms[3].pk).comment == "Юг"


def test_hidden_fields_are_not_offered_shown_or_taken(people: Any, firms: list[Any]) -> None:
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="secret", name="Тайна", kind="string")
    hide("comment", "attributes.secret")
    key = firms[1].pk
    for page in (
        text(browser_of(people.alice).get(ADDRESS, {"key": str(key)}, headers=HTMX)),
        text(sent(people.alice, "", [key], _add="comment")),
        text(
            sent(
                people.alice,
                "preview",
                [key],
                _field=["comment", "is_supplier"],
                comment="x",
                is_supplier="true",
            )
        ),
    ):
        assert 'value="comment"' not in page
        assert "secret" not in page
        assert "Юг" not in page
    alone = sent(people.alice, "run", [key], _field="comment", comment="x")
    assert alone.status_code == 422
    assert Partner.objects.get(pk=key).comment == "Юг"


def test_a_list_narrowed_by_a_hidden_field_changes_nothing(people: Any, firms: list[Any]) -> None:
    hide("comment")
    asked = 'filter={"field":"comment","is":"equals","value":"Юг"}'
    for step in ("preview", "run"):
        answer = sent(people.alice, step, list=asked, _field="is_supplier", is_supplier="true")
        assert answer.status_code == 422
    assert not Job.objects.filter(name="screens.bulk_change").exists()


def test_a_closed_reference_is_told_as_closed(people: Any, firms: list[Any]) -> None:
    partners.change(HOUSE, firms[1], head=firms[3])
    shown = text(sent(people.alice, "preview", [firms[1].pk], _field="head", head=str(firms[2].pk)))
    assert "Ясень" not in shown
    assert "скрыто от вас" in shown
    refused = sent(people.alice, "preview", [firms[1].pk], _field="head", head=str(firms[3].pk))
    assert refused.status_code == 422
    assert "Ясень" not in text(refused)


def test_all_of_a_list_go_to_a_job_with_its_page(people: Any, firms: list[Any]) -> None:
    regions.add(HOUSE, name="Волга")
    asked = 'filter={"field":"comment","is":"equals","value":"Юг"}'
    given = {"list": asked, "_field": "comment", "comment": "Север"}
    assert "2 записи изменятся" in text(sent(people.alice, "preview", **given))
    first = sent(people.alice, "run", idempotency="k", **given)
    assert (
        first.headers["HX-Redirect"]
        == sent(people.alice, "run", idempotency="k", **given).headers["HX-Redirect"]
    )
    worker.drain()
    page = text(browser_of(people.alice).get(first.headers["HX-Redirect"]))
    assert "Массовое изменение: Партнёры" in page
    assert "Изменено" in page
    owed = Job.objects.get(name="screens.bulk_change")
    assert f"/undo/{owed.result['change_set']}" in page
    assert browser_of(people.bob).get(f"/runs/{owed.pk}").status_code == 404
    undo_change_set(people.alice, owed.result["change_set"])
    assert Partner.objects.filter(comment="Север").count() == 1


def test_refused_rows_of_a_job_stand_on_its_page(people: Any, firms: list[Any]) -> None:
    sent(people.alice, "run", _field="head", head=str(firms[1].pk))
    worker.drain()
    owed = Job.objects.get(name="screens.bulk_change")
    page = text(browser_of(people.alice).get(f"/runs/{owed.pk}"))
    assert f'href="/partners/{firms[1].pk}"' in page
    with system_set("tests.hand_over"):
        Partner.objects.filter(pk=firms[1].pk).update(manager=people.bob.user_id)
    assert "Клён" not in text(browser_of(people.alice).get(f"/runs/{owed.pk}"))


def test_wrong_values_stand_beside_their_fields(people: Any, firms: list[Any]) -> None:
    answer = sent(
        people.alice, "preview", [firms[0].pk], _field=["name", "comment"], name="", comment="Север"
    )
    assert answer.status_code == 422
    assert 'id="e-name"' in text(answer)
    assert "Север" in text(answer)


def test_what_goes_together_is_asked_together(people: Any, firms: list[Any]) -> None:
    answer = browser_of(people.holly).post("/partners/change", {"_all": "1", "_add": "channel"}, headers=HTMX)
    assert 'name="_field" value="source"' in text(answer)


def test_no_field_is_called_like_a_part_of_the_dialog() -> None:
    own = {"key", "list", "back", "idempotency", "_all", "_add", "_drop", "_field", "_step"}
    called = {
        one.name for each in registry.all_entities() if (act := changing(each)) for one in act.arguments
    }
    assert not own & called


def test_every_entity_that_is_changed_by_a_form_has_the_dialog(people: Any) -> None:
    from artel.domains.company.factories import person

    admin = browser_of(person("ada", "administrator"))
    for each in list(registry.all_entities()):
        if changing(each) is not None and not each.option:
            answer = admin.get(f"/{each.path}/change", headers=HTMX)
            assert answer.status_code in {200, 404}, each.path


@pytest.mark.parametrize(("step", "most"), [("preview", 17), ("run", 14)])
def test_questions_are_pinned(people: Any, firms: list[Any], step: str, most: int) -> None:
    browser = browser_of(people.alice)
    given = {"_step": step, "_all": "0", "_field": "comment", "comment": "Север"}
    browser.post(ADDRESS, {**given, "_step": ""}, headers=HTMX)
    with CaptureQueriesContext(connection) as asked:
        browser.post(ADDRESS, {**given, "key": [str(one.pk) for one in firms]}, headers=HTMX)
    assert len(asked) <= most
