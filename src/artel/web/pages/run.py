"""A job with its progress, and what came of it. One's own jobs are seen by everybody, others' by right."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from artel.kernel.jobs.declare import kinds
from artel.kernel.jobs.models import Job
from artel.web.frame import Frame
from artel.web.guard import actor_of, signed_in
from artel.web.render import page
from artel.web.runs import RunStory


@signed_in
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of a job; `run-progress` asks for its part until the job has ended."""
    job = Job.objects.visible_to(actor_of(request)).filter(pk=key).select_related("user").first()
    if job is None:
        raise Http404(str(key))
    kind = kinds.get(job.name)
    label = str(kind.label) if kind and kind.label else job.name
    context = {"frame": Frame(label or _("Job"), slim=True), "run": RunStory(job, label)}
    return page(request, "web/run.html", context, part="web/run_part.html")
