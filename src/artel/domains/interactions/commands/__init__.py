"""Acts on interactions, gathered for those who declare screens and resources."""

from .chains import add_participant, create_from, remove_participant, set_subject
from .recording import (
    BY_KIND,
    change_interaction,
    mark_interaction,
    plan_contact,
    record_call,
    record_interaction,
    record_letter,
    record_meeting,
    record_note,
    record_sms,
    unmark_interaction,
)
from .steps import (
    cancel_interaction,
    finish_interaction,
    postpone_interaction,
    review_interaction,
    review_interaction_later,
    start_interaction,
    unreview_interaction,
)

__all__ = [
    "BY_KIND",
    "add_participant",
    "cancel_interaction",
    "change_interaction",
    "create_from",
    "finish_interaction",
    "mark_interaction",
    "plan_contact",
    "postpone_interaction",
    "record_call",
    "record_interaction",
    "record_letter",
    "record_meeting",
    "record_note",
    "record_sms",
    "remove_participant",
    "review_interaction",
    "review_interaction_later",
    "set_subject",
    "start_interaction",
    "unmark_interaction",
    "unreview_interaction",
]
