from artel.kernel import permissions


def test_a_room_pattern_covers_its_permissions_but_not_what_was_withdrawn():
    permissions.declare("test_role", "boats.*", "cars.view_car")
    held = permissions.effective("test_role", ["planes.fly"], ["boats.sink_boat"])
    assert held.covers("boats.row_boat")
    assert held.covers("cars.view_car")
    assert held.covers("planes.fly")
    assert not held.covers("boats.sink_boat")
    assert not held.covers("cars.drive_car")
