"""The bytes of files: brought as a form or as they are, fetched, and the versions they come in.

A request with a file is judged by its address and its parameters before its body is read.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from artel.kernel.access import require
from artel.kernel.acts import Line
from artel.kernel.arguments import REQUIRED
from artel.kernel.files.commands import NO_RIGHT, add_file, add_version, reached_records
from artel.kernel.files.endpoint import ReceivedFile, ReceivingHandler, blocks_of, handed_out
from artel.kernel.files.models import Blob, File, FileVersion
from artel.kernel.files.receiving import receive
from artel.kernel.wholes import holders

from .acting import once
from .bodies import Names
from .calls import Call, answer, record_answer, seen
from .columns import plain
from .problems import Problem, not_found
from .requests import holds_no_text

PATH = "files"
FORM = "multipart/form-data"
OF_CREATE = ("name", "entity", "record", "description", "comment", "is_private")
OF_VERSION = ("name", "comment")
View = Callable[..., HttpResponse]


def with_reader(view: View) -> View:
    """Puts the reader of files in place before anybody looks into a form."""

    @csrf_exempt  # asked for in callers
    def ready(request: HttpRequest, **words: Any) -> HttpResponse:
        if request.content_type == FORM:
            request.upload_handlers = [ReceivingHandler(request, most=1)]
        return view(request, **words)

    return ready


def create(call: Call) -> HttpResponse:
    """201 with the file. A form has the file in `file`; a bare body is the file, and the parameters tell the rest."""
    require(call.actor, add_file.permission)
    _may_attach(call, call.request.GET.dict())
    blob, given = _brought(call, OF_CREATE)
    args = {**given, "blob": blob, "is_private": given.get("is_private") == "true", **_record_of(given)}
    bound = call.resource(PATH)
    line: Line[Any, Any] = Line(add_file.args(**args))
    headers = once(bound, call, add_file, line, Names.of_command(add_file))
    address = reverse("api:record", kwargs={"path": PATH, "key": line.result.pk})
    return record_answer(bound, line.result.pk, HTTPStatus.CREATED, {"Location": address, **headers})


def _may_attach(call: Call, given: dict[str, str]) -> None:
    """Of a bare body, whose record is told in the address: the same answers as the act would give, before it is read."""
    if call.request.content_type == FORM:
        return
    key, model = _record_of(given)["record"], _kinds().get(given["entity"])
    visible, open_to_change = reached_records(call.actor, model, {key})
    if key not in visible:
        raise not_found()
    if key not in open_to_change:
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", NO_RIGHT)


def _kinds() -> dict[str, Any]:
    return {model._meta.label_lower: model for model in holders()}


def _record_of(given: dict[str, str]) -> dict[str, Any]:
    """The record by its entity and key. Raises Problem 422 beside the field that is wrong."""
    lacking = {name: ("required", REQUIRED) for name in ("entity", "record") if not given.get(name)}
    if lacking:
        raise _wrong(lacking)
    try:
        return {"record": UUID(given["record"])}
    except ValueError as error:
        raise _wrong({"record": ("invalid", _("An id is expected."))}) from error


def _wrong(errors: dict[str, Any]) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", _("Some fields need correcting."), errors=errors
    )


def _brought(call: Call, known: tuple[str, ...]) -> tuple[Blob, dict[str, str]]:
    """The stored bytes, and what was told of them. Raises Problem for words that are unknown or no text."""
    request = call.request
    form = request.content_type == FORM
    given = {**request.GET.dict(), **(request.POST.dict() if form else {})}
    errors: dict[str, Any] = {
        name: ("unknown", _("There is no such field here.")) for name in given if name not in known
    }
    errors |= {
        name: ("invalid", _("The value holds characters that no text has."))
        for name, text in given.items()
        if holds_no_text(text)
    }
    if errors:
        raise _wrong(errors)
    if not form:
        _named(given)
        return receive(blocks_of(request)), given
    files = [each for each in request.FILES.getlist("file") if isinstance(each, ReceivedFile)]
    if len(files) != 1:
        raise _wrong({"file": ("required", _("Send exactly one file."))})
    given.setdefault("name", files[0].name or "")
    return files[0].keep(), given


def _named(given: dict[str, str]) -> None:
    if not given.get("name"):
        raise _wrong({"name": ("required", REQUIRED)})


def versions(call: Call, key: UUID) -> HttpResponse:
    """`{"items": [{"number", "name", "media_type", "size", "sha256", "comment", "author", "created_at", "again"}]}`, the newest first."""
    file = seen(call.resource(PATH), key)
    rows = (
        FileVersion.objects.filter(file=file).select_related("blob").defer("blob__words").order_by("-number")
    )
    return answer({"items": [_told(each) for each in rows]})


def _told(version: FileVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "name": version.name,
        "media_type": version.media_type,
        "size": version.size,
        "sha256": version.blob.sha256 if version.blob else None,
        "comment": version.comment,
        "author": str(version.author_id) if version.author_id else None,
        "created_at": plain(version.created_at),
        "again": version.again,
    }


def renew(call: Call, key: UUID) -> HttpResponse:
    """A new version; the file as it stands then."""
    bound = call.resource(PATH)
    file = seen(bound, key)
    require(call.actor, add_version.permission)
    if not File.objects.allowed_to(call.actor, add_version.permission).filter(pk=key).exists():
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "forbidden",
            _("You may see this record but have no right to do this with it."),
        )
    blob, given = _brought(call, OF_VERSION)
    line: Line[Any, Any] = Line(add_version.args(blob=blob, **given), file)
    headers = once(bound, call, add_version, line, Names.of_command(add_version))
    return record_answer(bound, key, HTTPStatus.CREATED, headers)


def content(call: Call, key: UUID, number: int | None = None) -> HttpResponse:
    """The bytes of the present version, or of one by its number; ranges and If-None-Match are understood."""
    file = seen(call.resource(PATH), key)
    rows = FileVersion.objects.filter(file=file).select_related("file", "blob").defer("blob__words")
    found = rows.filter(number=number).first() if number else rows.filter(pk=file.current_id).first()
    if found is None:
        raise not_found()
    try:
        return handed_out(call.request, found)  # type: ignore[return-value]
    except Http404 as gone:
        raise not_found() from gone
