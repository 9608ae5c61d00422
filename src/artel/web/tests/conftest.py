"""Toy screens and three people: alice owns, bob is her colleague who sees his own, charlie has no role at all."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the toys have screens while a test of this room runs."""
    from artel.screens import registry
    from artel.screens.vocabulary import SectionOfMenu

    from .toys import ENTITIES

    monkeypatch.setattr(registry, "_entities", {each.name: each for each in ENTITIES})
    monkeypatch.setattr(registry, "_by_path", {each.path: each for each in ENTITIES})
    monkeypatch.setattr(registry, "_contributions", {})
    section = SectionOfMenu(code="toys", label="Toys", icon="horse-toy")
    monkeypatch.setattr(registry, "_sections", {"toys": section})


@pytest.fixture
def alice(db: None) -> Any:
    from .toys import person

    return person("alice", "Alice Lee", "toys.*", "kernel.*")


@pytest.fixture
def bob(db: None) -> Any:
    from artel.kernel.roles import Reach

    from .toys import person

    return person("bob", "Bob Reed", "toys.*", "kernel.view_token", "kernel.view_user", reach=Reach.OWN)


@pytest.fixture
def charlie(db: None) -> Any:
    from .toys import person

    return person("charlie", "Charlie Fox")
