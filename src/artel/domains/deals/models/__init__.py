"""Deals and their directories, gathered for Django."""

from .deal import Deal, DealStage, DealStatus
from .kinds import DealKind, DealType, KindStage, Stage
from .parts import DealFirstInterest, DemandRow, Participant
from .reasons import DissatisfactionReason, LossReason, ParticipantRole
from .totals import DealTotals

__all__ = [
    "Deal",
    "DealFirstInterest",
    "DealKind",
    "DealStage",
    "DealStatus",
    "DealTotals",
    "DealType",
    "DemandRow",
    "DissatisfactionReason",
    "KindStage",
    "LossReason",
    "Participant",
    "ParticipantRole",
    "Stage",
]
