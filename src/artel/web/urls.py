"""Addresses of the pages: a word for what belongs to nobody, then `/<path of the entity>/…`."""

from __future__ import annotations

from django.urls import path

from .pages import (
    act,
    card,
    errors,
    files,
    form,
    history,
    home,
    lookup,
    numbering,
    personal,
    place,
    report,
    run,
    sign_in,
    table,
    timeline,
    undo,
    why,
)

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("settings", personal.personal, name="settings"),
    path("settings/password", personal.password, name="password"),
    path("settings/look", personal.look, name="look"),
    path("settings/theme", personal.theme, name="theme"),
    path("keys", home.keys, name="keys"),
    path("more", home.more, name="more"),
    path("find", home.find, name="find"),
    path("offline", errors.offline, name="offline"),
    path("undo/<int:change_set>", undo.undo, name="undo"),
    path("runs/<uuid:key>", run.run, name="run"),
    path("imports/<uuid:key>", run.import_run, name="import_run"),
    path("imports/<uuid:key>/refused", run.refused, name="refused"),
    path("numbering", numbering.numbering, name="numbering"),
    path("reports", report.reports, name="reports"),
    path("reports/<slug:name>", report.report, name="report"),
    path("reports/<slug:name>/rows", report.rows_behind, name="drill"),
    path("reports/<slug:name>/export", report.export, name="report_export"),
    path("lookup/<str:name>", lookup.lookup, name="lookup"),
    path("<slug:path>", table.table, name="table"),
    path("<slug:path>/count", table.count, name="count"),
    path("<slug:path>/columns", table.columns, name="columns"),
    path("<slug:path>/export", files.export, name="export"),
    path("<slug:path>/import", files.import_file, name="import"),
    path("<slug:path>/new", form.new, name="new"),
    path("<slug:path>/act/<slug:name>", act.bulk, name="bulk"),
    path("<slug:path>/<uuid:key>", card.card, name="card"),
    path("<slug:path>/<uuid:key>/edit", form.edit, name="edit"),
    path("<slug:path>/<uuid:key>/history", history.history, name="history"),
    path("<slug:path>/<uuid:key>/place", place.place, name="place"),
    path("<slug:path>/<uuid:key>/timeline", timeline.timeline, name="timeline"),
    path("<slug:path>/<uuid:key>/why", why.why_seen, name="why"),
    path("<slug:path>/<uuid:key>/used", why.where_used, name="used"),
    path("<slug:path>/<uuid:key>/act/<slug:name>", act.act, name="act"),
]
