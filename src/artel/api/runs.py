"""Work on its way, edits of many records, imports and other jobs: how far it came, and steering it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from artel.exchange.models import ImportRun
from artel.exchange.trying import check_file
from artel.exchange.work import import_file, job_of, result_of, seen_by
from artel.kernel.access import restrict, view_permission
from artel.kernel.commands import find
from artel.kernel.jobs import steering
from artel.kernel.jobs.declare import kinds
from artel.kernel.jobs.models import Job
from artel.kernel.jobs.steering import STEERING, offered
from artel.screens.bulk.matching import bulk_change

from .calls import Call, answer
from .problems import no_such_address, not_found

OF_MANY = ("rows", "changed", "unchanged", "refused")
OF_FILES = ("rows", "created", "updated", "skipped", "refused")


def run(call: Call, key: UUID) -> HttpResponse:
    """How far a job came, by its key or that of its import; refused rows of an edit, as far as the caller may see them."""
    job, entity = _seen(call, key)
    reached = _reached(job)
    is_file = job.name in {import_file.name, check_file.name}
    names = OF_FILES if is_file else OF_MANY if entity else ()
    counts = {name: reached.get(name, 0) for name in names}
    made = counts.get("changed", counts.get("created", 0) + counts.get("updated", 0))
    document = {
        "id": str(job.pk),
        "kind": job.name,
        "label": _label(job),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "error": job.error,
        "change_set": reached.get("change_set") if made else None,
        **counts,
        **({"related": reached.get("related", {})} if is_file else {}),
        "problems": _told(call, entity, reached.get("refusals", ())) if entity else [],
        "commands": offered(call.actor, job),
    }
    return answer(document)


def steer(call: Call, key: UUID, word: str) -> HttpResponse:
    """Pause work, let it go on, cancel it; what it has done by then stays and may be undone."""
    if word not in STEERING:
        raise no_such_address()
    job, _entity = _seen(call, key)
    steering.steer(call.actor, job, word)
    return run(call, key)


def _seen(call: Call, key: UUID) -> tuple[Job, Any]:
    """The job, and of an edit the records that it changes. Raises Problem 404."""
    jobs = Job.objects.visible_to(call.actor) | Job.objects.filter(user=call.actor.user_id)
    known = seen_by(call.actor, key)
    job = job_of(known) if known else jobs.filter(pk=key).first()
    if job is None:
        raise not_found()
    if job.name != bulk_change.name:
        return job, None
    entity = _entity(job)
    if entity is None or not call.actor.has(view_permission(entity)):
        raise not_found()
    return job, entity


def _label(job: Job) -> str:
    kind = kinds.get(job.name)
    return str(kind.label) if kind and kind.label else job.name


def _reached(job: Job) -> Mapping[str, Any]:
    if job.name == import_file.name:
        known = ImportRun.objects.filter(pk=job.arguments["import_run"]).first()
        return result_of(known) if known else {}
    found = job.result or job.checkpoint
    return found if isinstance(found, dict) else {}


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
