"""Requests out of the house, against a server on this machine that is allowed or not."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from time import monotonic, sleep
from typing import Any, ClassVar

import httpcore
import pytest
from django.utils import translation

from artel.kernel.outbound import Broken, OutOfBounds, send
from artel.kernel.outbound.addresses import Bounds, is_public

HERE = Bounds(("127.0.0.1",))


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, Any, bytes]]] = []

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.seen.append((self.command, self.path, self.headers, body))
        with suppress(OSError):
            getattr(self, "on_" + self.path.strip("/").partition("?")[0])()

    do_POST = do_GET  # noqa: N815 -- the name http.server looks for

    def answer(self, status: int = 200, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def on_ok(self) -> None:
        self.answer(content=b'{"name": "\xd0\xaf"}', Content_Type="application/json")

    def on_missing(self) -> None:
        self.answer(404, b"no")

    def on_large(self) -> None:
        self.answer(content=b"x" * 300_000)

    def on_packed(self) -> None:
        self.answer(content=gzip.compress(b"0" * 1_000_000), Content_Encoding="gzip")

    def on_loop(self) -> None:
        self.answer(302, Location="/loop")

    def on_near(self) -> None:
        self.answer(302, Location="/ok")

    def on_far(self) -> None:
        assert isinstance(self.server, ThreadingHTTPServer)
        self.answer(302, Location=f"http://localhost:{self.server.server_port}/ok")

    def on_metadata(self) -> None:
        self.answer(302, Location="http://169.254.169.254/latest/meta-data")

    def on_file(self) -> None:
        self.answer(302, Location="file:///etc/passwd")

    def on_drip(self) -> None:
        """Headers that never end: each byte comes soon enough for a timeout of a single read."""
        while True:
            self.wfile.write(b"X-Drip: 1\r\n")
            sleep(0.05)

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


@pytest.fixture(autouse=True)
def _fresh() -> None:
    Handler.seen.clear()


def test_an_allowed_address_answers(server: str) -> None:
    answer = send("POST", f"{server}/ok", json={"text": "да"}, headers={"X-Key": "1"}, bounds=HERE)
    assert (answer.status, answer.is_success, answer.json()) == (200, True, {"name": "Я"})
    [(method, _path, headers, body)] = Handler.seen
    assert (method, headers["X-Key"], headers["User-Agent"]) == ("POST", "1", "Artel")
    assert body.decode() == '{"text":"да"}'
    assert send("GET", f"{server}/missing", bounds=HERE).text == "no"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "127.1"],
)
def test_no_spelling_of_this_machine_is_reached(server: str, host: str) -> None:
    port = server.rpartition(":")[2]
    with pytest.raises((OutOfBounds, Broken)):
        send("GET", f"http://{host}:{port}/ok")
    assert Handler.seen == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450::1", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b::808:808", True),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_the_configuration_allows_names_and_networks(settings: Any) -> None:
    settings.OUTBOUND_ALLOW = ["pbx.example", "192.168.5.0/24"]
    bounds = Bounds.configured()
    assert bounds.permit("other.example", ip_address("192.168.5.9"))
    assert not bounds.permit("other.example", ip_address("192.168.6.9"))
    assert bounds.permit("PBX.example.", ip_address("10.0.0.1"))
    assert not bounds.permit("evil-pbx.example", ip_address("10.0.0.1"))


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is public when asked first and private when asked again must not get inside."""
    resolved: list[str] = []
    connected: list[tuple[str, str | None]] = []

    def getaddrinfo(host: str, port: int, **kwargs: Any) -> list[Any]:
        resolved.append(host)
        address = "93.184.216.34" if len(resolved) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    class Stub(httpcore.MockStream):
        def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: Any = None) -> Any:
            connected.append(("tls", server_hostname))
            return self

    def connect_tcp(self: Any, host: str, *args: Any, **kwargs: Any) -> Any:
        connected.append(("tcp", host))
        return Stub([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok"])

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    assert send("GET", "https://example.org/", bounds=Bounds()).content == b"ok"
    assert resolved == ["example.org"]
    assert connected == [("tcp", "93.184.216.34"), ("tls", "example.org")]


def test_one_forbidden_address_among_several_forbids_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", ("8.8.8.8", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(OutOfBounds):
        Bounds().resolve("mixed.example", 80)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/", "gopher://x", "//x", "x", "", "http://", "http://u:p@x/"]
)
def test_only_plain_web_addresses(url: str) -> None:
    with pytest.raises(OutOfBounds) as refused:
        send("GET", url)
    assert refused.value.code == "outbound_url"


@pytest.mark.parametrize("path", ["metadata", "file", "loop"])
def test_redirects_are_judged_anew(server: str, path: str) -> None:
    with pytest.raises(OutOfBounds):
        send("GET", f"{server}/{path}", bounds=HERE)


def test_keys_are_told_to_the_host_they_are_for_only(server: str) -> None:
    near = send("GET", f"{server}/near", headers={"Authorization": "Bearer k", "X-Key": "k"}, bounds=HERE)
    assert near.is_success
    assert Handler.seen[-1][2]["X-Key"] == "k"
    bounds = Bounds(("127.0.0.0/8", "localhost"))
    assert send(
        "GET", f"{server}/far", headers={"Authorization": "Bearer k", "X-Key": "k"}, bounds=bounds
    ).is_success
    assert "X-Key" not in Handler.seen[-1][2]
    assert "Authorization" not in Handler.seen[-1][2]


def test_what_is_sent_is_not_sent_on(server: str) -> None:
    assert send("POST", f"{server}/near", body=b"secret", bounds=HERE).status == 302
    assert len(Handler.seen) == 1


def test_answers_have_a_largest_size_and_are_not_packed(server: str) -> None:
    with pytest.raises(OutOfBounds) as refused:
        send("GET", f"{server}/large", largest=100_000, bounds=HERE)
    assert refused.value.code == "outbound_size"
    with pytest.raises(OutOfBounds) as refused:
        send("GET", f"{server}/packed", bounds=HERE)
    assert refused.value.code == "outbound_encoding"


def test_time_ends_even_for_a_server_that_drips(server: str) -> None:
    begun = monotonic()
    with pytest.raises(Broken):
        send("GET", f"{server}/drip", seconds=0.4, bounds=HERE)
    assert monotonic() - begun < 5  # a read's own timeout would never end it


def test_nobody_there_is_worth_another_try() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Broken, match=r"127\.0\.0\.1"):
        send("GET", f"http://127.0.0.1:{port}/", bounds=HERE)


def test_keys_do_not_reach_logs_or_errors(server: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "bot123456-key"
    send("GET", f"{server}/ok?token={secret}", headers={"Authorization": secret}, bounds=HERE)
    with pytest.raises(OutOfBounds) as refused:
        send("GET", f"{server}/metadata?token={secret}", headers={"Authorization": secret}, bounds=HERE)
    with pytest.raises(Broken) as broken:
        send("GET", f"{server}/drip?token={secret}", seconds=0.2, bounds=HERE)
    assert "127.0.0.1" in caplog.text
    assert secret not in caplog.text + str(refused.value) + str(broken.value)


def test_the_refusal_is_in_the_users_language() -> None:
    with translation.override("ru"), pytest.raises(OutOfBounds) as refused:
        send("GET", "ftp://x/")
    assert "Веб-адрес" in str(refused.value)
