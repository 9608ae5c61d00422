"""Live events: whatever a stranger watches, he hears of a hidden record what he hears of a missing one, and then nothing."""

import json
import uuid

import pytest

from artel.kernel.journal.catalogue import why_exempt
from artel.kernel.journal.following import place_now
from artel.kernel.journal.writing import system_set
from artel.kernel.records import facts_of
from artel.web.live.follower import Follower
from artel.web.live.stream import Stream
from artel.web.live.telling import greet
from artel.web.live.viewer import Viewer
from artel.web.live.watches import Watches

from .test_pages import shown_entities

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def follower(monkeypatch):
    monkeypatch.setattr(Follower, "_begin", lambda self: None)
    return Follower()


def opened(follower, visitor, entity, key):
    """A stream of one record and its entity's list, with what it is told at once."""
    query = {"record": [f"{entity.path}/{key}/1"], "list": [f"{entity.path}?"]}
    viewer = Viewer(visitor.actor, visitor.actor.user.get_session_auth_hash())
    stream = Stream(viewer, Watches.read(query, visitor.actor), place_now())
    greet(stream)
    follower.join(stream)
    return stream


def heard(stream, key):
    """What a stream has said, without its places and without the key that was asked for."""
    found = []
    for block in stream.take().decode().split("\n\n")[:-1]:
        event, _place, data = (line.split(": ", 1)[1] for line in block.split("\n"))
        found.append((event, json.dumps(json.loads(data), sort_keys=True).replace(str(key), "KEY")))
    return found


def marked(model, key, yes):
    with system_set("tests.mark"):
        model._default_manager.filter(pk=key).update(is_deleted=yes)


def test_a_stranger_hears_of_a_hidden_record_what_he_hears_of_a_missing_one(world, follower):
    secrets = world.secrets.all()
    leaks, proved = [], set()
    strangers = {name: one for name, one in world.strangers.items() if one.actor}
    for entity in shown_entities():
        hidden, missing = secrets.made[entity.model].pk, uuid.uuid4()
        knows = opened(follower, world.holly, entity, hidden)
        pairs = {
            name: (opened(follower, one, entity, hidden), opened(follower, one, entity, missing))
            for name, one in strangers.items()
        }
        for turn in (True, False):
            marked(entity.model, hidden, turn)
            follower.look()
            if "changed" in dict(heard(knows, hidden)):
                proved.add(entity.name)
            for name, (at_hidden, at_missing) in pairs.items():
                first, second = heard(at_hidden, hidden), heard(at_missing, missing)
                if facts_of(entity.model).public:
                    continue
                if (
                    first != second
                    or secrets.told(str(first))
                    or {event for event, _said in first} - {"gone"}
                ):
                    leaks.append(f"{name}, {entity.name}: {first}, of a missing one {second}")
        follower.hang_up(follower.streams)
    assert not leaks, "\n".join(leaks)
    # Where the head of the owner's department hears nothing either, nothing was proved.
    journalled = [entity.name for entity in shown_entities() if not why_exempt(entity.model)]
    assert proved == set(journalled), "the journal is all that streams read"
