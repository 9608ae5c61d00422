"""The only way out of the house: HTTP to addresses that other people wrote into a settings page or a web-hook.

Whoever may type an address must not reach the machines behind our firewall with it, so the name is resolved once, the
addresses are judged, and the connection goes to exactly what was judged, for every redirect again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .refused import Broken, OutOfBounds

if TYPE_CHECKING:
    from .client import Answer, send

__all__ = ["Answer", "Broken", "OutOfBounds", "send"]


def __getattr__(name: str) -> Any:
    """The client of HTTP takes a tenth of a process's start to load, and few processes go out."""
    if name not in __all__:
        raise AttributeError(name)
    from . import client  # noqa: PLC0415

    return getattr(client, name)
