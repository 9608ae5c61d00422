from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .house import FILL, House, house


@pytest.fixture(scope="session")
def kept(
    new_home: Callable[[], dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[House, Path, str]:
    """A house with something in it, its backup, and the key of a person who is in both. Read only."""
    full = house(new_home())
    told = json.loads(full.inside(FILL))
    path = tmp_path_factory.mktemp("backups") / "night.artel"
    full.done("backup", path)
    return full, path, told["orlova"]


@pytest.fixture
def another(new_home: Callable[[], dict[str, str]]) -> House:
    return house(new_home())
