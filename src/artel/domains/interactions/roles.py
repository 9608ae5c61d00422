"""What the shipped roles may do with interactions."""

from __future__ import annotations

from artel.kernel.permissions import declare

_SEEING = ("interactions.view_interaction", "interactions.view_interactionparticipant")
_WRITING = (
    "interactions.add_interaction",
    "interactions.change_interaction",
    "interactions.delete_interaction",
)

declare("sales_manager", *_SEEING, *_WRITING)
declare("head", "interactions.*")
declare("marketer", *_SEEING, *_WRITING)
