"""Pages asked for by people who have signed in, without a browser."""

from __future__ import annotations

from typing import Any

from django.test import Client

from artel.domains.company.factories import person
from artel.kernel.models import User


def client_of(login: str, role: str, **given: Any) -> Client:
    """A new person of this role, signed in."""
    person(login, role, **given)
    made = Client()
    made.force_login(User.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return made
