"""What every base has from the start: dead letters of web-hooks as a view of their list."""

from __future__ import annotations

from artel.kernel.shipped import ship
from artel.screens.models import Audience, SavedView

ship(
    SavedView,
    [
        {
            "entity": "api.webhookdelivery",
            "audience": Audience.EVERYONE.value,
            "code": "dead-letters",
            "name": "Недоставленные",
            "name_en": "Dead letters",
            "filter": {"field": "state", "is": "in", "value": ["dead"]},
            "sort": "created_at",
        }
    ],
)
