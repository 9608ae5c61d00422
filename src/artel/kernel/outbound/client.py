"""Ask a web server outside the house, within bounds of address, time and size."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore
import httpx
from django.utils.translation import gettext as _

from .addresses import Bounds
from .refused import Broken, OutOfBounds
from .wire import Deadline, GuardedTransport

SECONDS = 10.0
LARGEST = 5_000_000
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# They log whole addresses, and the path of an address may be a key (bots, web-hooks).
for name in ("httpx", "httpcore"):
    logging.getLogger(name).setLevel(logging.WARNING)

log = logging.getLogger("artel.outbound")


@dataclass(frozen=True)
class Answer:
    """What came back, whole. Any status is an answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """Raises ValueError when the content is not JSON."""
        return json.loads(self.content)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    json: Any = None,
    seconds: float = SECONDS,
    largest: int = LARGEST,
    bounds: Bounds | None = None,
) -> Answer:
    """One request; `send("POST", url, json={"text": "…"})`.

    `seconds` covers everything from the connection to the last byte, redirects included (the look-up of the name is the
    operating system's and comes on top); `largest` is in bytes. A GET follows up to three redirects, each judged anew and
    never from https to http; another host gets none of `headers`. Other methods follow none. Raises OutOfBounds (an
    address or answer that is not allowed) or Broken (no answer; later may be better).
    """
    asked = httpx.Request(method, parsed(url), headers=identified(headers), content=body, json=json)
    begun = monotonic()
    deadline = Deadline(seconds)
    try:
        with GuardedTransport(bounds or Bounds.configured(), deadline) as transport:
            answer = follow(transport, asked, deadline, largest)
    except (httpx.TransportError, httpcore.TimeoutException) as error:
        log.warning("%s %s: %s", method, asked.url.host, type(error).__name__)
        raise Broken(f"{asked.url.host}: {type(error).__name__}") from None
    log.info(
        "%s %s: %s, %s bytes, %.0f ms",
        method,
        asked.url.host,
        answer.status,
        len(answer.content),
        (monotonic() - begun) * 1000,
    )
    return answer


def parsed(url: str) -> httpx.URL:
    """The address, if it is a plain http(s) one. A name or password inside it would end in logs and histories."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise OutOfBounds("outbound_url", _("This is not a web address.")) from None
    if address.scheme not in {"http", "https"} or not address.host or address.userinfo:
        raise OutOfBounds(
            "outbound_url", _("A web address begins with http:// or https:// and holds no password.")
        )
    return address


def identified(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Our name, and no compression: a few bytes must not become a flood here."""
    return {"User-Agent": "Artel", "Accept": "*/*", **(headers or {}), "Accept-Encoding": "identity"}


def follow(transport: GuardedTransport, asked: httpx.Request, deadline: Deadline, largest: int) -> Answer:
    for _hop in range(MOST_REDIRECTS + 1):
        answer = exchange(transport, asked, deadline, largest)
        if answer.status not in REDIRECTS or asked.method != "GET" or "location" not in answer.headers:
            return answer
        asked = redirected(asked, answer.headers["location"])
    raise OutOfBounds("outbound_redirects", _("%(host)s redirects too often.") % {"host": asked.url.host})


def redirected(asked: httpx.Request, location: str) -> httpx.Request:
    """The next hop; what was meant for one host (keys in headers) is not told to another."""
    target = parsed(str(asked.url.join(location)))
    if asked.url.scheme == "https" and target.scheme == "http":
        raise OutOfBounds(
            "outbound_redirects", _("%(host)s redirects to an open connection.") % {"host": asked.url.host}
        )
    same = (target.scheme, target.host, target.port) == (asked.url.scheme, asked.url.host, asked.url.port)
    kept = (
        {name: value for name, value in asked.headers.items() if name != "host"} if same else identified(None)
    )
    return httpx.Request("GET", target, headers=kept)


def exchange(transport: GuardedTransport, asked: httpx.Request, deadline: Deadline, largest: int) -> Answer:
    """One request and its whole answer, read no further than `largest`."""
    asked.extensions = {"timeout": httpx.Timeout(deadline.left()).as_dict()}
    response = transport.handle_request(asked)
    try:
        content = b"".join(pieces(response, asked, largest))
    finally:
        response.close()
    return Answer(response.status_code, dict(response.headers), content)


def pieces(response: httpx.Response, asked: httpx.Request, largest: int) -> Any:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise OutOfBounds("outbound_encoding", _("%(host)s sends packed answers.") % {"host": asked.url.host})
    received = 0
    for piece in response.iter_raw():
        received += len(piece)
        if received > largest:
            raise OutOfBounds(
                "outbound_size", _("The answer of %(host)s is too large.") % {"host": asked.url.host}
            )
        yield piece
