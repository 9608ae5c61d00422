"""People and a client for servers of a test: `python -m tests.live.scenario begin 16`, `… revoke LOGIN`; answers JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.test import Client  # noqa: E402

from artel.domains.partners.factories import partner  # noqa: E402
from artel.kernel.actors import Actor  # noqa: E402
from artel.kernel.admission import add_user, issue_token, new_secret, token_arguments  # noqa: E402
from artel.kernel.jobs.models import Job, State  # noqa: E402
from artel.kernel.journal.writing import system_set  # noqa: E402
from artel.kernel.people import User  # noqa: E402
from artel.kernel.roles import Grant, Reach, Role  # noqa: E402

HOUSE = Actor.system("tests")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(listeners: str) -> dict[str, Any]:
    """alice and bob see everything, so do the listeners; charlie has the same role for his own records only."""
    logins = ["alice", "bob", "charlie", *(f"listener{number}" for number in range(int(listeners)))]
    users = {login: add_user(HOUSE, login=login, name=login.title(), language="en") for login in logins}
    with system_set("tests.grants"):
        role = Role.objects.create(name="Sales", added=["partners.*", "jobs.view_job", "kernel.view_user"])
        for login, user in users.items():
            Grant.objects.create(user=user, role=role, reach=Reach.OWN if login == "charlie" else Reach.ALL)
    client = partner("Тихий Дом", manager=users["alice"])
    secret = new_secret()
    issue_token(HOUSE, users["alice"], **token_arguments(secret, "programs"))
    job = Job.objects.create(name="tests.long", user=users["bob"], state=State.RUNNING, total=10)
    return {
        "partner": str(client.pk),
        "job": str(job.pk),
        "users": {login: str(user.pk) for login, user in users.items()},
        "cookies": {login: _cookie(user) for login, user in users.items()},
        "token": secret,
    }


def revoke(login: str) -> dict[str, Any]:
    """The person loses his role."""
    with system_set("tests.revoke"):
        Grant.objects.filter(user__login=login).update(is_deleted=True)
    return {}


def progress(done: str) -> dict[str, Any]:
    """bob's job goes on, as a worker would write it; ten of ten end it."""
    state = State.DONE if done == "10" else State.RUNNING
    Job.objects.filter(name="tests.long").update(done=int(done), state=state)
    return {}


def _cookie(user: User) -> str:
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser.cookies["sessionid"].value


if __name__ == "__main__":
    name, *words = sys.argv[1:]
    json.dump({"begin": begin, "revoke": revoke, "progress": progress}[name](*words), sys.stdout)
