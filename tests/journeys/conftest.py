"""The demo as a person starts it, one for all journeys, and a real Chromium in front of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from serving import COMMAND, free_port

from .pictures import standing_clock

PATIENCE_SECONDS = 120
CHROMIUM = os.environ.get("ARTEL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOCALES = {"ru": "ru-RU", "en": "en-GB"}

expect.set_options(timeout=20_000)  # only a test that has failed waits that long


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@dataclass
class Demo:
    """A running demo: where it answers, who may sign in, and the command line on its base."""

    address: str
    passwords: dict[str, str]
    environment: dict[str, str]
    seats: dict[tuple[str, str], Any] = field(default_factory=dict)

    def run(self, *words: str) -> dict[str, Any]:
        """The JSON answer of a command that must succeed."""
        done = subprocess.run(
            [*COMMAND, *words, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture(scope="package")
def demo(new_home: Callable[[], dict[str, str]], pytestconfig: pytest.Config) -> Iterator[Demo]:
    environment = new_home()
    if pytestconfig.getoption("pictures"):
        environment |= standing_clock()
    command = [*COMMAND, "demo", "--json", "--port", str(free_port())]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        yield Demo(
            ready["address"].rstrip("/"),
            {each["login"]: each["password"] for each in ready["people"]},
            environment,
        )
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(PATIENCE_SECONDS)
    assert ended == 0


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "no Chromium on this machine: apt-get install chromium, or set ARTEL_CHROMIUM"
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Visit]:
    """A tab of a person who has signed in; whatever the console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(login: str, language: str = "ru") -> Page:
        """Signs in once; later tabs of the person take the seat over."""
        seat = demo.seats.get((login, language))
        context = browser.new_context(
            viewport=WIDE,
            base_url=demo.address,
            locale=LOCALES[language],
            storage_state=seat,
            reduced_motion="reduce",
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        if seat is None and login:
            _sign_in(tab, login, demo.passwords[login])
            demo.seats[login, language] = context.storage_state()
        tab.goto("/" if login else "/sign-in")
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _sign_in(tab: Page, login: str, password: str) -> None:
    tab.goto("/sign-in")
    tab.fill("#login", login)
    tab.fill("#password", password)
    tab.keyboard.press("Enter")
    expect(tab.locator(".rail")).to_be_attached()
