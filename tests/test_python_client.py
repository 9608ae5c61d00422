"""The client of the handbook is made from the document of a running server, its example has sound types and does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from forking import Parent
from serving import COMMAND, free_port

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120

KINDS = "name,type\nProject,manual\n"
STAGES = "kind,name,order\nProject,Measuring,1\nProject,Delivery,2\n"
PARTNERS = "name,is_client\nVolga,1\n"


def example(language: str) -> str:
    text = (ROOT / "docs" / "handbook" / language / "python.md").read_text()
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def run(*words: object, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def house(
    new_home: Callable[[], dict[str, str]], parent_in: Callable[..., Parent], tmp_path: Path
) -> dict[str, str]:
    """A base with a client, a kind of deal and an administrator's token."""
    environment = {**new_home(), "ARTEL_LANGUAGE": "en"}
    parent = parent_in(environment)
    for entity, rows in (("deal-kinds", KINDS), ("stages", STAGES), ("partners", PARTNERS)):
        (tmp_path / f"{entity}.csv").write_text(rows)
        parent.artel("import", entity, tmp_path / f"{entity}.csv").check_returncode()
    parent.artel("user", "add", "boss", "--role", "administrator").check_returncode()
    return {**environment, "ARTEL_TOKEN": parent.artel("token", "add", "boss").stdout.split()[-1]}


@pytest.fixture
def address(house: dict[str, str]) -> Iterator[str]:
    port = free_port()
    with subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=house) as server:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                urlopen(f"{address}/sign-in").close()
                break
            except URLError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield address
        server.terminate()


def test_both_handbooks_show_the_same_program():
    assert example("ru") == example("en")


@pytest.mark.only_on("sqlite", "what is sent and answered is the same on both")
def test_the_client_is_made_and_the_example_runs(house: dict[str, str], address: str, tmp_path: Path) -> None:
    tools = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    document = tmp_path / "openapi.json"
    document.write_bytes(urlopen(f"{address}/api/v1/openapi.json").read())
    made = run("openapi-python-client", "generate", "--path", document, "--output-path", tmp_path / "made", environment=environment, folder=tmp_path)  # fmt: skip
    # The bytes of files are of any type; everything else has one.
    warned = re.findall(r"WARNING parsing (\w+ \S+)", made)
    assert set(warned) <= {"GET /files/{id}/content", "GET /files/{id}/versions/{number}/content"}
    assert all(path.name.isascii() for path in (tmp_path / "made").rglob("*.py"))

    program = tmp_path / "made" / "program.py"
    program.write_text(example("en"))
    run(sys.executable, "-m", "mypy", "--strict", "--config-file=", program, environment=environment, folder=program.parent)  # fmt: skip
    told = {**environment, "ARTEL_URL": address, "ARTEL_TOKEN": house["ARTEL_TOKEN"]}
    said = run(sys.executable, program, environment=told, folder=program.parent)
    lines = said.splitlines()
    assert lines[0] == "late: changed_meanwhile"
    assert lines[1] == "Office furniture 120000.00 RUB"
    assert lines[2].startswith("['stage', ")
    assert lines[3] == "2 changes"
