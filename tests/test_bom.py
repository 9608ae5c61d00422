"""The bill of materials names every package of both locks; a known vulnerability fails the check, silence of the service does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

import bom
from licences import javascript_packages, python_packages

pytestmark = pytest.mark.only_on("sqlite", "asks no database")


@contextmanager
def a_service(vulnerable: dict[str, list[str]], status: int = 200) -> Iterator[str]:
    """Answers as osv.dev does: one result a query, in their order."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            purls = [each["package"]["purl"] for each in asked["queries"]]
            self.send_response(status)
            self.end_headers()
            results = [
                {"vulns": [{"id": one} for one in vulnerable[p]]} if p in vulnerable else {} for p in purls
            ]
            self.wfile.write(json.dumps({"results": results}).encode())

        def log_message(self, *_said: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def django() -> str:
    [found] = [each.where.to_string() for each in bom.packages() if each.where.name == "django"]
    return found


def test_every_package_stands_there_with_licence_and_hash():
    document = json.loads(bom.bill(bom.packages()))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["name"] == "artel-crm"
    assert all(each["licenses"] and each["hashes"] for each in document["components"])
    told = {
        (f"{each.get('group', '')}/{each['name']}".lstrip("/"), each["version"])
        for each in document["components"]
    }
    pinned = [*python_packages(), *javascript_packages()]
    assert told == {(name.rpartition("node_modules/")[2], version) for name, version, _licence in pinned}


def test_a_known_vulnerability_fails_unless_excepted(monkeypatch):
    with a_service({django(): ["GHSA-one", "PYSEC-two"]}) as service:
        lines, is_well = bom.judge(bom.packages(), service)
        assert (is_well, lines[:2]) == (False, [f"{django()}: GHSA-one", f"{django()}: PYSEC-two"])
        monkeypatch.setattr(bom, "EXCEPTED", {"GHSA-one": "not used", "PYSEC-two": "no", "GHSA-old": "gone"})
        lines, is_well = bom.judge(bom.packages(), service)
        assert is_well
        assert lines[0].endswith("GHSA-one, excepted: not used")
        assert lines[2] == "excepted, but no longer known of any package: GHSA-old"


def test_a_service_that_is_silent_or_broken_fails_nothing_and_is_said():
    with a_service({}, status=503) as service:
        lines, is_well = bom.judge(bom.packages(), service)
        assert (is_well, lines[0].startswith("not reached")) == (True, True)
    lines, is_well = bom.judge(bom.packages(), service)
    assert (is_well, lines[0].startswith("not reached")) == (True, True)
