"""What both databases must agree about before anything is built on them."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from artel.site.database import database


@pytest.mark.only_on("postgres", "SQLite's own upper() is ASCII only: what is searched is folded by Python")
@pytest.mark.django_db
def test_the_database_knows_cyrillic_cases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('ёлка'), lower('РОМАШКА')")
        assert cursor.fetchone() == ("ЁЛКА", "ромашка")


@pytest.mark.parametrize("address", ["mysql://localhost/artel", "artel.sqlite3", "sqlite://artel.sqlite3"])
def test_an_address_of_no_known_kind_is_explained(address: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="sqlite:///"):
        database(address, tmp_path)


def test_an_address_of_postgresql_is_read_with_its_escapes(tmp_path: Path) -> None:
    read = database("postgresql://crm%40x:p%2Fw@db.local:6432/artel?sslmode=require", tmp_path)
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"]) == ("crm@x", "p/w", "db.local", 6432)
    assert read["OPTIONS"]["sslmode"] == "require"
    assert read["NAME"] == "artel"
