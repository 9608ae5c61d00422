"""Pages: whatever address somebody opens, he reads nothing of records he may not see; a hidden record is as a missing one."""

import re
import uuid

import pytest

from artel.kernel.journal.models import RowChange
from artel.reports import registry as reports
from artel.screens import registry
from artel.web import urls

pytestmark = pytest.mark.django_db

LEFT_OUT = {"sign_out": "ends the session"}
REPORTS = {"report", "drill", "report_export"}


def addresses(entity, key, sets):
    """Every address of the pages about an entity and one of its records; new pages join by themselves."""
    for pattern in urls.urlpatterns:
        if pattern.name in LEFT_OUT:
            continue
        names = set(pattern.pattern.converters)
        own = names == {"key"} and pattern.pattern._route.startswith(f"{entity.path}/")
        if "path" in names or names <= {"name"} or own:
            for words in _words(pattern.name, entity, key):
                yield "/" + _filled(pattern, words)
        elif names == {"change_set"}:
            yield from ("/" + _filled(pattern, {"change_set": number}) for number in sets)


def _words(page, entity, key):
    if page in {"lookup", "fields"}:
        return [{"name": entity.name}]
    if page == "widget":
        return [{"name": one.key} for one in registry.all_widgets()]
    if page in REPORTS:
        return [{"name": one.name} for one in reports.all_reports()]
    if page in {"act", "bulk"}:
        return [{"path": entity.path, "key": key, "name": one.short_name} for one in entity.actions]
    if page == "field":
        named = entity.change.arguments if entity.change else ()
        return [{"path": entity.path, "key": key, "name": one.name} for one in named]
    return [{"path": entity.path, "key": key}]


def _filled(pattern, words):
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(words[found[1]]), pattern.pattern._route)


def questions(entity, key, sets):
    """The addresses as they are, and with a search for what is hidden: of pages about one record, those of one entity."""
    is_first = entity is shown_entities()[0]
    for address in addresses(entity, key, sets):
        yield address
        is_searched = is_first or str(key) not in address
        if is_searched and not address.endswith((str(key), "/edit", "/new")):
            yield f"{address}?format=csv&q=Тайна"
        if entity.board and address == f"/{entity.path}":
            yield from (f"{address}?look=board&deck={deck.key}" for deck in entity.board.decks())


def body(answer):
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return raw.decode("utf-8", "replace")


def shown_entities():
    from .making import entities

    secret = set(entities())
    return [entity for entity in registry.all_entities() if entity.model in secret]


@pytest.mark.only_on("sqlite", "pages ask what programs ask of both databases")
def test_no_page_tells_a_stranger_anything(world):
    secrets = world.secrets.all()
    told, proved, asked = [], set(), set()
    for entity in shown_entities():
        record = secrets.made[entity.model]
        sets = RowChange.objects.filter(row_id=record.pk).values_list("set_id", flat=True)[:1]
        for question in questions(entity, record.pk, sets):
            if question in asked:
                continue
            asked.add(question)
            if secrets.told(_without(question, body(world.holly.browser.get(question)))):
                proved.add(question.partition("?")[0])
            for name, visitor in world.strangers.items():
                if found := secrets.told(_without(question, body(visitor.browser.get(question)))):
                    told.append(f"{name} at {question}: {found[:3]}")
    assert not told, "\n".join(told)
    # Where the head of the owner's department reads nothing either, nothing was proved.
    for entity in shown_entities():
        key = secrets.made[entity.model].pk
        assert {f"/{entity.path}", f"/{entity.path}/{key}", f"/lookup/{entity.name}"} <= proved, entity.name


def _without(question, text):
    """A page may repeat the address it was asked at."""
    for part in re.findall(r"[0-9a-f-]{36}", question):
        text = text.replace(part, "")
    return text


@pytest.mark.only_on("sqlite", "pages ask what programs ask of both databases")
def test_a_hidden_record_answers_as_a_missing_one(world):
    secrets = world.secrets.all()
    different = []
    for entity in shown_entities():
        hidden, missing = secrets.made[entity.model].pk, uuid.uuid4()
        pairs = zip(addresses(entity, hidden, ()), addresses(entity, missing, ()), strict=True)
        for at_hidden, at_missing in pairs:
            if str(hidden) in at_hidden:
                for name, visitor in world.strangers.items():
                    for method in ("get", "post"):
                        ask = getattr(visitor.browser, method)
                        first, second = ask(at_hidden), ask(at_missing)
                        same = first.status_code == second.status_code and first.status_code in {
                            302,
                            404,
                            405,
                        }
                        if not same:
                            different.append(
                                f"{name}: {method} {at_hidden} {first.status_code}, missing {second.status_code}"
                            )
    assert not different, "\n".join(different)
    for model, record in secrets.made.items():
        assert model._base_manager.get(pk=record.pk).version == record.version


@pytest.mark.only_on("sqlite", "pages ask what programs ask of both databases")
def test_a_record_that_points_at_a_hidden_one_names_it_nowhere(world):
    from .making import Maker

    secrets = world.secrets.all()
    bobs = Maker(world.bob.actor.user, "Своё")
    told, opened = [], 0
    for entity in shown_entities():
        record = bobs.pointing(entity.model, secrets)
        for question in questions(entity, record.pk, ()):
            answer = world.bob.browser.get(question)
            opened += str(record.pk) in question and answer.status_code == 200
            if found := secrets.told(body(answer)):
                told.append(f"{question}: {found[:3]}")
    assert not told, "\n".join(told)
    assert opened > 5
