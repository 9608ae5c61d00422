"""A disk is really full under a running server and worker: it is said in words, nothing stays half done, and work goes on once there is room."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.backup.house import House

from serving import Server, free_port

MEGABYTE = 1 << 20
LEFT = 4 * MEGABYTE
"""Enough to order work, far too little to do it."""
ROWS, EDITED = 2500, 400
PATIENCE_SECONDS = 90
FULL = "The disk of the server is full."

SCRIPT = """
from pathlib import Path
from django.conf import settings
from django.test import Client
from artel.domains.partners.commands import partners
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.exchange.models import ImportRun, PreparedImport
from artel.exchange.tabular.importing import ImportOptions, open_import
from artel.exchange.work import owe
from artel.kernel.actors import Actor
from artel.kernel.files.models import Blob, File
from artel.kernel.jobs.models import Job
from artel.kernel.people import User
from artel.screens.bulk import matching
from artel.screens.bulk.edits import edit_of
from artel.screens.filters import Leaf
from artel.screens.registry import resource
word, *given = sys.argv[1:]
boss = Actor.person(User.objects.get(login="boss"))
if word == "begin":
    rows = [partners.add.args(name=f"Нева {number}", kind="company") for number in range(int(given[0]))]
    from artel.kernel.acts import Line
    partners.add.run(boss, [Line(row) for row in rows])
    seat = Client()
    seat.force_login(boss.user, backend="django.contrib.auth.backends.ModelBackend")
    print(json.dumps({"session": seat.cookies["sessionid"].value, "partner": str(Partner.objects.first().pk)}))
elif word == "order":
    path = Path(given[0])
    path.write_text("name;phone;comment\\n" + "\\n".join(f"Волга {row};+7495{1000000 + row};{'x' * 60}" for row in range(int(given[1]))))
    owe(open_import(boss, resource("partners"), path, ImportOptions()), path)
    values = {"comment": "y" * 200}
    found = matching.Matching(Leaf("name", "contains", "Нева"))
    matching.order(edit_of(boss, partners.change, partners.change.read(values, boss)), found)
elif word == "tell":
    run = ImportRun.objects.first()
    jobs = Job.objects.filter(name__in=["exchange.import", "screens.bulk_change"]).order_by("name")
    print(json.dumps({
        "partners": Partner.objects.count(),
        "edited": Partner.objects.filter(comment__startswith="yyy").count(),
        "run": run and [run.state, run.total, run.created, run.refused, run.adds_up],
        "jobs": [[job.state, job.failures, job.error] for job in jobs],
        "files": [Blob.objects.count(), File.objects.count(), PreparedImport.objects.count()],
    }))
"""


@dataclass(frozen=True)
class Disk:
    """A small disk of its own, and what takes its room away."""

    path: Path

    @property
    def ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self, left: int = 0) -> None:
        """To the last byte, but for `left`."""
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            for size in (1 << 16, 1 << 9, 1):
                with suppress(OSError):
                    while file.write(b"\0" * size) == size:
                        pass
            file.truncate(max(0, file.tell() - left))

    def make_room(self) -> None:
        self.ballast.unlink()


@pytest.fixture
def disk() -> Iterator[Disk]:
    with TemporaryDirectory(prefix="artel-tests-") as folder:
        path = Path(folder) / "disk"
        path.mkdir()
        Path(folder).chmod(0o755)
        line = ["mount", "-t", "tmpfs", "-o", "size=64m", "artel-tests", str(path)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
        try:
            yield Disk(path)
        finally:
            subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.fixture
def base(disk: Disk, new_home: Callable[[], dict[str, str]]) -> Iterator[House]:
    """A base whose tables lie on the small disk; the log of PostgreSQL's server lies elsewhere, as a full one ends it."""
    environment = new_home()
    with moved(environment["ARTEL_DATABASE_URL"], disk.path) as address:
        yield House({**environment, "ARTEL_DATABASE_URL": address, "ARTEL_LANGUAGE": "en"})


@contextmanager
def moved(address: str, folder: Path) -> Iterator[str]:
    """A base is brought to another disk, as long as that is there."""
    if address.startswith("sqlite:"):
        yield f"sqlite:///{shutil.move(address.removeprefix('sqlite:///'), folder / 'artel.sqlite3')}"
        return
    import psycopg

    given = urlsplit(address)
    name = given.path[1:]
    with psycopg.connect(given._replace(path="/postgres").geturl(), autocommit=True) as told:
        (data,) = told.execute("SHOW data_directory").fetchone() or ()
        os.chown(folder, Path(data).stat().st_uid, Path(data).stat().st_gid)
        told.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        told.execute(f"ALTER DATABASE {name} SET TABLESPACE small")
        yield address
        told.execute(f"DROP DATABASE {name} WITH (FORCE)")
        told.execute("DROP TABLESPACE small")


@dataclass
class Seat:
    """Somebody's browser and program, beside a server and a worker."""

    house: House
    server: Server
    browser: httpx.Client
    program: httpx.Client
    partner: str

    def add(self, name: str) -> httpx.Response:
        return self.program.post("/api/v1/partners", json={"name": name})

    def tell(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.house.inside(SCRIPT, "tell"))
        return found


def seated(house: House) -> Iterator[Seat]:
    assert house.artel("user", "add", "boss", "--role", "administrator").returncode == 0
    known = json.loads(house.inside(SCRIPT, "begin", str(EDITED)))
    token = house.artel("token", "add", "boss").stdout.split()[-1]
    server = Server(house.environment, free_port())
    address = f"http://127.0.0.1:{server.port}"
    cookies = {"sessionid": known["session"], "csrftoken": "a" * 32}
    try:
        with (
            httpx.Client(
                base_url=address, cookies=cookies, headers={"X-CSRFToken": "a" * 32}, timeout=60
            ) as browser,
            httpx.Client(
                base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60
            ) as program,
        ):
            server.wait_for("/sign-in", 200)
            yield Seat(house, server, browser, program, known["partner"])
            assert [one.poll() for one in server.processes] == [None, None]
    finally:
        server.stop()
        house.close()


@pytest.fixture
def seat(base: House) -> Iterator[Seat]:
    yield from seated(base)


def test_work_on_a_full_base_waits_for_room_and_then_adds_up(seat: Seat, disk: Disk) -> None:
    disk.fill(LEFT)
    seat.house.inside(SCRIPT, "order", str(seat.house.home / "rows.csv"), str(ROWS))
    added, answer = 0, seat.add("Ока 0")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while answer.status_code == 201:
        assert time.monotonic() < deadline, "the disk never was full"
        disk.fill()
        added += 1
        answer = seat.add(f"Ока {added}")
    assert (answer.status_code, answer.json()["code"], "Retry-After" in answer.headers) == (
        507,
        "no_space",
        True,
    )
    assert answer.json()["detail"].startswith(FULL)

    page = seat.browser.post("/partners/new", data={"name": "Кама", "kind": "company"})
    assert page.status_code == 507, page.text
    assert FULL in page.text
    for path in ("/", "/partners", f"/partners/{seat.partner}", "/partners/new"):
        assert seat.browser.get(path).status_code == 200, "what is there can still be read"
    backup = disk.path / "a.artel"
    assert seat.house.refused("backup", backup).startswith(f"artel: {FULL}")
    assert not [one for one in disk.path.iterdir() if "a.artel" in one.name]
    time.sleep(3)  # the worker tries meanwhile
    assert [one.poll() for one in seat.server.processes] == [None, None]

    disk.make_room()
    found = followed(seat)
    assert found["run"] == ["done", ROWS, ROWS, 0, True]
    assert found["jobs"] == [["done", 0, ""], ["done", 0, ""]]
    assert (found["partners"], found["edited"]) == (EDITED + ROWS + added, EDITED)
    assert seat.add("Кама").status_code == 201
    assert seat.house.artel("backup", backup).returncode == 0
    assert seat.house.done("check", "--deep")["well"] is True


def followed(seat: Seat) -> dict[str, Any]:
    """What stands when the jobs have ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = seat.tell()
        if {state for state, *_ in found["jobs"]} <= {"done", "dead", "cancelled"}:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.5)


@pytest.fixture
def filed(disk: Disk, new_home: Callable[[], dict[str, str]]) -> Iterator[Seat]:
    """A house whose base has room, but not its home and what is laid aside for a moment."""
    (moment := disk.path / "moment").mkdir()
    small = {"ARTEL_HOME": str(disk.path / "home"), "TMPDIR": str(moment), "ARTEL_LANGUAGE": "en"}
    yield from seated(House({**new_home(), **small}))


def sent(seat: Seat) -> dict[str, httpx.Response]:
    """Everything that writes files, once: a small upload, one that is laid aside on its way, a table to import, tables that go out."""
    of = {"entity": "partners.partner", "record": seat.partner}
    small, large = b"a plan of the house" * 10, os.urandom(3 * MEGABYTE)
    table = b"name\n" + b"".join(b"Don %d\n" % number for number in range(50))
    return {
        "small": seat.program.post("/api/v1/files", data=of, files={"file": ("a.txt", small)}),
        "large": seat.program.post("/api/v1/files", data=of, files={"file": ("b.bin", large)}),
        "bare": seat.program.post("/api/v1/files", params={**of, "name": "c.bin"}, content=large),
        "import": seat.browser.post("/partners/import", files={"file": ("t.csv", table)}),
        "xlsx": seat.browser.get("/partners/export?format=xlsx"),
        "csv": seat.browser.get("/partners/export?format=csv"),
    }


WENT_WELL = {"small": 201, "large": 201, "bare": 201, "import": 302, "xlsx": 200, "csv": 200}


@pytest.mark.only_on("sqlite", "the files are the same on the other")
def test_without_room_for_files_each_is_refused_whole(filed: Seat, disk: Disk) -> None:
    assert {name: answer.status_code for name, answer in sent(filed).items()} == WENT_WELL
    files, there = filed.tell()["files"], stored(disk)
    assert files == [2, 3, 1]
    disk.fill()
    for name, answer in sent(filed).items():
        assert answer.status_code == 507, (name, answer.text)
        assert "disk of the server is full" in answer.text.lower(), (name, answer.text)
    assert (filed.tell()["files"], stored(disk)) == (files, there)
    for words in (["backup", disk.path / "a.artel"], ["export", "partners", disk.path / "a.csv"]):
        assert filed.house.refused(*words).startswith(f"artel: {FULL}")
    sealed = filed.house.artel("backup", disk.path / "a.artel", ARTEL_BACKUP_PASSPHRASE="a long passphrase")
    assert (sealed.returncode, sealed.stderr.strip().splitlines()[-1][: len(FULL) + 7]) == (
        1,
        f"artel: {FULL}",
    )
    assert stored(disk) == there
    assert filed.add("Кама").status_code == 201, "the base has room"

    disk.make_room()
    assert {name: answer.status_code for name, answer in sent(filed).items()} == WENT_WELL
    assert filed.tell()["files"] == [3, 6, 2], "the small one was stored before"
    assert filed.house.done("check", "--deep")["well"] is True


def stored(disk: Disk) -> list[str]:
    """Every file of the small disk but what fills it."""
    return sorted(str(path) for path in disk.path.rglob("*") if path.is_file() and path != disk.ballast)


LARGE = """
from artel.domains.partners.factories import partner
from artel.kernel.files.commands import add_file
from artel.kernel.files.receiving import receive
firm = partner("Волга", HOUSE)
add_file(HOUSE, blob=receive([b"x" * (3 << 20)]), name="plan.txt", entity="partners.partner", record=firm.pk)
"""


def test_what_has_no_room_is_not_restored_and_takes_none(
    disk: Disk, new_home: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    home = {"ARTEL_HOME": str(disk.path / "home"), "ARTEL_LANGUAGE": "en"}
    with closing(House({**new_home(), "ARTEL_LANGUAGE": "en"})) as large:
        large.inside(LARGE)
        large.done("backup", tmp_path / "a.artel")
    with closing(House({**new_home(), **home})) as small:
        small.inside("from artel.domains.partners.factories import partner\npartner('Ладога', HOUSE)")
        disk.fill(MEGABYTE)
        room = shutil.disk_usage(disk.path).free
        said = small.refused("restore", tmp_path / "a.artel")
        assert said == "artel: It was not restored, and all is as it was: No space left on device."
        assert shutil.disk_usage(disk.path).free == room
        assert small.look().partners == ["Ладога"]
        disk.make_room()
        small.done("restore", tmp_path / "a.artel")
        assert small.look().partners == ["Волга"]
