"""A large file in the browser while its web processes and its worker are killed: every row counts once, and memory does not grow.

Few rows by default; a million with

    ARTEL_TEST_ROWS=1000000 python -m pytest -m journey tests/journeys/test_a_large_file.py --database postgres -n0 -s
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import killing
from forking import Parent
from serving import COMMAND, Server, free_port

from .conftest import _sign_in

ROWS = int(os.environ.get("ARTEL_TEST_ROWS") or 6000)
BAD, REPEATED = 50, 40
"""Of so many rows one has a bad phone, of so many one is the row before it."""
TELLING_ROWS = 100_000
"""Of fewer, most are done before the worker that was started anew has begun, and its memory says nothing."""
PATIENCE_SECONDS = max(120, ROWS // 300)
PASSWORD = "Причал-гавань-7"

TELL = """
from artel.domains.partners.models import Partner, PartnerContactPoint
from artel.exchange.models import ImportRun
from artel.site.doctor import examine
from artel.kernel.journal.models import RowChange
run = ImportRun.objects.get()
rows = Partner.objects.filter(name__startswith="Волга ")
print(json.dumps({
    "partners": rows.count(), "names": rows.values("name").distinct().count(), "codes": rows.values("code").distinct().count(),
    "phones": PartnerContactPoint.objects.filter(owner__in=rows).count(),
    "inserts": RowChange.objects.filter(row_id__in=rows.values("pk"), op="i").count(),
    "run": [run.total, run.created, run.updated, run.skipped, run.refused],
    "ill": [f"{part.name}: {said}" for part in examine() for said in part.findings],
}))
"""


@dataclass(frozen=True)
class House:
    """A base with a server of two processes and a worker, as a company runs them."""

    server: Server

    @property
    def environment(self) -> dict[str, str]:
        return self.server.environment

    def web_processes(self) -> list[int]:
        """Those that answer pages; the server that watches over them is not one."""
        server = self.server.processes[0].pid
        found = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return [one for one in map(int, found) if b"tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()]

    def kill_a_web_process(self) -> None:
        before = self.web_processes()
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + 60
        while set(self.web_processes()) <= set(before) or len(self.web_processes()) < len(before):
            assert time.monotonic() < until, "no other one was started in its place"
            time.sleep(0.2)

    def kill_the_worker(self) -> None:
        self.server.processes[-1].kill()
        self.server.processes.pop().wait()
        self.server.begin_worker()

    def memory(self) -> int:
        """Kilobytes that the worker holds of its own."""
        lines = Path(f"/proc/{self.server.processes[-1].pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("RssAnon:")).split()[1])


@pytest.fixture
def house(new_home: Callable[[], dict[str, str]]) -> Iterator[House]:
    environment = {**new_home(), "ARTEL_LARGEST_FILE": "500"}
    subprocess.run(
        [*COMMAND, "user", "add", "boss", "--role", "administrator", "--language", "ru", "--password-stdin"],
        env=environment,
        input=PASSWORD.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    made = House(Server(environment, free_port(), workers=2))
    yield made
    made.server.stop()


def saved(path: Path) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write("Наименование;Телефон;Комментарий\n")
        for number in range(ROWS):
            same = number - 1 if number % REPEATED == REPEATED - 1 else number
            phone = "нет" if same % BAD == 7 else f"+7495{same:07}"
            file.write(f"Волга {same:07};{phone};Звонили в сентябре, просили прислать условия поставки\n")
    return path


@pytest.mark.only_on(
    "postgres", "two killed processes are enough there", unless="ARTEL_TEST_ROWS" in os.environ
)
def test_every_row_counts_once_while_processes_are_killed(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    house.server.wait_for("/sign-in", 200)
    tab = browser.new_page(base_url=f"http://127.0.0.1:{house.server.port}", locale="ru-RU")
    _sign_in(tab, "boss", PASSWORD)
    tab.goto("/partners/import")
    tab.set_input_files("#f-file", saved(tmp_path / "clients.csv"))
    tab.keyboard.press("Control+s")
    tab.wait_for_url("**/partners/import/*", timeout=PATIENCE_SECONDS * 1000)
    begun = time.monotonic()
    tab.locator("button[value=import]").click()
    tab.wait_for_url("**/imports/*", timeout=PATIENCE_SECONDS * 1000)
    held = []
    for share, act in (
        (0.1, house.kill_a_web_process),
        (0.3, house.kill_a_web_process),
        (0.5, house.kill_the_worker),
        (0.6, lambda: None),
        (0.95, lambda: None),
    ):
        _until(tab, share)
        if share > 0.5:
            held.append(house.memory())
        act()
    counts = tab.locator("main .equation .v")
    expect(counts).to_have_count(5, timeout=PATIENCE_SECONDS * 1000)
    took = time.monotonic() - begun
    sys.stderr.write(f"{ROWS} rows in {took:.0f} s ({ROWS / took:.0f} a second), the worker held {held} kB\n")
    repeated, bad = _expected()
    wanted = [ROWS, ROWS - repeated - bad, 0, repeated, bad]
    assert [_number(one) for one in counts.all_inner_texts()] == wanted
    tab.close()

    with Parent(house.environment) as parent:
        asked = killing.run(parent, TELL, "", patience=PATIENCE_SECONDS)
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)
    assert told.pop("run") == wanted
    assert told.pop("ill") == []
    assert set(told.values()) == {wanted[1]}, told
    if ROWS >= TELLING_ROWS:
        assert held[-1] < held[0] * 1.3


def _expected() -> tuple[int, int]:
    """How many rows repeat a good one, and how many have no phone."""
    rows = [number - 1 if number % REPEATED == REPEATED - 1 else number for number in range(ROWS)]
    bad = sum(same % BAD == 7 for same in rows)
    return sum(number != same and same % BAD != 7 for number, same in enumerate(rows)), bad


def _number(text: str) -> int:
    return int("".join(one for one in text if one.isdigit()))


def _until(tab: Page, share: float) -> None:
    """Wait until so much is done, by what the page itself says."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        # In one look: the bar goes with the last row.
        here = tab.evaluate("(bar => bar && [bar.value, bar.max])(document.querySelector('main progress'))")
        if here is None or here[0] >= share * here[1]:
            return
        time.sleep(0.2)
    raise AssertionError("nothing moved")
