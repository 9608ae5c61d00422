"""When the base is away, busy, full or being upgraded, pages and programs say so, nothing half done stays, and work goes on by itself."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from tests.api.programs import program

from artel.domains.company.factories import person
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.journal import triggers
from artel.kernel.outages import BUSY, FULL, UPGRADING, outage_of
from artel.kernel.people import User
from forking import Parent
from serving import Database, Server, free_port


def raised(act: Callable[[], Any]) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        act()
    return caught.value


def execute(statement: str) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@pytest.mark.django_db
class TestWhatADatabasesErrorMeans:
    def test_a_rule_of_the_schema_is_no_outage(self):
        assert outage_of(raised(execute("SELECT nonsense"))) is None
        assert outage_of(raised(execute("INSERT INTO partners_partner (id) VALUES (NULL)"))) is None
        assert outage_of(ValueError("connection refused")) is None
        assert outage_of(OperationalError("no such column: connection_id")) is None
        assert outage_of(None) is None

    def test_a_base_that_is_being_upgraded_lets_nobody_write(self):
        triggers.close_gate()
        try:
            assert outage_of(raised(lambda: partner("Волга"))) == UPGRADING
        finally:
            triggers.open_gate()

    @pytest.mark.only_on("postgres", "it has such limits")
    def test_what_takes_too_long_is_busy(self):
        execute("SET LOCAL statement_timeout = 20")()
        assert outage_of(raised(execute("SELECT pg_sleep(1)"))) == BUSY

    @pytest.mark.only_on("postgres", "the server says so")
    def test_a_server_s_full_disk_is_told(self):
        said = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
        assert outage_of(raised(execute(said))) == FULL


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("sqlite", "its own limits")
def test_a_locked_and_a_full_file_are_told(new_base):
    from django.db import connections

    address = new_base().removeprefix("sqlite:///")
    other = connections.create_connection("default")
    other.settings_dict = {**other.settings_dict, "NAME": address, "OPTIONS": {"timeout": 0.1}}
    with closing(sqlite3.connect(address)) as holder, closing(other):
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError) as caught, other.cursor() as cursor:
            cursor.execute("CREATE TABLE more (x)")
        assert outage_of(caught.value) == BUSY
        holder.rollback()
        with other.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
            with pytest.raises(DatabaseError) as caught:
                cursor.execute("CREATE TABLE more AS SELECT randomblob(1000000) AS x")
        assert outage_of(caught.value) == FULL


@pytest.mark.django_db
def test_pages_and_programs_say_that_the_house_is_being_upgraded(client):
    boss = person("boss", "administrator")
    client.raise_request_exception = False
    client.force_login(User.objects.get(login="boss"), backend="django.contrib.auth.backends.ModelBackend")
    asking = program(boss)
    triggers.close_gate()
    try:
        with transaction.atomic():
            page = client.post("/partners/new", {"name": "Волга", "kind": "company"})
            transaction.set_rollback(True)
        with transaction.atomic():
            told = asking.post("partners", {"name": "Волга"})
            transaction.set_rollback(True)
    finally:
        triggers.open_gate()
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "Ничего из этого не сохранено" in page.content.decode()
    assert (told.status_code, told.json()["code"], told["Retry-After"]) == (503, "upgrading", "60")
    assert not Partner.objects.filter(name="Волга").exists()


@pytest.fixture
def database() -> Iterator[Database]:
    with TemporaryDirectory(
        prefix="artel-tests-"
    ) as folder:  # not in pytest's own, which only its owner may enter
        made = Database(Path(folder))
        yield made
        with suppress(subprocess.CalledProcessError):
            made.stop()


ORDER = """
import sys
from django.test import Client
from artel.kernel.erasure import forget_for_good
from artel.kernel.jobs.models import Job
from artel.kernel.people import User
if sys.argv[1] == "order":
    forget_for_good.enqueue()
elif sys.argv[1] == "sign in":
    seat = Client()
    seat.force_login(User.objects.get(login="boss"), backend="django.contrib.auth.backends.ModelBackend")
    print("; ".join(f"{name}={cookie.value}" for name, cookie in seat.cookies.items()))
else:
    print(*Job.objects.values_list("state", flat=True))
"""


@pytest.mark.only_on("postgres", "the other database is no server")
def test_a_restart_of_the_database_ends_no_process_and_loses_no_work(
    database: Database, new_home: Any, parent_in: Any
) -> None:
    environment = {**new_home(), "ARTEL_DATABASE_URL": database.address, "ARTEL_LANGUAGE": "en"}
    parent: Parent = parent_in(environment)
    parent.artel("migrate").check_returncode()
    parent.artel("user", "add", "boss", "--role", "administrator").check_returncode()
    token = parent.artel("token", "add", "boss").stdout.split()[-1]
    asking, seat = {"Authorization": f"Bearer {token}"}, parent.run(ORDER, "sign in").stdout.strip()
    server = Server(environment, free_port())
    try:
        server.wait_for("/api/v1/partners", 200, **asking)
        database.stop()
        assert '"code": "database_away"' in server.wait_for("/api/v1/partners", 503, **asking)
        assert "The database does not answer" in server.wait_for("/partners", 503, Cookie=seat)
        assert [one.poll() for one in server.processes] == [None, None]
        database.start()
        server.wait_for("/api/v1/partners", 200, **asking)
        server.wait_for("/partners", 200, Cookie=seat)
        parent.run(ORDER, "order").check_returncode()
        deadline = time.monotonic() + 60
        while "waiting" in (states := parent.run(ORDER, "tell").stdout) or "running" in states:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert set(states.split()) == {"done"}
        assert [one.poll() for one in server.processes] == [None, None]
    finally:
        server.stop()
