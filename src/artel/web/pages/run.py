"""Jobs and imports with their progress, and what came of them. One's own are seen by everybody, others' by right."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from artel.exchange.tabular.refusing import refused_path
from artel.web.frame import Frame
from artel.web.guard import actor_of, signed_in
from artel.web.render import page
from artel.web.runs import RunStory, import_seen_by, seen_import, seen_job


@signed_in
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of a job; `run-progress` follows it until the job has ended."""
    return _shown(request, seen_job(actor_of(request), key))


@signed_in
def import_run(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of an import."""
    return _shown(request, seen_import(actor_of(request), key))


@signed_in
def refused(request: HttpRequest, key: UUID) -> FileResponse:
    """The refused rows with line, column and reason, to be mended and imported again."""
    known = import_seen_by(actor_of(request), key)
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
