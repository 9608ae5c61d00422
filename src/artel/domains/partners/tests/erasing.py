"""A base in a file, of its own process: a person comes, changes and is erased. Answers whether the file knew and knows her."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django
from django.core.management import call_command

WORDS = ("Орлова".encode(), "орлова".encode(), b"8460001427", "орл".encode())


def main(home: str) -> None:
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    from artel.domains.partners.commands import erase_person, people
    from artel.domains.partners.factories import HOUSE, contact, partner
    from artel.kernel.jobs.worker import drain

    made = contact(partner("Волга"), "Орлова", phone="8 846 000 14 27")
    people.change(HOUSE, made, comment="Орлова не пишет писем" * 20)
    people.change(HOUSE, made, last_name="Орлова-Белова", comment="")
    knew = is_known(home)
    erase_person(HOUSE, made)
    drain()
    sys.stdout.write(json.dumps([knew, is_known(home)]))


def is_known(home: str) -> bool:
    files = [path.read_bytes() for path in Path(home).glob("base.sqlite3*")]
    return any(word in content for word in WORDS for content in files)


if __name__ == "__main__":
    main(sys.argv[1])
