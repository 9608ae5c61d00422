"""Facts about interactions, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class InteractionRecorded:
    """Something was said, or is to be."""

    interaction_id: UUID


@dataclass(frozen=True)
class InteractionFinished:
    """A planned interaction took place."""

    interaction_id: UUID


@dataclass(frozen=True)
class InteractionCancelled:
    """A planned interaction will not take place."""

    interaction_id: UUID
