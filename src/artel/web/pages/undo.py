"""Taking a change back: what would stay as it is, and because of whom, is shown before anything is done."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from artel.kernel.actors import Actor
from artel.kernel.journal.conflicts import Conflict
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.undo import UndoResult
from artel.kernel.refusals import NotThere, Refused
from artel.kernel.undoing import undo_change_set
from artel.screens import registry
from artel.web.addresses import page_address
from artel.web.changes import command_label
from artel.web.frame import Frame, tell
from artel.web.guard import actor_of, signed_in
from artel.web.pages.act import away, safe_back
from artel.web.render import page
from artel.web.staying import said, some_that_stay, write_all_that_stay

PAGE = 100
SHOWN = 20


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, change_set: int) -> HttpResponse:
    """Asks first with a rehearsal; a POST does it and says what stayed."""
    actor = actor_of(request)
    made = ChangeSet.objects.filter(pk=change_set).first()
    back = safe_back(request, reverse("web:home"))
    sentence, result = "", UndoResult()
    first: list[Conflict] = []
    try:
        result = undo_change_set(
            actor,
            change_set,
            dry_run=request.method != "POST",
            hear=lambda found: first.extend(found[: SHOWN - len(first)]),
        )
        if request.method == "POST" and result.restored:
            done = _done(command_label(made.command), result.restored, result.stayed) if made else ""
            tell(request, done, undo=result.set_id, stayed=change_set if result.stayed else None)
            return away(request, _standing(actor, back))
    except NotThere as refusal:
        raise Http404(str(refusal)) from refusal
    except Refused as refusal:
        sentence = str(refusal.sentence)
    assert made is not None
    context = {
        "frame": Frame(_("Take back")),
        "made": made,
        "label": command_label(made.command),
        "stays": said(actor, first),
        "more": max(0, result.stayed - SHOWN),
        "restored": result.restored,
        "sentence": sentence,
        "back": back,
    }
    failed = bool(sentence) or request.method == "POST"
    return page(request, "web/undo.html", context, part="web/undo_part.html", status=409 if failed else 200)


@signed_in
@require_safe
def stays(request: HttpRequest, change_set: int) -> HttpResponse:
    """All that an undo would leave as it is, page by page."""
    made = ChangeSet.objects.filter(pk=change_set).first()
    skip = request.GET.get("skip", "")
    start = int(skip) if skip.isdecimal() else 0
    with _or_404():
        found, has_more = some_that_stay(actor_of(request), change_set, start, PAGE)
    assert made is not None
    label = command_label(made.command)
    context = {
        "frame": Frame(_("What stays as it is")),
        "made": made,
        "label": label,
        "stays": found,
        "start": start,
        "next": start + PAGE if has_more else 0,
        "before": max(0, start - PAGE),
    }
    return page(request, "web/stays.html", context)


@signed_in
@require_safe
def stays_file(request: HttpRequest, change_set: int) -> FileResponse:
    """The same as a table."""
    with tempfile.TemporaryDirectory(prefix="artel-stays-") as folder:
        made = Path(folder) / "stays.csv"
        with _or_404():
            write_all_that_stay(actor_of(request), change_set, made)
        written = made.open("rb")  # open files outlive their folder
    name = f"undo-{change_set}.csv"
    return FileResponse(written, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@contextmanager
def _or_404() -> Iterator[None]:
    """What cannot be undone has no list of what would stay."""
    try:
        yield
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal


def _standing(actor: Actor, back: str) -> str:
    """Where the person was; when the record he looked at went with the undo, its list, narrowed as it was."""
    at = urlsplit(back)
    try:
        found = resolve(at.path)
    except Resolver404:
        return reverse("web:home")
    path, key = found.kwargs.get("path"), found.kwargs.get("key")
    if not path or not key or _is_there(actor, path, key):
        return back
    kept = parse_qs(at.query).get("list", [""])[0]
    listed = page_address("web:table", path)
    return f"{listed}?{kept}" if kept else listed


def _is_there(actor: Actor, path: str, key: Any) -> bool:
    try:
        model: Any = registry.at_path(path).model
    except KeyError:
        return False
    return bool(model._default_manager.visible_to(actor).filter(pk=key).exists())


def _done(label: str, restored: int, stayed: int) -> str:
    """«Move to a stage — 1 record taken back, 2 differences stayed»."""
    taken = ngettext("%(num)d record taken back", "%(num)d records taken back", restored) % {"num": restored}
    done = f"{label} — {taken}"
    if not stayed:
        return done
    rest = ngettext("%(num)d difference stayed", "%(num)d differences stayed", stayed) % {"num": stayed}
    return f"{done}, {rest}"
