"""One web-hook of the demo: paused, to an address that belongs to nobody."""

from __future__ import annotations

from artel.kernel.actors import Actor
from artel.kernel.people import User

from .commands import add_webhook
from .hooks.signing import new_secret


def fill(actor: Actor) -> None:
    """On behalf of the administrator of the demo, if there is one."""
    admin = User.objects.filter(login="admin").first()
    if admin is not None:
        add_webhook(
            actor,
            name="Сайт и склад",
            address="https://hooks.example/artel",
            user=admin,
            is_active=False,
            entities=["deals", "partners"],
            secret=new_secret(),
        )
