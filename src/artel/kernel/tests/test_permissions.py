from types import SimpleNamespace

from django.apps import apps

from artel.kernel import permission_words, permissions
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.attributes.models import Attribute
from artel.kernel.facts import Facts
from artel.kernel.wholes import change_permission


def test_a_room_pattern_covers_its_permissions_but_not_what_was_withdrawn():
    permissions.declare("test_role", "boats.*", "cars.view_car")
    held = permissions.effective("test_role", ["planes.fly"], ["boats.sink_boat"])
    assert held.covers("boats.row_boat")
    assert held.covers("cars.view_car")
    assert held.covers("planes.fly")
    assert not held.covers("boats.sink_boat")
    assert not held.covers("cars.drive_car")


def test_two_rooms_may_call_a_record_alike(monkeypatch):
    visits, calls = (_record(room, "visit") for room in ("boats", "cars"))
    monkeypatch.setattr(apps, "get_models", lambda: [visits, calls])
    assert permission_words.split("boats.view_visit") == ("view", visits)
    assert permission_words.split("cars.change_visit") == ("change", calls)
    assert permission_words.split("planes.view_visit") == ("", None)


def test_a_record_is_seen_changed_and_taken_back_by_rights_of_one_room():
    for verb in ("view", "add", "change", "delete"):
        assert permission_words.split(f"attributes.{verb}_attribute") == (verb, Attribute)
    assert change_permission(Attribute) == ATTRIBUTES.change.permission


def _record(room, noun):
    meta = SimpleNamespace(app_label=room, model_name=noun)
    return type(noun, (), {"__module__": f"artel.domains.{room}.models", "_meta": meta, "facts": Facts()})
