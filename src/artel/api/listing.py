"""Lists: filters, order, find as you type, keyset pages. Nothing is counted unless asked, and then only so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _

from artel.kernel.files.owners import of_record
from artel.kernel.search import finding
from artel.kernel.search.texts import sources

from .calls import Call, answer, may_list, rows_of
from .columns import ATTRIBUTES, Bound
from .filters import conditions, one_of, order_of, refuse
from .paging import Key, Order
from .requests import holds_no_text

OWN_PARAMETERS = ("limit", "cursor", "sort", "q", "count", "fields")
USUAL_PAGE = 50
LARGEST_PAGE = 200
COUNTED = 10_000
"""Lists with more rows have no count."""


def list_files(call: Call) -> HttpResponse:
    """Files, also those of one record (`record=deals.deal:key`); of a record that the caller does not see there are none."""
    text = call.request.GET.get("record", "")
    return list_records(call, "files", _of_record(call, text) if text else Q(), known=("record",))


def _of_record(call: Call, text: str) -> Q:
    entity, _colon, raw = text.partition(":")
    try:
        key = UUID(raw)
    except ValueError:
        refuse({"record": ("invalid", _("An entity and an id are expected, such as deals.deal:ID."))})
    return of_record(call.actor, entity, key)


def list_records(call: Call, path: str, narrowed: Q | None = None, known: Sequence[str] = ()) -> HttpResponse:
    """`{"items", "next", "count"}`. Marked records come only when asked for (`is_deleted=true`).

    `narrowed` is what an address of its own asks besides, by the parameters `known`.
    """
    bound = call.resource(path)
    may_list(bound)
    query = call.request.GET
    limit = one_of(query, "limit", USUAL_PAGE, LARGEST_PAGE)
    order = Order.of(order_of(bound, query.get("sort", "")) or _usual(bound))
    only = _wanted(bound, query.get("fields", ""))
    rows = rows_of(bound)
    rows = rows.filter(narrowed) if narrowed else rows
    for condition in conditions(bound, query, (*OWN_PARAMETERS, *known)):
        rows = rows.filter(condition)
    if not any(name.startswith("is_deleted") for name in query):
        rows = rows.filter(is_deleted=False)
    rows = rows.filter(_found(bound, query.get("q", "")))
    count = _counted(rows) if _asks_count(query.get("count", "")) else None
    page, further = _page(rows, order, query.get("cursor", ""), limit)
    return answer({"items": bound.shown(page, only), "next": further, "count": count})


def _usual(bound: Bound) -> list[Key]:
    """By the first declared sort: it has an index that also serves what few may see."""
    first = bound.sorts[0]
    return [Key("pk" if first == "id" else bound.columns[first].folded)]


def _page(rows: Any, order: Order, cursor: str, limit: int) -> tuple[list[Any], str | None]:
    try:
        rows = order.ready(rows)
        begun = order.after(rows, cursor) if cursor else rows
    except ValueError:
        refuse({"cursor": ("invalid", _("The cursor belongs to another list or order."))})
    found = list(order.sorted(begun)[: limit + 1])
    return found[:limit], order.cursor(found[limit - 1]) if len(found) > limit else None


def _found(bound: Bound, text: str) -> Q:
    if not text.strip():
        return Q()
    if bound.model not in sources() or holds_no_text(text):
        refuse({"q": ("unknown", _("These records cannot be searched by text."))})
    return finding.find(bound.model, text, bound.actor)


def _wanted(bound: Bound, text: str) -> set[str] | None:
    """The fields that the caller wants alone; the key always comes along."""
    names = {name.strip() for name in text.split(",") if name.strip()}
    known = {*bound.columns, *([ATTRIBUTES] if bound.has_attributes else [])}
    if unknown := sorted(names - known):
        refuse(
            {"fields": ("unknown", _("There are no such fields: %(names)s.") % {"names": ", ".join(unknown)})}
        )
    return {"id", *names} if names else None


def _asks_count(text: str) -> bool:
    if text not in {"", "true", "false"}:
        refuse({"count": ("invalid", _("Yes or no is expected."))})
    return text == "true"


def _counted(rows: Any) -> int | None:
    found = int(rows.order_by()[: COUNTED + 1].count())
    return found if found <= COUNTED else None
