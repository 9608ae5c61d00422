"""The pictures of the handbook are taken in both languages: all of them with --pictures, otherwise a few, into a place that goes away."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from .conftest import LOCALES, Visit
from .pictures import FOLDER, MOMENT, PICTURES, Picture, take

pytestmark = pytest.mark.only_on("sqlite", "one set of pictures")

FEW = [("sign-in", "en"), ("changing-many", "ru"), ("palette", "en")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    every = metafunc.config.getoption("pictures")
    chosen = [
        pytest.param(each, language, id=f"{each.name}-{language}")
        for each in PICTURES
        for language in LOCALES
        if every or (each.name, language) in FEW
    ]
    metafunc.parametrize(("picture", "language"), chosen)


def test_a_picture_is_taken(
    visit: Visit, picture: Picture, language: str, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    folder = FOLDER if pytestconfig.getoption("pictures") else tmp_path
    path = folder / language / f"{picture.name}.png"
    tab = visit(picture.login, language)
    tab.clock.set_fixed_time(MOMENT)
    take(tab, picture, path)
    with Image.open(path) as kept:
        assert len(kept.getcolors() or []) > 8  # something is drawn
