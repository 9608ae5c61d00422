"""Two servers on one base: what one person does at the first is told at the second to those who may know, and to nobody else."""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .servers import House

pytestmark = pytest.mark.only_on("postgres", "how news comes is tried on both by the bell and the follower")

TOLD_SECONDS = 10.0
"""On a quiet machine it is some hundredths; a busy one may take its time."""


@pytest.fixture
def house(tmp_path: Path, new_base: Callable[[], str]) -> Iterator[House]:
    made = House(new_base(), tmp_path)
    yield made
    made.end()


def test_somebody_elses_change_is_told_by_the_other_server_and_a_stranger_hears_nothing(house: House) -> None:
    first, second = house.serve(), house.serve()
    bob, charlie = house.listen(second, "bob"), house.listen(second, "charlie")
    bob.hears("hello")
    charlie.hears("hello")
    charlie.hears("gone")  # as a client that is not there
    assert bob.hears("run")["done"] == 0
    house.change(first, name="Тихий Дом на Волге")
    told = bob.hears("changed", TOLD_SECONDS)
    assert (told["id"], told["version"], told["mine"]) == (house.known["partner"], 2, False)
    assert bob.hears("list", TOLD_SECONDS)["ids"] == [house.known["partner"]]
    house.play("progress", "5")
    assert bob.hears("run", TOLD_SECONDS)["done"] == 5
    house.play("progress", "10")
    assert bob.hears("run", TOLD_SECONDS)["ended"]
    assert charlie.all() == []
    house.change(first, manager=house.known["users"]["charlie"])
    assert charlie.hears("list", TOLD_SECONDS)["ids"] == [house.known["partner"]]
    bob.hears("changed", TOLD_SECONDS)
    mine = house.listen(second, "charlie", record=f"partners/{house.known['partner']}/3")
    mine.hears("hello")
    house.change(first, manager=house.known["users"]["bob"])
    mine.hears("gone", TOLD_SECONDS)
    charlie.all(0.5)
    house.change(first, name="Never heard")
    bob.hears("changed", TOLD_SECONDS)
    assert (mine.all(1.0), charlie.all()) == ([], [])


def test_after_a_servers_death_the_stream_goes_on_where_it_was(house: House) -> None:
    first, second = house.serve(), house.serve()
    bob = house.listen(second, "bob")
    bob.hears("hello")
    house.change(first, name="Before")
    bob.hears("changed", TOLD_SECONDS)
    bob.hears("list", TOLD_SECONDS)
    house.kill(second)
    assert bob.has_ended.wait(TOLD_SECONDS)
    house.change(first, name="Meanwhile")
    house.serve(second)
    again = house.listen(second, "bob", record=f"partners/{house.known['partner']}/2", since=bob.place)
    assert again.hears("changed", TOLD_SECONDS)["version"] == 3
    assert again.hears("list", TOLD_SECONDS)["ids"] == [house.known["partner"]]


def test_signing_out_anywhere_and_losing_ones_rights_are_felt_at_once(house: House) -> None:
    first, second = house.serve(), house.serve()
    alice, bob = house.listen(first, "alice"), house.listen(second, "bob")
    for one in (alice, bob):
        one.hears("hello")
    assert house.post(first, "/sign-out", "bob") == 302
    assert bob.hears("bye", TOLD_SECONDS) == {"why": "again"}
    assert bob.has_ended.wait(TOLD_SECONDS)
    house.play("revoke", "alice")
    assert alice.hears("epoch", TOLD_SECONDS) == {"why": "rights"}
    assert not alice.has_ended.is_set()


def test_hundreds_of_idle_streams_hold_no_page_and_end_with_the_server(
    tmp_path: Path, new_base: Callable[[], str]
) -> None:
    many, each = 200, 10
    house = House(new_base(), tmp_path, listeners=many // each)
    try:
        port = house.serve()
        streams = [house.listen(port, f"listener{number // each}") for number in range(many)]
        for stream in streams:
            stream.hears("hello")
        begun = time.monotonic()
        for _page in range(20):
            answer = house.get(port, "/partners", "alice")
            assert answer.status == 200
            assert "Тихий Дом" in answer.read().decode()
        assert time.monotonic() - begun < 20 * 2.0
        house.change(port, name="For all of them")
        for stream in streams:
            assert stream.hears("changed", 3 * TOLD_SECONDS)["version"] == 2
        code, seconds = house.stop(port)
        assert (code, seconds < 10) == (0, True)
        assert all(stream.has_ended.wait(TOLD_SECONDS) for stream in streams)
        assert streams[-1].hears("bye") == {"why": "again"}
    finally:
        house.end()


def test_no_more_is_taken_in_than_any_page_takes(house: House) -> None:
    port = house.serve()
    assert sent(port, "application/json", b"x", length=6_000_000) == 413
    assert sent(port, "multipart/form-data; boundary=b", b"x", length=2_000_000_000) == 413
    assert sent(port, "text/plain", b"x" * 6_000_000) == 413
    assert sent(port, "text/plain", b"x") in {401, 403}


def sent(port: int, kind: str, body: bytes, length: int | None = None) -> int:
    """A stranger's request, announced with a length or sent in pieces without one; the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("POST", "/api/v1/partners")
    connection.putheader("Content-Type", kind)
    connection.putheader(*(("Content-Length", str(length)) if length else ("Transfer-Encoding", "chunked")))
    connection.endheaders()
    with contextlib.suppress(OSError):  # the server may have said no before the end
        if length:
            connection.send(body)
        else:
            for start in range(0, len(body), 500_000):
                piece = body[start : start + 500_000]
                connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            connection.send(b"0\r\n\r\n")
    return connection.getresponse().status
