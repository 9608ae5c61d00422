"""Getting around: what the palette, the search, opened records and favourites remember tells nobody what he may not see today."""

from __future__ import annotations

import pytest

from artel.kernel.journal.writing import system_set
from artel.kernel.roles import Grant
from artel.web.models import Favourite, Opened

from .test_pages import body, shown_entities

pytestmark = pytest.mark.django_db

REMEMBERED = ("/palette", "/opened", "/favourites", "/", "/search?q=Тайна", "/palette/find?q=Тайна")


def remember(visitor, entity, record):
    """The person has had the card open and put it among favourites."""
    card = f"/{entity.path}/{record.pk}"
    opened = visitor.browser.post(f"{card}/opened").status_code
    starred = visitor.browser.post("/star", {"path": entity.path, "record": record.pk}).status_code
    return opened, starred


def told(world, visitor):
    secrets = world.secrets
    return [
        f"{address}: {found[:3]}"
        for address in REMEMBERED
        if (found := secrets.told(body(visitor.browser.get(address)).replace("Тайна&", "")))
    ]


def test_nobody_remembers_what_he_may_not_see(world):
    secrets = world.secrets.all()
    for entity in shown_entities():
        record = secrets.made[entity.model]
        for name, visitor in world.strangers.items():
            answers = remember(visitor, entity, record)
            assert set(answers) <= {302, 404}, (name, entity.name, answers)
    assert not Opened.objects.exists()
    assert not Favourite.objects.exclude(pk__in=[one.pk for one in secrets.made.values()]).exists()


def test_what_was_closed_later_is_told_no_more(world):
    """holly, the head, has opened and kept everything of alice; then she is head no more."""
    secrets = world.secrets.all()
    kept = [
        entity
        for entity in shown_entities()
        if remember(world.holly, entity, secrets.made[entity.model]) == (204, 200)
    ]
    assert len(kept) > 10
    assert told(world, world.holly)
    with system_set("tests.revoked"):
        Grant.objects.filter(user=world.holly.actor.user).update(reach="own", unit=None)
    assert not told(world, world.holly)


def test_what_alice_keeps_is_hers_alone(world):
    secrets = world.secrets.all()
    for entity in shown_entities():
        remember(world.alice, entity, secrets.made[entity.model])
    assert told(world, world.alice)
    for name, visitor in world.strangers.items():
        assert not told(world, visitor), name
