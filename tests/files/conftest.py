"""A home of its own for every test, and records of alice, of bob and of nobody in particular."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def people(home, db):
    """alice and bob are salesmen with their own records, holly sees all, ada administers, charlie has no role."""
    from artel.domains.company.factories import person
    from artel.kernel.roles import Reach

    return SimpleNamespace(
        alice=person("alice", "sales_manager", reach=Reach.OWN),
        bob=person("bob", "sales_manager", reach=Reach.OWN),
        holly=person("holly", "head", reach=Reach.ALL),
        ada=person("ada", "administrator", reach=Reach.ALL),
        charlie=person("charlie"),
    )


@pytest.fixture
def records(people):
    """A partner of each."""
    from artel.domains.partners.factories import partner

    return SimpleNamespace(
        alices=partner("Ромашка", people.alice, manager=people.alice.user),
        bobs=partner("Лютик", people.bob, manager=people.bob.user),
    )
