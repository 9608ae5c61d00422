"""One field edited where it stands: only what may be changed and seen, by the version shown, with one undo."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from artel.domains.company.factories import HOUSE, person
from artel.domains.partners.commands import partners
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.attributes.models import Kind
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


@pytest.fixture
def head(db: None) -> Actor:
    return person("head", "head", reach=Reach.ALL)


@pytest.fixture
def volga(head: Actor) -> Any:
    return partner("Волга", HOUSE, manager=head.user, phone="+7 846 000-14-27", inn="7707083893")


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def editor(client: Client, record: Any, name: str) -> tuple[str, dict[str, str]]:
    """The editor, and the values a browser would send back untouched."""
    answer = client.get(f"/partners/{record.pk}/field/{name}", headers=HTMX)
    assert answer.status_code == 200
    text = text_of(answer)
    return text, inputs_of(text)


def inputs_of(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', text))


def test_a_fact_is_changed_where_it_stands_and_taken_back(head: Actor, volga: Any) -> None:
    client = browser_of(head)
    card = text_of(client.get(f"/partners/{volga.pk}"))
    assert f'data-inline="/partners/{volga.pk}"' in card
    assert 'data-field="public_name"' in card
    _text, given = editor(client, volga, "public_name")
    saved = client.post(
        f"/partners/{volga.pk}/field/public_name", {**given, "public_name": "Матушка"}, headers=HTMX
    )
    assert saved["HX-Refresh"] == "true"
    assert Partner.objects.get(pk=volga.pk).public_name == "Матушка"
    assert "Волга" in text_of(client.get(f"/partners/{volga.pk}")).split('id="toasts"')[1]
    undo_change_set(HOUSE, ChangeSet.objects.latest("pk").pk)
    assert Partner.objects.get(pk=volga.pk).public_name == "Волга"


def test_what_comes_back_untouched_is_no_act(head: Actor, volga: Any) -> None:
    client = browser_of(head)
    _text, given = editor(client, volga, "phone")
    sets = ChangeSet.objects.count()
    assert client.post(f"/partners/{volga.pk}/field/phone", given, headers=HTMX)["HX-Refresh"] == "true"
    assert ChangeSet.objects.count() == sets


def test_a_lost_race_shows_both_values_and_saving_again_is_a_choice(head: Actor, volga: Any) -> None:
    client = browser_of(head)
    address = f"/partners/{volga.pk}/field/comment"
    _text, given = editor(client, volga, "comment")
    partners.change(HOUSE, volga, comment="Чужое")
    lost = client.post(address, {**given, "comment": "Своё"}, headers=HTMX)
    text = text_of(lost)
    assert lost.status_code == 409
    assert re.search(r"<span>Своё</span><span[^>]*>Чужое<", text)
    assert Partner.objects.get(pk=volga.pk).comment == "Чужое"
    again = inputs_of(text)
    assert client.post(address, {**again, "comment": "Своё"}, headers=HTMX)["HX-Refresh"] == "true"
    assert Partner.objects.get(pk=volga.pk).comment == "Своё"


@pytest.mark.parametrize("page", ["edit", "field/comment"])
def test_a_refusal_of_what_was_seen_long_ago_does_not_hide_the_race(
    head: Actor, volga: Any, page: str
) -> None:
    """A bad value first, then a good one: the version sent along is still the one that was seen."""
    client, address = browser_of(head), f"/partners/{volga.pk}/{page}"
    given = inputs_of(text_of(client.get(address, headers=HTMX)))
    partners.change(HOUSE, volga, comment="Чужое")
    bad = client.post(address, {**given, "comment": "x" * 20_000}, headers=HTMX)
    assert bad.status_code == 422
    again = inputs_of(text_of(bad))
    assert again["version"] == given["version"]
    assert client.post(address, {**again, "comment": "Своё"}, headers=HTMX).status_code == 409
    assert Partner.objects.get(pk=volga.pk).comment == "Чужое"


def test_a_bad_value_stands_in_the_editor_with_its_sentence(head: Actor, volga: Any) -> None:
    client = browser_of(head)
    _text, given = editor(client, volga, "phone")
    answer = client.post(f"/partners/{volga.pk}/field/phone", {**given, "phone": "нет"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="e-phone"' in text_of(answer)
    assert 'value="нет"' in text_of(answer)


def test_fields_that_mean_something_beside_one_another_are_edited_together(head: Actor, volga: Any) -> None:
    text, _given = editor(browser_of(head), volga, "source_type")
    assert 'name="channel"' in text
    assert 'name="source"' in text


def test_a_custom_attribute_is_changed_in_a_list(head: Actor, volga: Any) -> None:
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="town", name="Город", kind=Kind.STRING)
    client = browser_of(head)
    client.post("/partners/arrange", {"column": ["name", "attributes.town", "comment"]})
    page = text_of(client.get("/partners"))
    assert re.findall(r'<th scope="col" data-column="[^"]+" data-field="([^"]+)"', page) == [
        "name",
        "attributes.town",
        "comment",
    ]
    _text, given = editor(client, volga, "attributes.town")
    client.post(
        f"/partners/{volga.pk}/field/attributes.town", {**given, "attributes.town": "Самара"}, headers=HTMX
    )
    assert Partner.objects.get(pk=volga.pk).attributes == {"town": "Самара"}


def test_nobody_edits_what_he_may_not(head: Actor, volga: Any) -> None:
    address = f"/partners/{volga.pk}/field/comment"
    stranger = browser_of(person("bob", "sales_manager"))
    assert stranger.get(address, headers=HTMX).status_code == 404
    assert stranger.post(address, {"comment": "x", "version": "1"}, headers=HTMX).status_code == 404
    with system_set("tests.reads"):
        Role.objects.create(name="Reads", added=["partners.view_partner"])
        Role.objects.filter(code="head").update(hidden_fields={"partners.partner": ["comment"]})
    client = browser_of(Actor.person(head.user))  # type: ignore[arg-type]
    assert client.get(address, headers=HTMX).status_code == 404
    assert client.post(address, {"comment": "x", "version": "1"}, headers=HTMX).status_code == 404
    assert 'data-field="comment"' not in text_of(client.get(f"/partners/{volga.pk}"))
    assert client.get(f"/partners/{volga.pk}/field/nonsense", headers=HTMX).status_code == 404
    assert client.get(f"/partners/{volga.pk}/field/is_deleted", headers=HTMX).status_code == 404
    reader = person("reader")
    with system_set("tests.grant"):
        from artel.kernel.models import Grant

        Grant.objects.create(user=reader.user, role=Role.objects.get(name="Reads"), reach=Reach.ALL)
    client = browser_of(Actor.person(reader.user))  # type: ignore[arg-type]
    assert client.get(address, headers=HTMX).status_code == 403
    assert client.post(address, {"comment": "x", "version": "1"}, headers=HTMX).status_code == 403
    assert "data-inline" not in text_of(client.get(f"/partners/{volga.pk}"))
    assert Partner.objects.get(pk=volga.pk).comment == ""


def test_a_marked_record_has_no_editor(head: Actor, volga: Any) -> None:
    partners.mark(HOUSE, volga)
    assert browser_of(head).get(f"/partners/{volga.pk}/field/comment", headers=HTMX).status_code == 404
