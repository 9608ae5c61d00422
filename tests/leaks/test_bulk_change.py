"""Changing many: neither the difference nor the change itself tells of records that somebody may not see, of any entity."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from artel.screens import registry
from artel.screens.bulk.edits import changeable, changing

from .making import Maker
from .people import HOUSE
from .test_pages import body, shown_entities

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on("postgres", "pages ask what programs ask of both databases"),
]
HTMX = {"HX-Request": "true"}


def editable() -> list[Any]:
    found = [each for each in shown_entities() if changing(each)]
    assert len(found) > 5
    return found


def bodies(entity: Any, key: Any) -> Any:
    """Each field filled with a text, or emptied where it takes none, for one record and for all of the list."""
    for name, argument in changeable(changing(entity), HOUSE).items():  # type: ignore[arg-type]
        text = "x" if argument.kind in {"text", "lines"} else ""
        for rows in ({"_all": "0", "key": str(key)}, {"_all": "1"}):
            yield {"_step": "preview", "_field": name, name: text, **rows}


def of_programs(entity: Any, key: Any) -> Any:
    resource = registry.resource_of(entity.model)
    for name in changeable(changing(entity), HOUSE) if resource else ():  # type: ignore[arg-type]
        values = {"attributes": {name.partition(".")[2]: None}} if "." in name else {name: None}
        yield {"ids": [str(key)], "values": values, "preview": True}
        yield {"filter": {}, "values": values, "preview": True}


def without(key: Any, text: str) -> str:
    """A dialog repeats the keys it was asked about."""
    return text.replace(str(key), "")


def test_no_difference_tells_a_stranger_anything(world: Any) -> None:
    secrets = world.secrets.all()
    told, proved = [], set()
    for entity in editable():
        record, address = secrets.made[entity.model], f"/{entity.path}/change"
        for posted in bodies(entity, record.pk):
            if secrets.told(
                without(record.pk, body(world.holly.browser.post(address, posted, headers=HTMX)))
            ):
                proved.add(entity.name)
            for name, visitor in world.strangers.items():
                answer = body(visitor.browser.post(address, posted, headers=HTMX))
                if found := secrets.told(without(record.pk, answer)):
                    told.append(f"{name} at {address} with {posted}: {found[:3]}")
    assert not told, "\n".join(told)
    assert len(proved) > len(editable()) / 2, proved


def test_a_hidden_record_is_as_a_missing_one(world: Any) -> None:
    secrets = world.secrets.all()
    different = []
    for entity in editable():
        hidden, missing = secrets.made[entity.model].pk, uuid.uuid4()
        for step in ("preview", "run"):
            for mine, other in zip(bodies(entity, hidden), bodies(entity, missing), strict=True):
                asked = [mine] if posted_all(mine) else [mine, other]
                first, *others = (
                    world.bob.browser.post(
                        f"/{entity.path}/change", {**posted, "_step": step, "idempotency": ""}, headers=HTMX
                    )
                    for posted in asked
                )
                if not others:
                    continue
                [second] = others
                same = plain(body(first), hidden) == plain(body(second), missing)
                if first.status_code != second.status_code or not same:
                    different.append(f"{entity.path} {step} {mine}")
    assert not different, "\n".join(different)
    for model, record in secrets.made.items():
        assert model._base_manager.get(pk=record.pk).version == record.version


def posted_all(posted: dict[str, str]) -> bool:
    return posted["_all"] == "1"


def plain(text: str, key: Any) -> str:
    """Without what differs each time: the key, tokens of the form, the key of the request."""
    lines = [
        line for line in text.splitlines() if "csrfmiddlewaretoken" not in line and "idempotency" not in line
    ]
    return without(key, "\n".join(lines))


def test_what_ones_own_record_points_at_is_closed(world: Any) -> None:
    secrets = world.secrets.all()
    bobs = Maker(world.bob.actor.user, "Своё")
    told = []
    for entity in editable():
        record = bobs.pointing(entity.model, secrets)
        for posted in bodies(entity, record.pk):
            answer = world.bob.browser.post(f"/{entity.path}/change", posted, headers=HTMX)
            if found := secrets.told(body(answer)):
                told.append(f"{entity.path} with {posted}: {found[:3]}")
        for sent in of_programs(entity, record.pk):
            answer = world.bob.program.post(f"{entity.path}/bulk", sent)
            if found := secrets.told(body(answer)):
                told.append(f"{entity.path}/bulk with {sent}: {found[:3]}")
    assert not told, "\n".join(told)


def test_programs_of_strangers_are_told_nothing(world: Any) -> None:
    secrets = world.secrets.all()
    told = []
    for entity in editable():
        record = secrets.made[entity.model]
        for sent in of_programs(entity, record.pk):
            for name, visitor in world.strangers.items():
                answer = without(record.pk, body(visitor.program.post(f"{entity.path}/bulk", sent)))
                if found := secrets.told(answer):
                    told.append(f"{name} at {entity.path}/bulk with {sent}: {found[:3]}")
    assert not told, "\n".join(told)
