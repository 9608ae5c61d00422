"""Only a partner marked as a client can be somebody's client (rules §2.16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Line
from artel.kernel.arguments import Values

from .models import Partner


def clients(rows: Any, _record: Any) -> Any:
    """What a client is chosen from: `Facts(among={"client": clients})`."""
    return rows.clients()


def competitors(rows: Any, _record: Any) -> Any:
    """What the winner of a lost deal is chosen from."""
    return rows.competitors()


def refuse_others(lines: Sequence[Line[Any, Values]], field: str = "client") -> None:
    """Refuse lines whose `field` names a partner that is no client: one query a batch."""
    named = [(line, key) for line in lines if (key := line.args.key(field)) is not None]
    clients = set(
        Partner.objects.clients().filter(pk__in={key for _line, key in named}).values_list("pk", flat=True)
    )
    for line, key in named:
        if key not in clients:
            sentence = _("This partner is not marked as a client.")
            line.refuse("not_a_client", sentence, fields={field: sentence})
