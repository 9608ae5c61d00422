"""Three people of a sales department, each with a program that acts for them."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def people(db):
    """alice owns records, bob is her colleague in the same role, head sees all; each with a program."""
    from artel.domains.company.factories import person
    from artel.kernel.roles import Reach

    from .programs import Program, program

    alice = person("alice", "sales_manager", reach=Reach.OWN)
    bob = person("bob", "sales_manager", reach=Reach.OWN)
    head = person("holly", "head", reach=Reach.ALL)
    nobody = person("nemo")
    admin = person("ada", "administrator")
    return SimpleNamespace(
        alice=alice,
        bob=bob,
        head=head,
        nobody=nobody,
        as_alice=program(alice),
        as_bob=program(bob),
        as_head=program(head),
        as_nobody=program(nobody),
        as_admin=program(admin),
        as_stranger=Program(),
    )


@pytest.fixture
def firm(people):
    from artel.domains.partners.factories import partner

    return partner("Ромашка", people.alice, inn="7707083893")
