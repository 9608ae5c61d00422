"""A house of its own for a test: its home, its base, and what is done to it by processes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from forking import PATIENCE_SECONDS, Child, Parent
from serving import COMMAND

BEGIN = """
import json, os, sys
from artel.domains.company.factories import HOUSE
"""

FILL = """
from artel.domains.partners.factories import contact, partner
from artel.kernel.files.commands import add_file
from artel.kernel.files.receiving import receive
firms = [partner(f"Волга {number}", HOUSE) for number in range(20)]
orlova = contact(firms[0], "Орлова")
add_file(HOUSE, blob=receive([b"the plan of the house"]), name="plan.txt", entity="partners.partner", record=firms[0].pk)
print(json.dumps({"orlova": str(orlova.pk)}))
"""

ERASE = """
from artel.domains.partners.commands import erase_person
from artel.domains.partners.models import Person
erase_person(HOUSE, Person.objects.get(pk=sys.argv[1]))
"""

LOOK = {
    "partners": "SELECT name FROM partners_partner ORDER BY name",
    "people": "SELECT last_name FROM partners_person ORDER BY last_name",
    "sets": "SELECT count(*) FROM journal_changeset WHERE command LIKE 'partners.add%'",
    "blobs": "SELECT sha256 FROM files_blob ORDER BY sha256",
}

WRITE = """
import time
from artel.domains.partners.factories import partner
number = 0
while not os.path.exists(sys.argv[1]):
    number += 1
    partner(f"Нева {number}", HOUSE)
    print(number, flush=True)
"""
"""Makes clients until a file appears, and tells how many there are."""


class Looked(NamedTuple):
    """The names of clients and contact people, how many change sets made clients, what the files say."""

    partners: list[str]
    people: list[str]
    sets: int
    files: list[str]


@dataclass
class House:
    """A base and a home, by the environment of processes that know them."""

    environment: dict[str, str]

    @property
    def home(self) -> Path:
        return Path(self.environment["ARTEL_HOME"])

    _loaded: Parent | None = None

    def _parent(self) -> Parent:
        if self._loaded is None:
            self._loaded = Parent(self.environment)
        return self._loaded

    def close(self) -> None:
        """Who begins a process next begins it from nothing: with another key, say."""
        if self._loaded:
            self._loaded.__exit__()
        self._loaded = None

    def artel(self, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
        """The program of the house; begun from nothing when more is said by the environment."""
        if not more:
            run = self._parent().artel(*words)
            if words[0] == "restore":
                self.close()
            return run
        line = [*COMMAND, *map(str, words)]
        surroundings = {**self.environment, **more}
        return subprocess.run(
            line, env=surroundings, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )

    def done(self, *words: object, **more: str) -> dict[str, Any]:
        """The JSON answer of a command that must succeed."""
        run = self.artel(*words, "--json", **more)
        assert run.returncode == 0, run.stderr
        answer: dict[str, Any] = json.loads(run.stdout)
        return answer

    def refused(self, *words: object, **more: str) -> str:
        """The sentence of a command that must fail, and leave nothing on stdout."""
        run = self.artel(*words, **more)
        assert (run.returncode, run.stdout) == (1, ""), run.stderr
        return run.stderr.strip().splitlines()[-1]

    def inside(self, script: str, *words: str) -> str:
        run = self._parent().run(BEGIN + script, *words)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def begun(self, script: str, *words: str) -> Child:
        return self._parent().begin(BEGIN + script, *words)

    def look(self) -> Looked:
        """What stands in the base and lies in the home, read without the product."""
        with closing(self._base()) as base:
            found = {name: [row[0] for row in base.execute(asked).fetchall()] for name, asked in LOOK.items()}
        files = [next((self.home / "files").glob(f"??/??/{name}")).read_text() for name in found["blobs"]]
        return Looked(found["partners"], found["people"], found["sets"][0], files)

    def _base(self) -> sqlite3.Connection | psycopg.Connection[Any]:
        address = self.environment["ARTEL_DATABASE_URL"]
        if file := address.removeprefix("sqlite:///") if address.startswith("sqlite") else "":
            return sqlite3.connect(file)
        return psycopg.connect(address)
