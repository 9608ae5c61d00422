"""How bytes come in and go out over HTTP, the same for pages and for programs.

In: straight into the store's own folder, never whole in memory. Out: the original only as an attachment, a picture of ours
as itself, both under a policy that lets a browser do nothing with them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header

from artel.kernel.refusals import Refused
from artel.lib.documents import sniffing

from .models import Blob, FileVersion
from .receiving import Receiving, largest, too_large
from .stores import store

BLOCK = 1 << 16
AROUND = 64 * 1024
"""What a form may hold beside its files."""
MOST_AT_ONCE = 20


def most_at_once(files: int = MOST_AT_ONCE) -> int:
    """The most bytes of a request that brings so many files."""
    return files * largest() + AROUND


_ACTIVE = {
    sniffing.HTML,
    sniffing.SVG,
    sniffing.XML,
    "text/x-script",
    sniffing.PROGRAM,
    "application/x-executable",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
ALONE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
"""A stranger's bytes: no scripts, no frames, no reading by other sites, no guessing of types."""

log = logging.getLogger("artel.files")


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # its class takes none at run time
    """A file of a form that has come in but is not kept yet, or why it could not."""

    def __init__(self, name: str, coming: Receiving, refusal: Refused | None) -> None:
        super().__init__(name=name, size=coming.size)
        self._coming = coming
        self._refusal = refusal

    def keep(self) -> Blob:
        """Store it for good. Raises Refused."""
        if self._refusal:
            raise self._refusal
        return self._coming.keep()

    def close(self) -> None:
        """Also called by the request when it ends: what was not kept goes."""
        self._coming.close()


class ReceivingHandler(FileUploadHandler):
    """Takes the files of a form as they come; `most` of them are foreseen, and a request that says it is larger is not read.

    A file beyond the limit is read over and refused by itself, so that the others of the form are kept.
    """

    def __init__(self, request: HttpRequest, most: int = MOST_AT_ONCE) -> None:
        super().__init__(request)
        self._most = most
        self._coming: Receiving | None = None
        self._refusal: Refused | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 -- Django's word
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Raises Refused("too_large") before anything is read."""
        if content_length > most_at_once(self._most):
            raise too_large()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._coming, self._refusal = Receiving(), None
        self._attempt(self._coming.__enter__)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        coming = self._coming
        assert coming is not None
        if self._refusal is None:
            self._attempt(lambda: coming.write(raw_data))

    def _attempt(self, step: Any) -> None:
        assert self._coming is not None
        try:
            step()
        except Refused as refusal:
            self._refusal = refusal
            self._coming.close()

    def file_complete(self, file_size: int) -> ReceivedFile:
        assert self._coming is not None
        return ReceivedFile(self.file_name or "", self._coming, self._refusal)

    def upload_interrupted(self) -> None:
        if self._coming is not None:
            self._coming.close()


def blocks_of(request: HttpRequest) -> Iterator[bytes]:
    """The body of a request that is a file itself. Raises Refused("too_large") before anything is read, if it says so."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > largest():
        raise too_large()
    while block := request.read(BLOCK):
        yield block


def handed_out(request: HttpRequest, version: FileVersion) -> HttpResponseBase:
    """A version as an attachment, with the range that was asked for. Raises Http404 when its bytes are not there."""
    blob = version.blob
    if blob is None:
        raise Http404("the content has been erased")
    etag = f'"{blob.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return _with(HttpResponse(status=HTTPStatus.NOT_MODIFIED), etag, "private, no-cache")
    stream = _opened(blob, "")
    wanted = _range_of(request, blob.size, etag)
    response: Any = _part(stream, blob.size, wanted) if wanted else FileResponse(stream)
    response["Content-Type"] = sniffing.BINARY if blob.media_type in _ACTIVE else blob.media_type
    response["Content-Length"] = str(wanted[1] - wanted[0] + 1 if wanted else blob.size)
    response["Content-Disposition"] = content_disposition_header(True, version.file.name) or "attachment"
    response["Accept-Ranges"] = "bytes"
    return _with(response, etag, "private, no-cache")


def picture(request: HttpRequest, blob: Blob | None, piece: str) -> HttpResponseBase:
    """A picture that was drawn of a version: `small`, or a page by its number. Raises Http404 when there is none."""
    if (
        blob is None
        or not blob.pictures
        or not (piece == "small" or (piece.isdigit() and 0 < int(piece) <= blob.pictures))
    ):
        raise Http404("there is no such picture")
    etag = f'"{blob.sha256}.{piece}"'
    if request.headers.get("If-None-Match") == etag:
        return _with(HttpResponse(status=HTTPStatus.NOT_MODIFIED), etag, "private, max-age=300")
    return _with(FileResponse(_opened(blob, piece), content_type="image/webp"), etag, "private, max-age=300")


def _opened(blob: Blob, piece: str) -> BinaryIO:
    try:
        return store().open(blob.sha256, piece)
    except FileNotFoundError as error:
        log.error("the bytes of %s are not in the store", blob.sha256)
        raise Http404("the content is missing") from error


def _with(response: Any, etag: str, cache: str) -> HttpResponseBase:
    for name, value in {**ALONE, "ETag": etag, "Cache-Control": cache}.items():
        response[name] = value
    return response  # type: ignore[no-any-return]


def _range_of(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The first and the last byte of the one range that was asked for; anything else is answered whole."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return (max(size - int(last), 0), size - 1) if last and int(last) else None
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if int(first) <= end else None


def _part(stream: BinaryIO, size: int, wanted: tuple[int, int]) -> StreamingHttpResponse:
    first, last = wanted
    response = StreamingHttpResponse(_blocks(stream, first, last), status=HTTPStatus.PARTIAL_CONTENT)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _blocks(stream: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with stream:
        stream.seek(first)
        left = last - first + 1
        while left and (block := stream.read(min(BLOCK, left))):
            left -= len(block)
            yield block
