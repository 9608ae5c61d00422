"""Taking a change back: what would stay as it is, and because of whom, is shown before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.journal.conflicts import Conflict
from artel.kernel.journal.models import ChangeSet
from artel.kernel.refusals import NotThere, Refused
from artel.kernel.undoing import undo_change_set
from artel.lib.words import capital
from artel.screens import registry
from artel.web.addresses import page_address
from artel.web.attributes import code_of
from artel.web.cells import HIDDEN
from artel.web.changes import Reader, command_label, said_of
from artel.web.frame import Frame, tell
from artel.web.guard import actor_of, signed_in
from artel.web.pages.act import away, safe_back
from artel.web.references import References
from artel.web.render import page

SHOWN = 20
REASONS = {
    "changed": gettext_lazy("changed since"),
    "deleted": gettext_lazy("removed since"),
    "forbidden": gettext_lazy("you may not change it"),
    "erased": gettext_lazy("erased"),
    "gone": gettext_lazy("what it refers to is gone"),
    "referenced": gettext_lazy("others refer to it"),
    "taken": gettext_lazy("its key is taken"),
    "impossible": gettext_lazy("the rules of the base forbid it"),
}


@dataclass(frozen=True)
class Stays:
    """One thing that an undo leaves as it is."""

    record: str
    field: str
    reason: str
    ours: str
    theirs: str
    who: str


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, change_set: int) -> HttpResponse:
    """Asks first with a rehearsal; a POST does it and says what stayed."""
    actor = actor_of(request)
    made = ChangeSet.objects.filter(pk=change_set).first()
    back = safe_back(request, reverse("web:home"))
    sentence, conflicts, restored = "", [], 0
    try:
        result = undo_change_set(actor, change_set, dry_run=request.method != "POST")
        conflicts, restored = result.conflicts, result.restored
        if request.method == "POST" and restored:
            said = _done(command_label(made.command), restored, len(conflicts)) if made else ""
            tell(request, said, undo=result.set_id, stayed=change_set if conflicts else None)
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
        "stays": _said(actor, conflicts[:SHOWN]),
        "more": max(0, len(conflicts) - SHOWN),
        "restored": restored,
        "sentence": sentence,
        "back": back,
    }
    failed = bool(sentence) or request.method == "POST"
    return page(request, "web/undo.html", context, part="web/undo_part.html", status=409 if failed else 200)


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


def _said(actor: Actor, conflicts: Sequence[Conflict]) -> list[Stays]:
    """The conflicts in words; a record or value this person may not see is not named."""
    references = References(actor)
    for each in conflicts:
        references.want(_model(each), [each.row], whole=True)
    return [_one(actor, each, references.seen(_model(each), each.row)) for each in conflicts]


def _one(actor: Actor, conflict: Conflict, record: Any) -> Stays:
    model = _model(conflict)
    reason = str(REASONS.get(conflict.reason, conflict.reason))
    label, ours, theirs = _in_words(actor, conflict, record or model()) if conflict.field else ("", "", "")
    return Stays(str(record or HIDDEN), label, reason, ours, theirs, conflict.who)


def _in_words(actor: Actor, conflict: Conflict, record: Any) -> tuple[str, str, str]:
    """What the field is called, what the act made of it, what it is now; nothing of a field closed to this person."""
    reader, model = Reader(actor, record), type(record)
    if conflict.field not in fields_visible_to(actor, model):
        return "", "", ""
    if code := code_of(conflict.field):
        known = next((one for one in reader.attributes(model) if one.code == code), None)
        if known is None:
            return "", "", ""
        return capital(known.label), said_of(known, conflict.ours), said_of(known, conflict.theirs)
    try:
        found = model._meta.get_field(conflict.field)
    except FieldDoesNotExist:
        return "", "", ""
    return (
        capital(found.verbose_name),
        reader.said(found, conflict.ours),
        reader.said(found, conflict.theirs),
    )


def _model(conflict: Conflict) -> Any:
    return apps.get_model(conflict.entity)
