"""A house of its own for a test: its home, its base, and what is done to it by processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

LOOK = """
from artel.domains.partners.models import Partner, Person
from artel.kernel.journal.models import ChangeSet
from artel.kernel.files.models import Blob
from artel.kernel.files.stores import store
print(json.dumps({
    "partners": sorted(Partner.objects.values_list("name", flat=True)),
    "people": sorted(Person.objects.values_list("last_name", flat=True)),
    "sets": ChangeSet.objects.filter(command__startswith="partners.add").count(),
    "files": [store().open(blob.sha256).read().decode() for blob in Blob.objects.all()],
}))
"""

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

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.inside(LOOK))
        return found


def house(environment: Mapping[str, str]) -> House:
    return House({**environment, "ARTEL_LANGUAGE": "en"})
