"""A person at his desk: signs in by login and password and works through the pages alone, as a browser would."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import translation

from artel.site.cli import main

PASSWORD = "seven quiet evenings"
SELECTED = re.compile(r'<td class="name[^>]*>.*?<a [^>]*>(.*?)</a>', re.DOTALL)


class Desk:
    """Pages as one person gets them."""

    def __init__(self, login: str) -> None:
        self.client = Client()
        answer = self.client.post("/sign-in", {"login": login, "password": PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")

    def page(self, address: str, *, status: int = 200) -> str:
        """The text of a page, its markup left out."""
        answer = self.client.get(address)
        assert answer.status_code == status, (address, answer.status_code)
        return text_of(answer.content.decode())

    def names(self, address: str) -> list[str]:
        """The names in a list, as they stand there."""
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return [text_of(found) for found in SELECTED.findall(answer.content.decode())]

    def suggested(self, model: str, typed: str) -> list[str]:
        """What a field of references offers to what is typed."""
        answer = self.client.get(f"/lookup/{model}", {"q": typed})
        assert answer.status_code == 200, answer.status_code
        return [each["text"] for each in json.loads(answer.content)["results"]]

    def make(self, path: str, **fields: Any) -> UUID:
        """Send the form of a new record; its key."""
        answer = self.client.post(f"/{path}/new", _posted(fields))
        assert answer.status_code == 302, text_of(answer.content.decode())
        return UUID(answer.headers["Location"].rsplit("/", 1)[1])

    def act(self, path: str, key: UUID, name: str, **fields: Any) -> None:
        """Do an act on a record."""
        answer = self.client.post(f"/{path}/{key}/act/{name}", _posted(fields))
        assert answer.status_code == 302, text_of(answer.content.decode())

    def refused(self, path: str, key: UUID, name: str, **fields: Any) -> str:
        """Try an act that the house refuses; the dialog as it comes back."""
        answer = self.client.post(f"/{path}/{key}/act/{name}", _posted(fields))
        assert answer.status_code == 422
        return answer.content.decode()


def _posted(fields: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text_of(markup: str) -> str:
    """What is read in a page: one space between words."""
    parser = _Words()
    parser.feed(markup)
    return " ".join(html.unescape(" ".join(parser.words)).split())


class CommandLine:
    """`artel … --as LOGIN` on the base of the test."""

    def __init__(self, said: pytest.CaptureFixture[str], folder: Path) -> None:
        self._said, self._folder = said, folder

    def run(self, *words: object, login: str = "admin") -> dict[str, Any]:
        """The JSON answer of a command that must succeed."""
        with override_settings(LANGUAGE_CODE="en"):
            code = main([*map(str, words), "--as", login, "--json"])
        translation.activate(settings.LANGUAGE_CODE)  # the process of a command ends; this one goes on
        said = self._said.readouterr()
        assert code == 0, said.err or said.out
        answer: dict[str, Any] = json.loads(said.out)
        return answer

    def take_in(self, entity: str, text: str) -> dict[str, Any]:
        """Import a csv file."""
        path = self._folder / f"{entity}.csv"
        path.write_text(text, "utf-8")
        return self.run("import", entity, path)
