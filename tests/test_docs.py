"""Documents that fail when they forget something: pages, links, columns, commands, words of the screens, the glossary."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tests.journeys.pictures import PICTURES

from artel.kernel import options, permissions
from artel.reports.registry import all_reports
from artel.screens import registry
from artel.site.subcommands import subcommands
from artel.site.translations import catalogs

pytestmark = pytest.mark.only_on("sqlite", "it asks no database")

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LANGUAGES = ("ru", "en")
PICTURE = re.compile(r"!\[([^]]*)\]\(\.\./pictures/(\w+)/([a-z-]+)\.png\)")
LINK = re.compile(r"\]\((?!\w+:)([^)#]+)(?:#[^)]*)?\)")
FIRST_CELL = re.compile(r"^\| ([^|]+) \|", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
QUOTED = {"ru": re.compile("«([^»]+)»"), "en": re.compile("“([^”]+)”")}
MOST_OF_PICTURES = 1_500_000
"""Bytes of one language: who clones the repository fetches them all."""
VARIABLE = re.compile(r"\bARTEL_[A-Z_]+\b")
# Of the demo and of the tests: nobody sets them by hand.
INNER_VARIABLES = {"ARTEL_DEMO", "ARTEL_CHROMIUM"}


def page(language: str, name: str) -> str:
    return (DOCS / "handbook" / language / f"{name}.md").read_text()


def codes(text: str) -> list[str]:
    """The words in code of the first cells of the tables."""
    return [code for cell in FIRST_CELL.findall(text) for code in CODE.findall(cell)]


def tracked(pattern: str) -> list[Path]:
    named = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in named.stdout.splitlines() if (path := ROOT / name).exists()]


def test_the_handbook_has_the_same_pages_in_both_languages() -> None:
    russian, english = ({path.name for path in (DOCS / "handbook" / one).iterdir()} for one in LANGUAGES)
    assert russian == english
    for language in LANGUAGES:
        named = set(LINK.findall(page(language, "README")))
        assert {name for name in named if "/" not in name} == russian - {"README.md"}


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in tracked("*.md")
        for link in LINK.findall(path.read_text())
        if not (path.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_made_shown_once_and_told_in_words(language: str) -> None:
    """`--pictures` makes those that are declared; the pages of the language show them, with their own words."""
    shown = [
        found
        for path in (DOCS / "handbook" / language).iterdir()
        for found in PICTURE.findall(path.read_text())
    ]
    assert [name for words, where, name in shown if not words or where != language] == []
    kept = sorted((DOCS / "handbook/pictures" / language).iterdir())
    assert sorted(f"{name}.png" for _words, _where, name in shown) == [path.name for path in kept]
    assert [path.stem for path in kept] == sorted(each.name for each in PICTURES)
    assert sum(path.stat().st_size for path in kept) < MOST_OF_PICTURES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_of_columns_are_the_resources(language: str) -> None:
    written = re.findall(r"^\| `[^`]+` \| .+ \|$", page(language, "files"), re.MULTILINE)
    declared = [
        f"| `{each.path}` | {', '.join(f'`{one.name}`' for one in each.fields)} |"
        for each in registry.all_resources()
    ]
    assert sorted(set(declared) - set(written)) == [], "these lines belong into the table"
    assert len(written) == len(declared)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_options_and_roles_are_all_named(language: str) -> None:
    assert codes(page(language, "reports")) == [report.name for report in all_reports()]
    assert codes(page(language, "settings")) == [option.code for option in options.declared()]
    assert set(codes(page(language, "access"))) == set(permissions._declared)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_told_and_no_other(language: str) -> None:
    told = {word.removeprefix("artel ") for word in codes(page(language, "running"))}
    assert told == {" ".join(each.words) for each in subcommands()}


@pytest.mark.parametrize("readme", ["README.md", "README.ru.md"])
def test_every_variable_is_told_and_no_other(readme: str) -> None:
    read = {
        name for path in (ROOT / "src/artel").rglob("*.py") for name in VARIABLE.findall(path.read_text())
    }
    told = codes((ROOT / readme).read_text())
    assert sorted(told) == sorted(read - INNER_VARIABLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_sheet_is_told(language: str) -> None:
    from artel.web.keys import registry as keys

    cells = re.findall(r"^\| [^|]*\| ([^|]+) \| [^|]+ \|$", page(language, "keyboard"), re.MULTILINE)[1:]
    assert [cell.strip() for cell in cells] == [", ".join(each.shown) for each in keys()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_quoted_words_stand_on_the_screens(language: str) -> None:
    """A quotation in the handbook is a word of the interface, letter for letter."""
    known = screen_words(language)
    unknown = [
        f"{path.name}: {words}"
        for path in (DOCS / "handbook" / language).iterdir()
        for words in QUOTED[language].findall(" ".join(path.read_text().split()))
        if words not in known
    ]
    assert unknown == []


def screen_words(language: str) -> set[str]:
    """Every text of the interface in a language, without the dots that say that a dialog follows."""
    found: set[str] = set()
    for catalog in catalogs():
        with catalog.open("rb") as file:
            for message in read_po(file):
                texts = message.string if language == "ru" else message.id
                found.update([texts] if isinstance(texts, str) else texts)
    return {text.removesuffix("…") for text in found}


def test_the_glossary_knows_every_entity_and_report() -> None:
    known = set(CODE.findall((DOCS / "glossary.md").read_text()))
    named = {entity.model.__name__ for entity in registry.all_entities()}
    named |= {report.name for report in all_reports()}
    assert sorted(named - known) == [], "give each a row in docs/glossary.md"


def test_the_map_says_which_rooms_stand() -> None:
    said = (DOCS / "house.md").read_text().split("**Standing today:**")[1].split(". The other rooms")[0]
    floors, domains = (set(CODE.findall(part)) for part in said.split("of the domains"))
    assert floors == folders(ROOT / "src/artel") - {"domains"}
    assert domains == folders(ROOT / "src/artel/domains")


def folders(where: Path) -> set[str]:
    return {path.name for path in where.iterdir() if (path / "__init__.py").exists()}


def test_decisions_are_numbered_without_gaps() -> None:
    """The name and the first line say the same number."""
    named = sorted((DOCS / "decisions").iterdir())
    assert [path.name[:4] for path in named] == [f"{number:04}" for number in range(1, len(named) + 1)]
    headed = [path.read_text().split(".", 1)[0] for path in named]
    assert headed == [f"# {number}" for number in range(1, len(named) + 1)]
