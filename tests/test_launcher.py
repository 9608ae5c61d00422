"""The launcher and the locks: one pinned set of packages, installed once, with no address of any registry."""

import json
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.only_on("sqlite", "it asks no database")

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher as a module, its home in a folder that goes away."""
    loader = SourceFileLoader("artel_launcher", str(ROOT / "artel"))
    spec = spec_from_loader("artel_launcher", loader)
    assert spec
    module = module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "LOG", tmp_path / "setup.log")
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    (tmp_path / ".venv").mkdir()
    for lock in (module.RUNTIME, module.TESTS):
        (tmp_path / lock).write_text("one==1 \\\n    --hash=sha256:0\n")
    return module


@pytest.fixture
def steps(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sentences of the steps that would run."""
    said: list[str] = []
    monkeypatch.setattr(launcher, "run", lambda step, command, advice, **options: said.append(step))
    return said


def test_what_is_installed_is_not_installed_again(launcher: ModuleType, steps: list[str]) -> None:
    launcher.install(launcher.RUNTIME)
    launcher.install(launcher.RUNTIME)
    assert len(steps) == 1
    (launcher.ROOT / launcher.RUNTIME).write_text("one==2 \\\n    --hash=sha256:1\n")
    launcher.install(launcher.RUNTIME)
    assert len(steps) == 2


def test_the_test_lock_satisfies_the_runtime_lock(launcher: ModuleType, steps: list[str]) -> None:
    launcher.install(launcher.TESTS)
    launcher.install(launcher.RUNTIME)
    assert len(steps) == 1


def test_a_failed_step_shows_what_happened_and_what_to_do(launcher: ModuleType) -> None:
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(1)"]
    with pytest.raises(launcher.Failed, match=r"(?s)installing.*no such package.*Check the network"):
        launcher.run("installing", command, "Check the network.")


def test_an_old_python_is_told_what_is_needed(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher.sys, "version_info", (3, 9))
    with pytest.raises(launcher.Failed, match=r"Python 3\.11"):
        launcher.use_new_enough_python()


def test_an_icon_or_an_island_changes_the_build(launcher: ModuleType) -> None:
    (launcher.ROOT / "islands").mkdir()
    for name in launcher.ISLANDS:
        (launcher.ROOT / name).write_text("")
    page = launcher.ROOT / "src/artel/web/page.html"
    for drawing in (
        launcher.ROOT / launcher.ICONS / "user.svg",
        launcher.ROOT / launcher.ICONS / "key.svg",
        page,
    ):
        drawing.parent.mkdir(parents=True, exist_ok=True)
        drawing.write_text("")
    page.write_text("{{ icon('user') }} words 'here'")
    before = launcher.island_sources()
    page.write_text("{{ icon('user') }} other words 'there'")
    assert launcher.island_sources() == before
    page.write_text("{{ icon('key') }} words 'here'")
    assert launcher.island_sources() != before


def test_the_locks_pin_the_same_versions_and_name_no_host() -> None:
    runtime, tests = ((ROOT / name).read_text() for name in ("requirements.lock", "requirements-test.lock"))
    assert set(PINNED.findall(runtime)) <= set(PINNED.findall(tests))
    assert "://" not in runtime + tests
    for text in (runtime, tests):
        assert text.count("==") <= text.count("--hash=sha256:")


def test_the_javascript_lock_names_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [each for name, each in lock["packages"].items() if name]
    assert packages
    assert not [each for each in packages if "resolved" in each]
    assert not [name for name, each in lock["packages"].items() if name and "integrity" not in each]


def test_every_subcommand_explains_itself() -> None:
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": ""}
    command = [sys.executable, "-m", "artel.site.cli"]
    wrong = subprocess.run(
        [*command, "nonsense"], capture_output=True, text=True, env=environment, check=False
    )
    assert (wrong.returncode, wrong.stdout) == (2, "")
    helped = subprocess.run(
        [*command, "--help"], capture_output=True, text=True, env=environment, check=False
    )
    assert helped.returncode == 0
    assert "test" in helped.stdout


def test_tests_and_benchmarks_get_what_they_need(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[str] = []
    for step in ("make_venv", "point_at_sources", "build_islands", "compile_translations"):
        monkeypatch.setattr(launcher, step, lambda: None)
    monkeypatch.setattr(launcher, "install", installed.append)
    for command in ("test", "bench", "demo"):
        launcher.set_up(command)
    assert installed == [launcher.TESTS, launcher.TESTS, launcher.RUNTIME]
