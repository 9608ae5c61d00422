"""The one error of a file that is not a table we can read."""

from __future__ import annotations

from artel.lib.malformed import Malformed


class Unreadable(Malformed):
    """Raised before the first row is handed out, or in the middle of a file that changed while it was read."""
