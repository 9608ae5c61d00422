"""Jobs as a person follows them: how far, what came of it, what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.kernel.jobs.models import Job, State

EQUATION = (
    ("rows", _("Rows in the file")),
    ("created", _("Created")),
    ("updated", _("Updated")),
    ("skipped", _("Unchanged")),
    ("refused", _("Refused")),
)
TONES = {State.DONE: "good", State.DEAD: "bad", State.CANCELLED: "warn"}


@dataclass(frozen=True)
class RunStory:
    """A job as its page shows it. `equation` is rows = created + updated + unchanged + refused, when it counts rows."""

    job: Job
    label: str

    @property
    def has_ended(self) -> bool:
        return self.job.is_finished

    @property
    def tone(self) -> str:
        return TONES.get(State(self.job.state), "accent")

    @property
    def percent(self) -> int | None:
        """0–100; None while the whole is unknown."""
        share = self.job.done_share
        return None if share is None else int(share * 100)

    @property
    def result(self) -> Mapping[str, Any]:
        return self.job.result if isinstance(self.job.result, dict) else {}

    @property
    def equation(self) -> Sequence[tuple[str, str, int]]:
        if not all(name in self.result for name, _label in EQUATION):
            return ()
        return [(name, str(label), int(self.result[name])) for name, label in EQUATION]

    @property
    def refused(self) -> Sequence[Mapping[str, Any]]:
        """The first refused rows: line, column, reason."""
        rows = self.result.get("refused_rows", ())
        return rows[:50] if isinstance(rows, list) else ()

    @property
    def change_set(self) -> int | None:
        """What may be taken back."""
        found = self.result.get("change_set")
        return found if isinstance(found, int) else None
