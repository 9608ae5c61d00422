"""The wire under httpx: every connection goes to an address judged a moment ago, and every read ends in time."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from functools import lru_cache
from time import monotonic
from typing import Any

import httpcore
import httpx

from .addresses import Bounds


class Deadline:
    """A moment after which a request has no time left, however busily the other side drips."""

    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds

    def left(self) -> float:
        """Seconds, > 0. Raises httpcore.ReadTimeout when there are none."""
        seconds = self.end - monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("out of time")
        return seconds


class TimedStream(httpcore.NetworkStream):
    """A connection whose every operation ends before the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.deadline.left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self.stream.start_tls(ssl_context, server_hostname, self.deadline.left())
        return TimedStream(secured, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves and judges a host at the moment of connecting, and connects to the very addresses it judged."""

    def __init__(self, bounds: Bounds, deadline: Deadline) -> None:
        self.bounds, self.deadline = bounds, deadline
        self.plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("no address")
        for address in self.bounds.resolve(host, port):
            try:
                stream = self.plain.connect_tcp(address, port, self.deadline.left(), None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return TimedStream(stream, self.deadline)
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("there is no way out through a file")


@lru_cache(maxsize=1)
def certificates() -> ssl.SSLContext:
    """Loading the certificates takes longer than a request, so they are read once."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.HTTPTransport):
    """httpx over the guarded wire, for one request and its redirects; connections are not kept."""

    def __init__(self, bounds: Bounds, deadline: Deadline) -> None:
        super().__init__(verify=certificates(), trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=certificates(),
            max_keepalive_connections=0,
            network_backend=GuardedBackend(bounds, deadline),
        )
