"""A base of its own and real workers: what `test_processes` begins, kills and asks. Answers are one JSON on stdout."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import Any


def main(act: str, *arguments: str) -> None:
    logging.getLogger("django_tasks").setLevel(logging.ERROR)
    sys.stdout.write(json.dumps(ACTS[act](*arguments)))


def begin(address: str) -> str:
    """A web-hook of an administrator that tells of partners."""
    from artel.api.commands import add_webhook
    from artel.api.hooks.signing import new_secret
    from artel.domains.company.factories import HOUSE, person
    from artel.kernel.roles import Reach

    adam = person("adam", "administrator", reach=Reach.ALL)
    hook = add_webhook(
        HOUSE, name="Warehouse", address=address, user=adam.user, entities=["partners"], secret=new_secret()
    )
    return str(hook.pk)


def partners(first: str, count: str) -> list[str]:
    """That many acts, one after another: the keys of the records."""
    from artel.domains.partners.factories import partner

    return [str(partner(f"Partner {int(first) + number}").pk) for number in range(int(count))]


def state() -> dict[str, Any]:
    from artel.api.models import WebHookDelivery, WebHookProgress

    return {
        "delivered": WebHookDelivery.objects.filter(state="delivered").count(),
        "number": WebHookProgress.objects.get().number,
    }


def later(seconds: str) -> bool:
    """One tick of a scheduler whose clock is ahead: what would happen after that time."""
    from datetime import timedelta

    from django.utils import timezone

    from artel.kernel.jobs.schedule import LEADER, reap, tick, yield_role

    then = timezone.now() + timedelta(seconds=float(seconds))
    reap(then)  # a tick alone looks twice before it takes anybody for gone
    led = tick("scenario", then)
    yield_role(LEADER, "scenario")  # which would be held until that time, and a worker would wait for it
    return led


def work() -> int:
    from artel.kernel.jobs import worker

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return worker.run(lanes={"outside": 1}, poll=0.05, grace=5)


ACTS: dict[str, Callable[..., Any]] = {
    "begin": begin,
    "partners": partners,
    "state": state,
    "later": later,
    "work": work,
}
