"""The only way out of the house: HTTP to addresses that other people wrote into a settings page or a web-hook.

Whoever may type an address must not reach the machines behind our firewall with it, so the name is resolved once, the
addresses are judged, and the connection goes to exactly what was judged, for every redirect again.
"""

from .client import Answer, send
from .refused import Broken, OutOfBounds

__all__ = ["Answer", "Broken", "OutOfBounds", "send"]
