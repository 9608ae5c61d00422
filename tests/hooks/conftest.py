"""What the tests of web-hooks share: a receiver, a web-hook that tells it, and a worker in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from .receiver import Receiver, receiving

if TYPE_CHECKING:
    from artel.api.models import WebHook
    from artel.kernel.actors import Actor


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    with receiving() as made:
        yield made


@pytest.fixture
def adam(transactional_db: None) -> Actor:
    from artel.domains.company.factories import person
    from artel.kernel.roles import Reach

    return person("adam", "administrator", reach=Reach.ALL)


@pytest.fixture
def secret() -> str:
    from artel.api.hooks.signing import new_secret

    return new_secret()


@pytest.fixture
def hook(adam: Actor, receiver: Receiver, secret: str) -> WebHook:
    from artel.api.commands import add_webhook
    from artel.domains.company.factories import HOUSE

    made: WebHook = add_webhook(
        HOUSE, name="Warehouse", address=receiver.address, user=adam.user, secret=secret
    )
    return made


@pytest.fixture
def work() -> Callable[[], None]:
    """What a worker does within some seconds."""
    from artel.api.hooks.following import follow
    from artel.kernel.jobs.worker import drain

    def done() -> None:
        while follow(timezone.now()):
            drain()

    return done


@pytest.fixture
def later(work: Callable[[], None]) -> Callable[[], None]:
    """The same after the pause between two attempts, however long."""
    from artel.api.models import WebHookProgress

    def done() -> None:
        past = timezone.now() - timedelta(seconds=1)
        WebHookProgress.objects.filter(retry_at__isnull=False).update(retry_at=past)
        work()

    return done
