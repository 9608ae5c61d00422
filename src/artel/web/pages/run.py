"""Jobs and imports with their progress, and what came of them. One's own are seen by everybody, others' by right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from artel.exchange.tabular.refusing import refused_path
from artel.exchange.work import job_of, seen_by
from artel.kernel.actors import Actor
from artel.kernel.jobs import steering
from artel.kernel.jobs.models import Job
from artel.kernel.refusals import NotThere, Refused
from artel.web.frame import Frame, tell
from artel.web.guard import actor_of, signed_in
from artel.web.render import page, wants_part
from artel.web.runs import RunStory, seen_import, seen_job


@signed_in
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of a job; `run-progress` follows it until the job has ended."""
    return _shown(request, seen_job(actor_of(request), key))


@signed_in
def import_run(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of an import."""
    return _shown(request, seen_import(actor_of(request), key))


@signed_in
@require_POST
def steer(request: HttpRequest, key: UUID, act: str) -> HttpResponse:
    """Pause a job, let it go on, cancel it."""
    actor = actor_of(request)
    return _steered(request, act, Job.objects.visible_to(actor).filter(pk=key).first(), seen_job)


@signed_in
@require_POST
def steer_import(request: HttpRequest, key: UUID, act: str) -> HttpResponse:
    """The same of an import."""
    known = seen_by(actor_of(request), key)
    return _steered(request, act, job_of(known) if known else None, seen_import)


def _steered(
    request: HttpRequest, act: str, job: Job | None, seen: Callable[[Actor, UUID], RunStory | None]
) -> HttpResponse:
    """Where the work is after the act; what came in between is told."""
    actor, key = actor_of(request), request.resolver_match.kwargs["key"]  # type: ignore[union-attr]
    if job is None or act not in steering.STEERING:
        raise Http404(act)
    try:
        steering.steer(actor, job, act)
    except NotThere as refusal:
        raise Http404(str(refusal)) from refusal
    except Refused as refusal:
        tell(request, str(refusal.sentence))
    story = seen(actor, key)
    if story is None:
        raise Http404(act)
    return _shown(request, story) if wants_part(request) else HttpResponseRedirect(story.address)


@signed_in
def refused(request: HttpRequest, key: UUID) -> FileResponse:
    """The refused rows with line, column and reason, to be mended and imported again."""
    known = seen_by(actor_of(request), key)
    path = refused_path(Path(known.file)) if known else None
    if path is None or not path.exists():
        raise Http404(str(key))
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8"
    )


def _shown(request: HttpRequest, story: RunStory | None) -> HttpResponse:
    if story is None:
        raise Http404
    context = {"frame": Frame(story.label, slim=True), "run": story}
    return page(request, "web/run.html", context, part="web/run_part.html")
