"""Partners for tests and other rooms' tests."""

from __future__ import annotations

from typing import Any

from artel.kernel.actors import Actor

from .commands import partners, people
from .models import Partner, Person

HOUSE = Actor.system("tests")


def partner(name: str, actor: Actor = HOUSE, **more: Any) -> Partner:
    """A partner, by default a client registered by the house itself."""
    made: Partner = partners.add(actor, name=name, **more)
    return made


def contact(of: Partner, last_name: str, actor: Actor = HOUSE, **more: Any) -> Person:
    """A person who acts for the partner."""
    made: Person = people.add(actor, partner=of, last_name=last_name, **more)
    return made
