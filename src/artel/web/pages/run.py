"""Jobs and imports with their progress, and what came of them. One's own are seen by everybody, others' by right."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from artel.exchange.models import ImportRun
from artel.exchange.tabular.refusing import refused_path
from artel.kernel.jobs.declare import kinds
from artel.kernel.jobs.models import Job
from artel.screens import registry
from artel.web.frame import Frame
from artel.web.guard import actor_of, signed_in
from artel.web.rail import title_of
from artel.web.render import page
from artel.web.runs import RunStory, story_of_import, story_of_job


@signed_in
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of a job; `run-progress` asks for its part until the job has ended."""
    job = Job.objects.visible_to(actor_of(request)).filter(pk=key).select_related("user").first()
    if job is None:
        raise Http404(str(key))
    kind = kinds.get(job.name)
    label = str(kind.label) if kind and kind.label else job.name
    return _shown(request, story_of_job(job, label))


@signed_in
def import_run(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of an import."""
    known = _import(request, key)
    entity = next((one for one in registry.all_entities() if one.path == known.entity), None)
    name = title_of(entity) if entity else known.entity
    label = _("Import: %(what)s, %(file)s") % {"what": name, "file": Path(known.file).name}
    return _shown(request, story_of_import(known, label))


@signed_in
def refused(request: HttpRequest, key: UUID) -> FileResponse:
    """The refused rows with line, column and reason, to be mended and imported again."""
    path = refused_path(Path(_import(request, key).file))
    if not path.exists():
        raise Http404(str(key))
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8"
    )


def _import(request: HttpRequest, key: UUID) -> Any:
    actor = actor_of(request)
    own = ImportRun.objects.filter(user=actor.user_id)
    found = (ImportRun.objects.visible_to(actor) | own).filter(pk=key).select_related("user").first()
    if found is None:
        raise Http404(str(key))
    return found


def _shown(request: HttpRequest, story: RunStory) -> HttpResponse:
    context = {"frame": Frame(story.label, slim=True), "run": story}
    return page(request, "web/run.html", context, part="web/run_part.html")
