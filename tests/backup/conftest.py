from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from .house import FILL, House

NewHouse = Callable[..., House]


@pytest.fixture(scope="session")
def kept(
    new_home: Callable[[], dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, Path, str]]:
    """A house with something in it, its backup, and the key of a person who is in both. Read only."""
    with closing(House({**new_home(), "ARTEL_LANGUAGE": "en"})) as full:
        told = json.loads(full.inside(FILL))
        path = tmp_path_factory.mktemp("backups") / "night.artel"
        full.done("backup", path)
        yield full, path, told["orlova"]


@pytest.fixture
def new_house(new_home: Callable[[], dict[str, str]]) -> Iterator[NewHouse]:
    """Makes an empty house; words are more of its environment."""
    with ExitStack() as leaving:
        yield lambda **more: leaving.enter_context(
            closing(House({**new_home(), "ARTEL_LANGUAGE": "en", **more}))
        )


@pytest.fixture
def another(new_house: NewHouse) -> House:
    return new_house()
