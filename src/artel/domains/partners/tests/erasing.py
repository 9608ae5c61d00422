"""A base in a file, of its own process: a person comes, changes and is erased. Answers whether the file knew and knows her."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

WORDS = ("Орлова".encode(), "орлова".encode(), b"8460001427", "орл".encode())


def main(file: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
    django.setup()
    from artel.domains.partners.commands import erase_person, people
    from artel.domains.partners.factories import HOUSE, contact, partner
    from artel.kernel.jobs.worker import drain

    made = contact(partner("Волга"), "Орлова", phone="8 846 000 14 27")
    people.change(HOUSE, made, comment="Орлова не пишет писем" * 20)
    people.change(HOUSE, made, last_name="Орлова-Белова", comment="")
    knew = is_known(file)
    erase_person(HOUSE, made)
    drain()
    sys.stdout.write(json.dumps([knew, is_known(file)]))


def is_known(file: str) -> bool:
    """The base with its log."""
    path = Path(file)
    files = [each.read_bytes() for each in path.parent.glob(f"{path.name}*")]
    return any(word in content for word in WORDS for content in files)


if __name__ == "__main__":
    main(sys.argv[1])
