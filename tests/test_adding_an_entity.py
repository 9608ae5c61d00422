"""docs/adding/entity.md is true: followed to the letter on a copy of the code, it gives a working entity."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STEP = re.compile(r"Append to `(?P<file>[^`]+)`:\n\n```python\n(?P<code>.+?)```", re.DOTALL)

PROOF = """
import django
django.setup()
from django.core.checks import run_checks
from django.test import Client
from artel.kernel.actors import Actor
from artel.kernel.commands import find
from artel.kernel.models import User
from artel.kernel.journal.models import ChangeSet
from artel.kernel.undoing import undo_change_set
from artel.domains.marketing.models import Leaflet

assert run_checks() == [], run_checks()
house = Actor.system()
marketer = find("kernel.add_user")(house, login="maria", name="Maria", password="printed with care")
find("kernel.give_role")(house, marketer, role="marketer")
maria = Actor.person(marketer)
leaflet = find("marketing.add_leaflet")(maria, name="Осень", printed_count=100)
assert leaflet.code.endswith("00000001"), leaflet.code
find("marketing.print_more")(maria, leaflet, count=50)
assert Leaflet.objects.visible_to(maria).get().printed_count == 150
undo_change_set(maria, ChangeSet.objects.latest("id").pk)
assert Leaflet.objects.get().printed_count == 100
browser = Client(headers={"host": "localhost"})
browser.force_login(marketer, backend="django.contrib.auth.backends.ModelBackend")
for path in ("/leaflets", "/leaflets/new", f"/leaflets/{leaflet.pk}", f"/leaflets/{leaflet.pk}/history"):
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert "Осень" in answer.content.decode() or path.endswith("new"), path
print("the entity works")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("built", "__pycache__", "tests")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    built = ROOT / "src/artel/web/static/web/built"
    if built.exists():
        shutil.copytree(built, tmp_path / "src/artel/web/static/web/built")
    return tmp_path


def run(where: Path, *words: str) -> str:
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(where / "src"),
        "ARTEL_HOME": str(where / "home"),
        "ARTEL_DATABASE_URL": "",
        "ARTEL_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "artel.site.settings",
    }
    done = subprocess.run(
        [sys.executable, *words], env=surroundings, cwd=where, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.only_on("sqlite", "a page of the handbook is followed once")
def test_following_the_page_gives_a_working_entity(copy: Path) -> None:
    steps = list(STEP.finditer((ROOT / "docs/adding/entity.md").read_text()))
    assert len(steps) == 4
    for step in steps:
        with (copy / step["file"]).open("a") as file:
            file.write("\n\n" + step["code"])
    run(copy, "-m", "django", "makemigrations", "marketing")
    run(copy, "-m", "artel.site.cli", "migrate")
    assert "the entity works" in run(copy, "-c", PROOF)
