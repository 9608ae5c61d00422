"""The map in pyproject.toml and the folders say the same."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_domain_room_keeps_the_order_inside() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    inside = next(each for each in contracts if each["name"].startswith("Inside a domain"))
    rooms = (ROOT / "src/artel/domains").glob("*/__init__.py")
    assert set(inside["containers"]) == {f"artel.domains.{room.parent.name}" for room in rooms}
