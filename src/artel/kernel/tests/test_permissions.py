from types import SimpleNamespace

from django.apps import apps

from artel.kernel import permission_words, permissions
from artel.kernel.attributes.models import Attribute
from artel.kernel.facts import Facts


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


def test_a_record_kept_in_an_app_of_its_own_is_known_by_its_room_too():
    assert permission_words.split("attributes.view_attribute") == ("view", Attribute)
    assert permission_words.split("kernel.change_attribute") == ("change", Attribute)


def _record(room, noun):
    meta = SimpleNamespace(app_label=room, model_name=noun)
    return type(noun, (), {"__module__": f"artel.domains.{room}.models", "_meta": meta, "facts": Facts()})
