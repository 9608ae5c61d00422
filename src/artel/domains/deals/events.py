"""Facts about deals, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class DealOpened:
    """A deal was begun."""

    deal_id: UUID


@dataclass(frozen=True)
class DealMoved:
    """A deal went to another stage of its kind, further or back."""

    deal_id: UUID
    from_stage_id: UUID
    to_stage_id: UUID


@dataclass(frozen=True)
class DealWon:
    """A deal was won."""

    deal_id: UUID


@dataclass(frozen=True)
class DealLost:
    """A deal was lost for a reason."""

    deal_id: UUID
    loss_reason_id: UUID


@dataclass(frozen=True)
class DealReopened:
    """A finished deal is in work again."""

    deal_id: UUID
