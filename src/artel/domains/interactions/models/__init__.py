"""Interactions, who takes part in them, and what is counted of them, gathered for Django."""

from .digest import TalkDigest
from .interaction import (
    AHEAD,
    Direction,
    Importance,
    Interaction,
    InteractionKind,
    InteractionState,
)
from .participant import InteractionParticipant, PartTaken

__all__ = [
    "AHEAD",
    "Direction",
    "Importance",
    "Interaction",
    "InteractionKind",
    "InteractionParticipant",
    "InteractionState",
    "PartTaken",
    "TalkDigest",
]
