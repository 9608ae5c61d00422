"""Which words steer work, and for whom: the same on pages and for programs.

Who ordered a piece of work steers it himself, as long as he has the right of that work; anybody else's takes `jobs.steer_job`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from artel.kernel.access import can, of_oneself
from artel.kernel.actors import Actor
from artel.kernel.commands import Command

from .commands import STEER, VIEW, cancel_job, drop_job, pause_job, resume_job, retry_job
from .declare import kinds
from .models import Job, Wish

STEERING: Mapping[str, Command] = {
    "pause": pause_job,
    "resume": resume_job,
    "cancel": cancel_job,
    "retry": retry_job,
    "drop": drop_job,
}


def steer(actor: Actor, job: Job, word: str) -> None:
    """Do what a word of `STEERING` says. Raises Refused, Forbidden for who may only see the job."""
    STEERING[word](_as_owner(actor) if is_own(actor, job) else actor, job)


def offered(actor: Actor, job: Job) -> list[str]:
    """The words that this person may use of a job as it stands; what was asked already is not offered again."""
    fitting = [word for word, one in STEERING.items() if one.applies_to(job) and word != job.wish]
    if job.wish == Wish.CANCEL or not fitting or not (is_own(actor, job) or can(actor, STEER, job)):
        return []
    return fitting


def is_own(actor: Actor, job: Job) -> bool:
    """Whether the actor has ordered this work and may still do it, and a token's scopes let him steer."""
    kind = kinds.get(job.name)
    if kind is None or kind.may_do is None or actor.user is None or job.user_id != actor.user_id:
        return False
    is_free = all(_as_owner(actor).has(permission) for permission in (VIEW, STEER))
    return actor.user.is_active and is_free and kind.may_do(actor, job)


def _as_owner(actor: Actor) -> Actor:
    """The journal names the actor as he is; the scopes of a token narrow this right, too."""
    assert actor.user
    return replace(actor, _grants=[of_oneself(actor.user, VIEW, STEER)])
