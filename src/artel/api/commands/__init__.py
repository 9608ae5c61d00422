"""Acts on web-hooks and their deliveries. Sending itself is the work of a job; what people order is noted in the journal."""

from .deliveries import drop_dead_letters, drop_delivery, resend_dead_letters, resend_delivery
from .moving import (
    pause_by_itself,
    pause_webhook,
    replay_webhook,
    resume_webhook,
    send_test_event,
    skip_webhook,
)
from .settings import TELLS, add_webhook, change_webhook, mark_webhook, renew_secret, unmark_webhook
from .told import leave_kind_out, tell_every_kind, tell_kind

__all__ = [
    "TELLS",
    "add_webhook",
    "change_webhook",
    "drop_dead_letters",
    "drop_delivery",
    "leave_kind_out",
    "mark_webhook",
    "pause_by_itself",
    "pause_webhook",
    "renew_secret",
    "replay_webhook",
    "resend_dead_letters",
    "resend_delivery",
    "resume_webhook",
    "send_test_event",
    "skip_webhook",
    "tell_every_kind",
    "tell_kind",
    "unmark_webhook",
]
