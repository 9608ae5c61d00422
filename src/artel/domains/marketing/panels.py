"""What the start page shows of marketing events."""

from __future__ import annotations

from artel.kernel.actors import Actor
from artel.web.blocks import RowsBlock, rows_block

from .models import MarketingEvent


def open_events(actor: Actor, _record: None) -> RowsBlock | None:
    """Events that are not finished, the nearest first; None for who sees none."""
    rows = MarketingEvent.objects.present().filter(is_finished=False).order_by("planned_start_on", "pk")
    columns = ["name", "planned_start_on", "planned_end_on", "responsible"]
    block = rows_block(actor, "marketing.marketingevent", rows, columns, query="is_finished=false")
    return block if block and block.rows else None
