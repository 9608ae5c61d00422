"""A house of its own for a test: its home, its base, and what is done to it by processes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

COMMAND = [sys.executable, "-m", "artel.site.cli"]
PATIENCE_SECONDS = 120

BEGIN = """
import json, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
import django
django.setup()
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

    def artel(self, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
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
        line = [sys.executable, "-c", BEGIN + script, *words]
        run = subprocess.run(
            line, env=self.environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def begun(self, script: str, *words: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-c", BEGIN + script, *words]
        return subprocess.Popen(line, env=self.environment, stdout=subprocess.PIPE, text=True)

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


def house(environment: Mapping[str, str]) -> House:
    return House({**environment, "ARTEL_LANGUAGE": "en"})
