"""What stands between the server and the pages: pages run as WSGI in a few threads, live streams wait on the loop.

A page holds a thread for its milliseconds. A page that answers with a `LiveResponse` gives the thread back at once, and its
stream goes on here as a coroutine, so thousands of idle browsers hold nothing but a socket each. Upload bodies are read here,
too: a slow sender holds no thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from granian._granian import RSGIHTTPProtocol as HTTPProtocol
from granian._granian import RSGIProtocolClosed as ProtocolClosed
from granian.rsgi import Scope

from artel.kernel.outages import outage_of
from artel.web.live.stream import PING_SECONDS, LiveResponse, Stream
from artel.web.pages.live import HOLDS

from .threads import Threads

Headers = list[tuple[str, str]]
Pages = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

THREADS = "GRANIAN_BLOCKING_THREADS"
"""The server's own name for the number of threads: a worker is a new process, and this is how it is told."""

IN_MEMORY = 1 << 20
BLOCK = 1 << 18
NO_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
BARE = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

PLAIN: Headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
TOO_LARGE = "Отправлено больше, чем принимается за раз.\nMore was sent than is taken at once.\n"
NO_ROOM = (
    "На диске сервера нет места, ничего не сохранено.\nThe disk of the server is full, nothing was saved.\n"
)
"""Nobody is known yet, and so is no language."""

FIXED: dict[str, Any] = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
    HOLDS: True,
}


class Blocks:
    """A file as a page answers with it, read in blocks that are worth their way to the loop."""

    def __init__(self, file: BinaryIO, _size: int = 0) -> None:
        self.file = file
        self.close = file.close

    def __iter__(self) -> Iterable[bytes]:
        return iter(lambda: self.file.read(BLOCK), b"")


FIXED["wsgi.file_wrapper"] = Blocks


class TooLarge(Exception):
    """More was sent than any page or program takes."""


@dataclass(frozen=True)
class Room:
    """How many bytes a request's body may have: one that brings files, and any other."""

    files: int
    other: int

    def of(self, content_type: str) -> int:
        return self.files if content_type.lower().startswith("multipart/form-data") else self.other


class Front:
    """An RSGI application over a WSGI one."""

    def __init__(self, pages: Pages, room: Room) -> None:
        self.pages = pages
        self.room = room
        self.threads: Threads

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """In the new worker, before its first request."""
        self.loop = loop
        self.threads = Threads(int(os.environ.get(THREADS) or 4), loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.threads.close()

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        try:
            body = await _body(scope, proto, self.room.of(scope.headers.get("content-type") or ""))
        except TooLarge:
            proto.response_str(413, PLAIN, TOO_LARGE)
            return
        except OSError as error:
            if not outage_of(error):
                raise
            proto.response_str(507, PLAIN, NO_ROOM)
            return
        environ = environ_of(scope, body)
        opened = await self.threads.run(self._answer, environ, proto)
        if opened is not None:
            await _follow(*opened, proto)

    def _answer(self, environ: dict[str, Any], proto: HTTPProtocol) -> tuple[int, Headers, Stream] | None:
        """In a thread: the page, sent; or a stream with the head of its answer, for the loop to go on with."""
        status, headers = 500, []

        def start(line: str, given: Headers, _error: Any = None) -> None:
            nonlocal status, headers
            status, headers = int(line[:3]), given

        answer = self.pages(environ, start)
        if isinstance(answer, LiveResponse):
            return status, headers, answer.stream
        try:
            self._send(status, headers, answer, proto)
        finally:
            if close := getattr(answer, "close", None):
                close()
            environ["wsgi.input"].close()
        return None

    def _send(self, status: int, headers: Headers, answer: Iterable[bytes], proto: HTTPProtocol) -> None:
        if not getattr(answer, "streaming", True):
            proto.response_bytes(status, headers, b"".join(answer))
            return
        pieces = iter(answer)
        first, second = next(pieces, b""), next(pieces, None)
        if second is None:
            proto.response_bytes(status, headers, first)
            return
        # In this thread to its end: what makes the pieces keeps its connection to the database here.
        transport = proto.response_stream(status, headers)
        with contextlib.suppress(ProtocolClosed):
            for piece in _chain(first, second, pieces):
                asyncio.run_coroutine_threadsafe(_sent(transport, piece), self.loop).result()


def _chain(first: bytes, second: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield first
    yield second
    yield from rest


async def _sent(transport: Any, piece: bytes) -> None:
    await transport.send_bytes(piece)


async def _body(scope: Scope, proto: HTTPProtocol, most: int) -> BinaryIO:
    """What was sent with a request; much of it lies in a file of no name. Raises TooLarge, whatever length was announced."""
    if scope.method in NO_BODY:
        return io.BytesIO()
    announced = _length(scope.headers.get("content-length"))
    if announced is not None and announced > most:
        raise TooLarge
    if announced is not None and announced <= IN_MEMORY:
        return io.BytesIO(await proto())
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- closed with the answer
    try:
        async for piece in proto:
            file.write(piece)
            if file.tell() > most:
                raise TooLarge
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file  # type: ignore[return-value]


def _length(text: str | None) -> int | None:
    """What was announced; None without a number."""
    return int(text) if text and text.isascii() and text.isdigit() else None


def environ_of(scope: Scope, body: BinaryIO) -> dict[str, Any]:
    """The request as WSGI says it (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        **FIXED,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        key = BARE.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        if key in environ and key != "HTTP_HOST":
            environ[key] += f"; {value}" if key == "HTTP_COOKIE" else f",{value}"
        else:
            environ[key] = value
    return environ


async def _follow(status: int, headers: Headers, stream: Stream, proto: HTTPProtocol) -> None:
    """Send what a stream has to say until it is closed or the browser has gone."""
    loop, woken = asyncio.get_running_loop(), asyncio.Event()
    gone = asyncio.ensure_future(proto.client_disconnect())
    gone.add_done_callback(lambda _done: woken.set())
    stream.wake = lambda: loop.call_soon_threadsafe(woken.set)
    try:
        transport = proto.response_stream(status, headers)
        while not gone.done():
            woken.clear()
            is_last = stream.is_closed
            if said := stream.take():
                await transport.send_bytes(said)
            if is_last:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), PING_SECONDS)
                continue
            stream.ping()
    except ProtocolClosed:
        pass
    finally:
        stream.leave()
        gone.cancel()
