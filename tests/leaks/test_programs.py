"""The API: nothing of a hidden record in lists, words, filters, orders, counts, histories, commands or refusals."""

import json
import uuid

import pytest

from artel.api.acting import commands_of
from artel.api.columns import Bound
from artel.kernel.journal.catalogue import why_exempt
from artel.kernel.journal.models import RowChange
from artel.screens import registry

from .making import Maker, entities
from .people import HOUSE

pytestmark = pytest.mark.django_db


def resources():
    secret = set(entities())
    return [one for one in registry.all_resources() if one.model in secret]


def lists(resource, record):
    """Every question about a list: words, orders, counts, and each filter by the hidden record's own value."""
    path = resource.path
    bound = Bound(resource, HOUSE)
    [shown] = bound.shown([record])
    yield path
    yield f"{path}?q=Тайна"
    yield f"{path}?count=true&is_deleted=false"
    yield from (f"{path}?sort={sign}{name}" for name in bound.sorts for sign in ("", "-"))
    for name, column in bound.columns.items():
        if (
            column.can_filter
            and shown.get(name) not in (None, "")
            and not isinstance(shown[name], list | dict)
        ):
            yield f"{path}?{name}={json.dumps(shown[name]) if isinstance(shown[name], bool) else shown[name]}".replace(
                "+", "%2B"
            )
    yield "search?q=Тайна&limit=50"


def test_no_list_tells_a_stranger_anything(world):
    secrets = world.secrets.all()
    told = []
    for resource in resources():
        record = secrets.made[resource.model]
        proved = False
        for question in lists(resource, record):
            proved |= bool(secrets.told(world.holly.program.get(question).content.decode()))
            for name, visitor in world.strangers.items():
                answer = visitor.program.get(question)
                found = secrets.told(
                    answer.content.decode().replace(str(record.pk), "")
                    if f"id={record.pk}" in question
                    else answer.content.decode()
                )
                counted = answer.status_code == 200 and answer.json().get("count")
                if found or counted:
                    told.append(f"{name} at {question}: {found[:3]} counted {counted}")
        assert proved, resource.path
    assert not told, "\n".join(told)


def requests(resource, key):
    """Every way to touch one record."""
    path = f"{resource.path}/{key}"
    stale = {"If_Match": '"99"'}
    yield "GET", path, None, {}
    yield "GET", f"{path}/history", None, {}
    yield "PATCH", path, {}, stale
    yield "PATCH", path, {"nonsense": 1}, {}
    yield "DELETE", path, None, stale
    for name in commands_of(Bound(resource, HOUSE)):
        yield "POST", f"{path}/commands/{name}", {}, stale
    yield "POST", f"{path}/commands/nonsense", {}, {}
    yield "POST", f"{resource.path}/bulk", {"items": [{"id": str(key), "version": 99}]}, {}


def test_a_hidden_record_answers_as_a_missing_one(world):
    secrets = world.secrets.all()
    different = []
    for resource in resources():
        hidden, missing = secrets.made[resource.model].pk, uuid.uuid4()
        for at_hidden, at_missing in zip(
            requests(resource, hidden), requests(resource, missing), strict=True
        ):
            for name, visitor in world.strangers.items():
                first, second = (visitor.program.send(*ask[:3], **ask[3]) for ask in (at_hidden, at_missing))
                expected = (
                    {401}
                    if name == "nobody"
                    else {404}
                    if not at_hidden[1].endswith("bulk")
                    else {200, 403, 405}
                )
                if first.content != second.content or first.status_code not in expected:
                    different.append(
                        f"{name}: {at_hidden[:2]} {first.status_code} {first.content.decode()[:200]}"
                    )
    assert not different, "\n".join(different)
    for model, record in secrets.made.items():
        assert model._base_manager.get(pk=record.pk).version == record.version


def test_a_change_set_of_hidden_rows_answers_as_a_missing_one(world):
    secrets = world.secrets.all()
    missing = world.bob.program.post("change-sets/999999/undo", {"dry_run": True}).content
    for model in entities():
        if why_exempt(model):
            continue
        sets = RowChange.objects.filter(row_id=secrets.made[model].pk).values_list("set_id", flat=True)
        assert sets
        for number in sets:
            for visitor in (world.bob, world.hugo, world.charlie):
                answer = visitor.program.post(f"change-sets/{number}/undo", {"dry_run": True})
                shares_a_plain_row = answer.status_code in {200, 409}
                assert shares_a_plain_row or answer.content == missing
                assert not secrets.told(answer.content.decode())


def test_a_record_that_points_at_a_hidden_one_names_it_nowhere(world):
    secrets = world.secrets.all()
    bobs = Maker(world.bob.actor.user, "Своё")
    told = []
    for resource in resources():
        record = bobs.pointing(resource.model, secrets)
        address = f"{resource.path}/{record.pk}"
        for question in (resource.path, address, f"{address}/history", *lists(resource, record)):
            answer = world.bob.program.get(question)
            if found := secrets.told(answer.content.decode()):
                told.append(f"{question}: {found[:3]}")
        assert world.bob.program.get(address).status_code == 200, resource.path
        for name, key in hidden_references(resource, record, secrets):
            items = world.bob.program.get(f"{resource.path}?{name}={key}").json()["items"]
            assert items == [], f"{resource.path}: a filter by the hidden {name} finds something"
    assert not told, "\n".join(told)


def hidden_references(resource, record, secrets):
    keys = {one.pk for model, one in secrets.made.items() if model in entities()}
    for name, column in Bound(resource, HOUSE).columns.items():
        if column.can_filter and len(column.steps) == 1 and column.target is not None:
            key = getattr(record, column.steps[0].attname)
            if key in keys:
                yield name, key
