"""Addresses under /api/v1. Words that are no entity come first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from . import acting, edits, files, journal, listing, looking, records, reports, runs
from .calls import endpoint
from .openapi.document import document
from .problems import no_such_address

app_name = "api"


@csrf_exempt
def nowhere(request: HttpRequest, **_words: Any) -> HttpResponse:
    """Whatever else is asked for."""
    return no_such_address().response()


urlpatterns = [
    path("openapi.json", document, name="openapi"),
    path("search", endpoint(get=looking.search), name="search"),
    path("users/me", endpoint(get=looking.me), name="me"),
    path("reports/<slug:name>", endpoint(get=reports.report), name="report"),
    path("runs/<uuid:key>", endpoint(get=runs.run), name="run"),
    path("runs/<uuid:key>/commands/<slug:word>", endpoint(post=runs.steer), name="steer_run"),
    path("change-sets/<int:number>/undo", endpoint(post=journal.undo), name="undo"),
    path("files", files.with_reader(endpoint(get=listing.list_files, post=files.create)), name="files"),
    path("files/<uuid:key>/content", endpoint(get=files.content), name="file_content"),
    path(
        "files/<uuid:key>/versions",
        files.with_reader(endpoint(get=files.versions, post=files.renew)),
        name="file_versions",
    ),
    path(
        "files/<uuid:key>/versions/<int:number>/content", endpoint(get=files.content), name="version_content"
    ),
    path("<slug:path>", endpoint(get=listing.list_records, post=records.create), name="list"),
    path("<slug:path>/bulk", endpoint(post=edits.bulk), name="bulk"),
    path(
        "<slug:path>/<uuid:key>",
        endpoint(get=records.read, patch=records.change, delete=records.mark),
        name="record",
    ),
    path("<slug:path>/<uuid:key>/history", endpoint(get=journal.history), name="history"),
    path("<slug:path>/<uuid:key>/commands/<slug:name>", endpoint(post=acting.act), name="command"),
    re_path(r"^[\s\S]*$", nowhere),
]
