"""Acts on deals, gathered for those who declare screens and resources."""

from .copying import copy_deal, reassign_deal
from .deals import change_deal, mark_deal, open_deal, unmark_deal
from .demand import add_demand_row, change_demand_row, remove_demand_row, set_demand
from .kind_stages import list_stage, place_stages, unlist_stage
from .kinds import dissatisfaction_reasons, kinds, loss_reasons, participant_roles, stages
from .known_rows import record_stage_rows
from .moves import close_deal, lose_deal, move_deal, reopen_deal, restart_stage, resume_deal, win_deal
from .participants import add_participant, change_participant, remove_participant
from .potential import calculate_potential

__all__ = [
    "add_demand_row",
    "add_participant",
    "calculate_potential",
    "change_deal",
    "change_demand_row",
    "change_participant",
    "close_deal",
    "copy_deal",
    "dissatisfaction_reasons",
    "kinds",
    "list_stage",
    "lose_deal",
    "loss_reasons",
    "mark_deal",
    "move_deal",
    "open_deal",
    "participant_roles",
    "place_stages",
    "reassign_deal",
    "record_stage_rows",
    "remove_demand_row",
    "remove_participant",
    "reopen_deal",
    "restart_stage",
    "resume_deal",
    "set_demand",
    "stages",
    "unlist_stage",
    "unmark_deal",
    "win_deal",
]
