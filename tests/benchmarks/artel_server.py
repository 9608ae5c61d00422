"""Artel under measurement: its base, its web workers, and people signed in as a browser would."""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fill import PASSWORD
from measure import FORM, Request
from processes import Server

PORT = int(os.environ.get("ARTEL_BENCH_PORT", "18300"))
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def environment(home: Path, address: str) -> dict[str, str]:
    source = str(Path(__file__).parents[2] / "src")
    return {
        "ARTEL_HOME": str(home),
        "ARTEL_DATABASE_URL": address,
        "ARTEL_LOG_LEVEL": "ERROR",
        "PYTHONPATH": source,
        "DJANGO_SETTINGS_MODULE": "artel.site.settings",
    }


def make_base(size: str, surroundings: Mapping[str, str]) -> None:
    """Migrate and fill an empty base."""
    migrate(surroundings)
    fill = Path(__file__).parent / "fill.py"
    subprocess.run([sys.executable, str(fill), size], env={**os.environ, **surroundings}, check=True)


def migrate(surroundings: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "artel.site.cli", "migrate"]
    subprocess.run(command, env={**os.environ, **surroundings}, check=True, stdout=sys.stderr)


def server(surroundings: Mapping[str, str], workers: int = 2) -> Server:
    command = [
        sys.executable,
        "-m",
        "artel.site.cli",
        "serve",
        "--port",
        str(PORT),
        "--workers",
        str(workers),
    ]
    return Server(command, PORT, surroundings)


@dataclass
class Session:
    """A person signed in."""

    cookie: str
    token: str

    def get(self, path: str) -> Request:
        return Request(path, headers=(("Cookie", self.cookie),))

    def post(self, path: str, status: int, **values: str) -> Request:
        headers = (("Cookie", self.cookie), ("X-CSRFToken", self.token), ("Content-Type", FORM))
        return Request(path, "POST", urllib.parse.urlencode(values).encode(), headers, status)


def sign_in(login: str) -> Session:
    address = f"http://127.0.0.1:{PORT}"
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{address}/sign-in").read().decode()
    found = _TOKEN.search(page)
    if found is None:
        raise SystemExit("the sign-in page has no token")
    given = {"csrfmiddlewaretoken": found[1], "login": login, "password": PASSWORD, "next": "/deals"}
    answer = browser.open(f"{address}/sign-in", urllib.parse.urlencode(given).encode())
    if "sign-in" in answer.url:
        raise SystemExit(f"{login} could not sign in")
    inside = _TOKEN.search(answer.read().decode())
    if inside is None:
        raise SystemExit("the page has no token")
    return Session("; ".join(f"{one.name}={one.value}" for one in jar), inside[1])
