"""What the shipped roles may do with deals."""

from __future__ import annotations

from artel.kernel.permissions import declare

_VIEW = (
    "deals.view_deal",
    "deals.view_dealstage",
    "deals.view_participant",
    "deals.view_demandrow",
    "deals.view_dealfirstinterest",
    "deals.view_dealkind",
    "deals.view_stage",
    "deals.view_kindstage",
    "deals.view_lossreason",
    "deals.view_dissatisfactionreason",
    "deals.view_participantrole",
)

declare("sales_manager", *_VIEW, "deals.add_deal", "deals.change_deal", "deals.delete_deal")
declare("head", "deals.*")
declare("marketer", *_VIEW)
