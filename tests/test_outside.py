"""What changes when the house is reached from outside: cookies, addresses, callers."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from artel.site.database import database
from artel.site.front import environ_of

pytestmark = pytest.mark.only_on("sqlite", "asks no database")


def test_off_this_machine_cookies_belong_to_this_host_and_tls_alone(tmp_path: Any) -> None:
    words = (
        "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE LANGUAGE_COOKIE_SECURE"
    )
    words += " SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_HSTS_SECONDS"
    code = f"from artel.site import settings as s; print(*(getattr(s, name) for name in {words.split()}))"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ARTEL_HOME": str(tmp_path), "ARTEL_ALLOWED_HOSTS": "crm.example.org"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["__Host-session", "__Host-csrf", *["True"] * 4, "31536000"]


def test_an_address_of_ipv6_reaches_the_pages_without_brackets() -> None:
    scope: Any = SimpleNamespace(
        server="[::1]:8000",
        client="[2001:db8::7]:51234",
        method="GET",
        path="/",
        query_string="",
        http_version="1.1",
        scheme="http",
        authority=None,
        headers={},
    )
    assert environ_of(scope, BytesIO())["REMOTE_ADDR"] == "2001:db8::7"


def test_a_wrong_address_of_the_database_is_refused_without_its_password(tmp_path: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        database("mysql://artel:three-quiet-birches@base.example/artel", tmp_path)
    assert "ARTEL_DATABASE_URL" in str(refused.value)
    assert "birches" not in str(refused.value)
