"""One person's visit to one page: what every part of the page would otherwise read again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from artel.kernel import options
from artel.kernel.access import can, reaches_all_seen
from artel.kernel.actors import Actor


class Visit:
    """The actor and the options switched on, read once a request."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._permitted: dict[tuple[str, Any], bool] = {}

    @cached_property
    def switched(self) -> Mapping[str, bool]:
        """Every option with its present state."""
        return options.switched()

    def is_on(self, option: str) -> bool:
        """Whether something that belongs to an option is in use; what belongs to none always is."""
        return not option or self.switched.get(option, True)

    def may(self, permission: str, record: Any) -> bool:
        """`can` about a record known to be visible: no query when the right reaches as far as seeing does."""
        asked = permission, record.pk
        if asked not in self._permitted:
            self._permitted[asked] = self._reaches(permission, record)
        return self._permitted[asked]

    def _reaches(self, permission: str, record: Any) -> bool:
        if not self.actor.has(permission):
            return False
        return reaches_all_seen(self.actor, permission, type(record)) or can(self.actor, permission, record)


def visit_of(request: HttpRequest) -> Visit:
    """The visit of a guarded page."""
    visit: Visit = request.visit  # type: ignore[attr-defined]
    return visit
