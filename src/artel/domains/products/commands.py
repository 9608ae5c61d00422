"""Acts on sale terms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.clients import refuse_others
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Values
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import record_commands

from .models import Agreement


def _check(act: Act, lines: list[Line[Any, Values]]) -> None:
    """Without a client an agreement is a standard one; a client's own is only for who is marked as a client (rules §2.16)."""
    require_filled(lines, "name")
    refuse_others(lines, "client")
    for line in lines:
        client = line.value("client")
        if line.subject is None or "client" in line.args:
            line.args["is_standard"] = client is None
        starts, ends = line.value("starts_on"), line.value("ends_on")
        if starts and ends and ends < starts:
            sentence = _("The last day is before the first.")
            line.refuse("dates", sentence, fields={"ends_on": sentence})


agreements = record_commands(
    Agreement,
    fields=["name", "client", "starts_on", "ends_on", "is_archived", "comment"],
    computed=["is_standard"],
    check=_check,
)
