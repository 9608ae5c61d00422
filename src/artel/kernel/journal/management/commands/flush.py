"""Django's `flush`, which the triggers would refuse: it empties the base without a journal, and the journal too."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush

from artel.kernel.journal import triggers


class Command(Flush):
    """Empty every table. The triggers stand again afterwards, with the tables' new numbers."""

    def handle(self, **options: Any) -> None:
        triggers.remove()
        super().handle(**options)
        triggers.install()
