"""Access groups: who reaches everybody's records, but in another group, sees none that hangs on a client."""

from __future__ import annotations

import pytest

from artel.kernel.records import facts_of
from artel.screens import registry

from .making import entities
from .test_pages import _without, body, questions, shown_entities
from .test_programs import lists, requests

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on("postgres", "pages ask what programs ask of both databases"),
]


def is_walled(model, among=frozenset()) -> bool:
    """Whether a record is in an access group, or hangs on one that is."""
    facts = facts_of(model)
    if facts.access_group:
        return True
    parents = [model._meta.get_field(path).related_model for path in facts.parent.split("|") if path]
    others = {*parents, *owners(model)} - {*among, model}
    return any(is_walled(other, {*among, model}) for other in others)


def owners(model):
    """The records through which a record of several owners is seen."""
    for path in facts_of(model).owners:
        links, name = path.split("__")
        yield model._meta.get_field(links).related_model._meta.get_field(name).related_model


def walled_off(secrets, text):
    """What of the owner's stands in a text, but for records of which groups say nothing (a stage, a department)."""
    open_words = {mark for mark, (model, _) in secrets.marks.items() if not is_walled(model)}
    open_keys = {f"key of {model._meta.label}" for model in secrets.made if not is_walled(model)}
    found = secrets.told(text)
    return [one for one in found if one not in open_keys and one.partition(" (")[0] not in open_words]


def test_no_page_shows_another_group(world):
    secrets = world.secrets.all()
    told, proved = [], 0
    for entity in shown_entities():
        record = secrets.made[entity.model]
        for question in questions(entity, record.pk, ()):
            text = _without(question, body(world.gwen.browser.get(question)))
            told += [f"{question}: {found}" for found in walled_off(secrets, text)]
        proved += bool(walled_off(secrets, body(world.holly.browser.get(f"/{entity.path}"))))
    assert not told, "\n".join(told)
    assert proved >= 4, "partners, people, legal entities, deals"


def test_no_program_is_told_of_another_group(world):
    secrets, told = world.secrets.all(), []
    for resource in registry.all_resources():
        if resource.model not in entities() or not is_walled(resource.model):
            continue
        record = secrets.made[resource.model]
        for question in lists(resource, record):
            answer = world.gwen.program.get(question)
            counted = answer.status_code == 200 and answer.json().get("count")
            if counted or walled_off(secrets, _without(question, answer.content.decode())):
                told.append(question)
        for method, path, sent, headers in requests(resource, record.pk):
            answer = world.gwen.program.send(method, path, sent, **headers)
            if answer.status_code != 404 and "bulk" not in path:
                told.append(f"{method} {path}: {answer.status_code}")
    assert not told, "\n".join(told)
