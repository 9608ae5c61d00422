"""What pages say when there is nothing, when something is closed, or gone: a sentence and a way on, in both languages."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils.html import escape
from django.utils.translation import override

from artel.domains.company.factories import person
from artel.domains.deals import commands as deals
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.admission import add_user
from artel.kernel.journal.writing import system_set
from artel.kernel.people import User
from artel.kernel.roles import Reach
from artel.reports.registry import all_reports
from artel.screens import registry
from artel.web.urls import urlpatterns

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on(
        "sqlite",
        "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
    ),
]
LANGUAGES = ("ru", "en")
RAW = ("Traceback", "Exception", "DoesNotExist", "%(", "{{", "{%", "None</", ">None ", "undefined")
PAGES = (
    "/",
    "/more",
    "/keys",
    "/search?q=ничего",
    "/reports",
    "/settings",
    "/settings/personal",
    "/settings/password",
    "/favourites",
    "/opened",
)
HOUSE_PAGES = ("/numbering", "/settings/as", "/settings/house", "/settings/start-pages", "/settings/views")


def browser_of(user: User, language: str) -> Client:
    with system_set("tests.language"):
        User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words_of(body: str) -> str:
    content = body.partition('<main class="body"')[2].partition("</main>")[0] or body
    content = re.sub(r"<(script|svg|form hidden)\b.*?</\1>", "", content, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", content)


def faults(answer: Any, address: str, language: str) -> list[str]:
    """What is wrong with the words of a page: raw codes, the other language, nothing said at all."""
    body = answer.content.decode()
    told = [f"{address}: {raw}" for raw in RAW if raw in body]
    if f'<html lang="{language}"' not in body:
        told.append(f"{address}: not in {language}")
    if not words_of(body).strip():
        told.append(f"{address}: says nothing")
    return told


def lists() -> list[str]:
    return [f"/{one.path}" for one in registry.all_entities() if not one.option]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_empty_base_says_something_and_leads_on(db: None, language: str) -> None:
    client = browser_of(person("adam", "administrator", reach=Reach.ALL).user, language)
    told, empty = [], 0
    for address in (*PAGES, *HOUSE_PAGES, *lists(), *(f"/reports/{one.name}" for one in all_reports())):
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        told += faults(answer, address, language)
        for state in re.findall(
            r'<div class="still">(.*?)</div>\s*</div>', answer.content.decode(), re.DOTALL
        ):
            empty += 1
            if "<p" not in state or not re.search(r"<(a|button)\b", state):
                told.append(f"{address}: an empty state without a sentence or a way on")
    for entity in registry.all_entities():
        if entity.create:
            told += faults(client.get(f"/{entity.path}/new"), f"/{entity.path}/new", language)
    assert told == []
    assert empty > 5, "the base is not empty: nothing was proved"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_without_rights_is_told_what_to_do(db: None, language: str) -> None:
    user = add_user(Actor.system(), login="charlie", name="Чарли")
    client = browser_of(user, language)
    told = []
    for address in PAGES:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        told += faults(answer, address, language)
    for address in (*HOUSE_PAGES, *lists(), *(f"/reports/{one.name}" for one in all_reports())):
        answer = client.get(address)
        assert answer.status_code in {403, 404}, address
        told += faults(answer, address, language)
        if 'href="/"' not in words_page(answer):
            told.append(f"{address}: leads nowhere")
    assert told == []


def words_page(answer: Any) -> str:
    return str(answer.content.decode().partition('class="still"')[2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_closed_names_whom_to_ask_of_those_one_sees(db: None, language: str) -> None:
    adam = person("adam", "administrator", reach=Reach.ALL)
    mary = person("mary", "marketer", reach=Reach.ALL)
    answer = browser_of(mary.user, language).get("/partners/new")
    assert answer.status_code == 403
    assert adam.label in answer.content.decode()
    charlie = add_user(Actor.system(), login="charlie", name="Чарли")
    answer = browser_of(charlie, language).get(f"/reports/{next(iter(all_reports())).name}")
    assert answer.status_code == 403
    assert adam.label not in answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_error_pages_keep_the_person_s_language_and_theme(db: None, language: str) -> None:
    client = browser_of(person("adam", "administrator", reach=Reach.ALL).user, language)
    client.post("/settings/look", {"theme": "dark"})
    for address, status in (("/nothing-here", 404), ("/offline", 503)):
        answer = client.get(address)
        assert answer.status_code == status
        assert 'data-theme="dark"' in answer.content.decode()
        assert faults(answer, address, language) == []


def test_lists_and_reports_say_beside_their_names_what_they_are(db: None) -> None:
    client = browser_of(person("adam", "administrator", reach=Reach.ALL).user, "ru")
    for entity in registry.all_entities():
        if entity.help and not entity.option:
            body = client.get(f"/{entity.path}").content.decode()
            assert "help-words" in body.partition("</header>")[0], entity.path


def test_fields_are_explained_where_the_screens_say_so(db: None) -> None:
    client = browser_of(person("adam", "administrator", reach=Reach.ALL).user, "ru")
    explained = 0
    for entity in registry.all_entities():
        for name, words in entity.helps.items():
            acts = [one for one in (entity.create, entity.change) if one]
            assert name in {argument.name for act in acts for argument in act.arguments}, (entity.path, name)
            with override("ru"):
                said = escape(str(words))
            is_new = entity.create and name in {argument.name for argument in entity.create.arguments}
            place = "new" if is_new else f"{entity.model._default_manager.order_by('pk')[0].pk}/edit"
            assert said in client.get(f"/{entity.path}/{place}").content.decode(), (entity.path, name)
            explained += 1
    assert explained > 5


MISSING = UUID("01900000-0000-7000-8000-000000000000")
NOT_PAGES = {"live", "palette", "palette_find", "understood", "export", "report_export", "files_count"}
"""Answers to programs, files, and a badge that is empty when there is nothing to count."""


def addresses(key: UUID) -> dict[str, str]:
    """Every address of the product by its name, about one deal."""
    parts = {"uuid:key": str(key), "slug:path": "deals", "int:change_set": "999999", "int:number": "1"}
    parts |= {"slug:piece": "thumb", "str:name": "name", "slug:act": "pause"}
    found = {}
    for one in urlpatterns:
        route = str(one.pattern)
        named = {**parts, "slug:name": "sales-funnel" if route.startswith("reports/") else "lose_deal"}
        found[one.name] = "/" + re.sub(r"<([^>]*)>", lambda part, named=named: named[part[1]], route)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_has_words_for_whoever_opens_it(db: None, language: str) -> None:
    """What is there, what is missing, what is closed: never a bare code, never nothing, always a way on."""
    adam = person("adam", "administrator", reach=Reach.ALL)
    kind = deals.kinds.add(Actor.system(), name="Вид", type="none", records_demand=False)
    deal = deals.open_deal(
        Actor.system(), name="Сделка", kind=kind, client=partner("Ромашка", adam), responsible=adam.user
    )
    charlie = add_user(Actor.system(), login="charlie", name="Чарли")
    told, closed = [], 0
    for user, key in ((adam.user, deal.pk), (adam.user, MISSING), (charlie, deal.pk)):
        client = browser_of(user, language)
        for name, address in addresses(key).items():
            answer = client.get(address)
            if (name in NOT_PAGES and answer.status_code == 200) or answer.status_code == 302:
                continue
            body = answer.content.decode()
            is_page = body.startswith("<!doctype")
            told += faults(answer, address, language) if is_page else []
            if not body.strip() or (not is_page and answer.status_code != 200):
                told.append(f"{address}: {answer.status_code}, nothing said")
            if answer.status_code >= 400 and 'href="/"' not in words_page(answer):
                told.append(f"{address}: {answer.status_code}, leads nowhere")
            closed += answer.status_code >= 400
    assert told == []
    assert closed > 80
