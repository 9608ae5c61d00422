"""A head who sees all, alice who has her own, bob her colleague, and firms of both."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def people(db: None) -> Any:
    from artel.domains.company.factories import person
    from artel.kernel.roles import Reach

    return SimpleNamespace(
        holly=person("holly", "head", reach=Reach.ALL),
        alice=person("alice", "sales_manager", reach=Reach.OWN),
        bob=person("bob", "sales_manager", reach=Reach.OWN),
        nemo=person("nemo"),
    )


@pytest.fixture
def firms(people: Any) -> list[Any]:
    """Three of alice's, one of bob's; one of hers is from the north already."""
    from artel.domains.company.factories import HOUSE
    from artel.domains.partners.factories import partner

    return [
        partner("Ёлка", HOUSE, manager=people.alice.user, comment="Север"),
        partner("Клён", HOUSE, manager=people.alice.user, comment="Юг"),
        partner("Липа", HOUSE, manager=people.alice.user, comment="Юг"),
        partner("Ясень", HOUSE, manager=people.bob.user, comment="Юг"),
    ]
