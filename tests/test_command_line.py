"""The command line as scripts see it: exit codes, what goes to stdout, JSON, the demo from start to end."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.test import override_settings
from django.utils import translation

from artel.kernel.journal.models import ChangeSet
from artel.kernel.models import User
from artel.site.cli import main
from serving import free_port

pytestmark = pytest.mark.only_on(
    "sqlite", "the words and answers are the same; bases of both are opened by the other tests of processes"
)

Typed = Callable[..., tuple[int, str, str]]

COMMAND = [sys.executable, "-m", "artel.site.cli"]
PATIENCE = 120


@pytest.fixture(scope="module")
def home(new_home: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The environment of a base of its own, migrated."""
    return {**new_home(), "ARTEL_LANGUAGE": "en"}


def artel(environment: dict[str, str], *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_new_base_is_well_and_keeps_its_key_to_itself(home: dict[str, str]) -> None:
    checked = artel(home, "check", "--json")
    assert json.loads(checked.stdout)["well"] is True
    assert checked.returncode == 0
    assert (Path(home["ARTEL_HOME"]) / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_wrong_setting_is_explained(home: dict[str, str]) -> None:
    said = artel({**home, "ARTEL_TIME_ZONE": "Mars/Olympus"}, "check")
    assert (said.returncode, said.stdout) == (1, "")
    assert "Mars/Olympus" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("prefix", ["00-", "two words", "А" * 11, "-"])
def test_a_prefix_of_numbers_is_letters_and_digits(home: dict[str, str], prefix: str) -> None:
    said = artel({**home, "ARTEL_BASE_PREFIX": prefix}, "check")
    assert (said.returncode, said.stdout) == (1, "")
    assert "ARTEL_BASE_PREFIX" in said.stderr


def test_the_prefix_of_numbers_comes_from_the_environment(home: dict[str, str]) -> None:
    asked = "from artel.kernel.numbering import code; print(code(36))"
    setting = {**home, "ARTEL_BASE_PREFIX": "МСК", "DJANGO_SETTINGS_MODULE": "artel.site.settings"}
    said = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {asked}"],
        env={**setting, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert said.stdout == "МСК-00000036\n"


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, db: None) -> Typed:
    """A command of this process on the test database: its exit code, stdout and stderr."""

    def run(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with translation.override("en"), override_settings(LANGUAGE_CODE="en"):
            try:
                code = main(words)
            except SystemExit as wrong:
                code = int(wrong.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_migrate_again_has_nothing_to_do(typed: Typed) -> None:
    code, out, _ = typed("migrate", "--json")
    assert (code, json.loads(out)) == (0, {"migrations": []})


def test_a_person_and_a_token_are_made(typed: Typed) -> None:
    made = typed("user", "add", "alice", "--role", "head", "--password-stdin", given="long enough 7\n")
    assert made == (0, "alice may sign in.\n", "")
    assert re.fullmatch(r"artel_[\w-]{43}", typed("token", "add", "alice")[1].split()[-1])


def test_what_was_done_is_undone_once(typed: Typed) -> None:
    assert typed("user", "add", "alice")[0] == 0
    made = ChangeSet.objects.latest("pk")
    assert made.actor_label.startswith("system (")
    assert "Would put back 1 rows" in typed("undo", str(made.pk), "--dry-run")[1]
    assert User.objects.exists()
    code, out, _ = typed("undo", str(made.pk), "--json")
    assert (code, json.loads(out)["restored"]) == (0, 1)
    assert not User.objects.exists()
    code, _out, err = typed("undo", str(made.pk))
    assert (code, "already taken back" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["user", "add", "bob", "--role", "king"], 1, "no role"),
        (["user", "add", "bob", "--department", "Nowhere"], 1, "no department"),
        (["user", "add", "bob", "--as", "nobody"], 1, "Nobody may sign in"),
        (["user", "add", "bob", "--password-stdin"], 1, "too short"),
        (["undo", "999999999"], 1, "no such change"),
        (["undo", "everything"], 2, "usage"),
        (["user"], 2, "usage"),
        (["user", "add"], 2, "usage"),
        (["nonsense"], 2, "usage"),
    ],
)
def test_a_no_goes_to_stderr_and_leaves_no_trace(
    typed: Typed, words: list[str], code: int, sentence: str
) -> None:
    got, out, err = typed(*words)
    assert (got, out) == (code, "")
    assert sentence in err
    assert not User.objects.exists()


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _group(leader: int) -> list[str]:
    """The processes of a group that are still there."""
    shown = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    return [line for line in shown.stdout.splitlines() if line.split()[0] == str(leader)]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_fills_serves_and_ends_whole(
    home: dict[str, str], tmp_path_factory: pytest.TempPathFactory, end: signal.Signals
) -> None:
    environment = {**home, "ARTEL_HOME": str(tmp_path_factory.getbasetemp() / "demo")}
    port = free_port()
    demo = subprocess.Popen(
        [*COMMAND, "demo", "--json", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert demo.stdout
    ready = json.loads(demo.stdout.readline())
    assert {each["role"] for each in ready["people"]} == {
        "sales_manager",
        "head",
        "marketer",
        "administrator",
    }
    with urlopen(f"{ready['address']}sign-in", timeout=PATIENCE) as page:
        assert page.status == 200
        assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert len(_group(demo.pid)) > 3, "demo, server, worker of the server, worker of jobs"
    if end == signal.SIGINT:
        os.killpg(demo.pid, end)  # as Ctrl-C in a terminal does: every process of the group hears it
    else:
        demo.send_signal(end)
    assert demo.wait(PATIENCE) == 0
    assert not _group(demo.pid)
    assert not _answers(port)
    (record,) = Path(environment["ARTEL_HOME"]).glob("demo-*.json")
    kept = json.loads(record.read_text())
    assert kept["people"] == ready["people"], "the second start leaves the filled base alone"


def test_a_base_the_demo_did_not_make_is_not_thrown_away(home: dict[str, str], tmp_path: Path) -> None:
    base = tmp_path / "artel.sqlite3"
    base.touch()
    thrown = artel({**home, "ARTEL_HOME": str(tmp_path), "ARTEL_DATABASE_URL": ""}, "demo", "--fresh")
    assert thrown.returncode == 1
    assert "not made by a demo" in thrown.stderr
    assert base.exists()


def test_benchmarks_are_of_a_checkout(typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("artel.site.cli_bench.BENCHMARKS", tmp_path / "main.py")
    code, said, error = typed("bench", "list", "--json")
    assert (code, said) == (1, "")
    assert "./artel bench" in error


def test_an_unknown_benchmark_is_wrong_usage(home: dict[str, str]) -> None:
    said = artel(home, "bench", "speed")
    assert (said.returncode, said.stdout) == (2, "")
    assert "growth" in said.stderr
    assert "--keep" in artel(home, "bench", "--help").stdout
