"""Edits of many records on their way: how far they came, and steering them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from artel.kernel.access import restrict, view_permission
from artel.kernel.commands import Command, find
from artel.kernel.jobs.commands import cancel_job, pause_job, resume_job
from artel.kernel.jobs.models import Job
from artel.screens.bulk.matching import bulk_change

from .calls import Call, answer
from .problems import no_such_address, not_found

STEERING: Mapping[str, Command] = {"pause": pause_job, "resume": resume_job, "cancel": cancel_job}


def run(call: Call, key: UUID) -> HttpResponse:
    """How far an ordered edit came; its refused rows, as far as the caller may see them."""
    job, entity = _seen(call, key)
    reached = job.result or job.checkpoint
    counts = {name: reached.get(name, 0) for name in ("rows", "changed", "unchanged", "refused")}
    document = {
        "id": str(job.pk),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "error": job.error,
        "change_set": reached.get("change_set") if counts["changed"] else None,
        **counts,
        "problems": _told(call, entity, reached.get("refusals", ())),
    }
    return answer(document)


def steer(call: Call, key: UUID, word: str) -> HttpResponse:
    """Pause an edit, let it go on, cancel it; what it has done by then stays and may be undone."""
    if word not in STEERING:
        raise no_such_address()
    job, _entity = _seen(call, key)
    STEERING[word](call.actor, job)
    return run(call, key)


def _seen(call: Call, key: UUID) -> tuple[Job, Any]:
    """The job and the records that it changes. Raises Problem 404."""
    jobs = Job.objects.visible_to(call.actor) | Job.objects.filter(user=call.actor.user_id)
    job = jobs.filter(pk=key, name=bulk_change.name).first()
    entity = _entity(job) if job else None
    if job is None or entity is None or not call.actor.has(view_permission(entity)):
        raise not_found()
    return job, entity


def _entity(job: Job) -> Any:
    """The records that the job changes."""
    try:
        return find(job.arguments["command"]).model
    except KeyError:
        return None


def _told(call: Call, model: Any, refusals: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    keys = [key for key, _sentence in refusals]
    rows = restrict(model._default_manager.filter(pk__in=keys), call.actor, view_permission(model))
    seen = {str(key) for key in rows.values_list("pk", flat=True)} if keys else set()
    return [{"id": key, "detail": sentence} for key, sentence in refusals if key in seen]
