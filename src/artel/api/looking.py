"""Looking across entities, and who one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from artel.kernel import options
from artel.kernel.access import fields_visible_to, view_permission
from artel.kernel.actors import Actor
from artel.kernel.offering import offered, reference
from artel.kernel.search import finding
from artel.kernel.search.texts import sources
from artel.screens import registry

from .calls import Call, answer
from .filters import one_of, refuse
from .requests import holds_no_text

LONGEST = 200


def search(call: Call) -> HttpResponse:
    """`{"items": [{"entity", "id", "code", "name"}]}`, at most `limit` of each entity.

    `act` and `argument` (`deals.open_deal`, `client`) look only for what that argument takes, `of` the record acted on.
    """
    query = call.request.GET
    refuse(
        {
            name: ("unknown", _("There is no such parameter here."))
            for name in query
            if name not in {"q", "limit", "act", "argument", "of"}
        }
    )
    text = query.get("q", "")
    if holds_no_text(text):
        refuse({"q": ("invalid", _("The value holds characters that no text has."))})
    limit = one_of(query, "limit", 5, 50)
    paths = _paths()
    is_narrow = "act" in query or "argument" in query
    found = (
        _for_argument(call, text[:LONGEST], limit)
        if is_narrow
        else finding.across(call.actor, paths, text[:LONGEST], limit)
    )
    items = [
        {
            "entity": paths[model],
            "id": str(record.pk),
            "code": _code(call.actor, record),
            "name": str(record),
        }
        for model, records in found
        if model in paths
        for record in records
    ]
    return answer({"items": items})


def _paths() -> dict[Any, str]:
    """The entities one may look for, those switched off left out."""
    switched = options.switched()
    return {
        one.model: one.path
        for one in registry.all_resources()
        if one.model in sources() and switched.get(one.option, True)
    }


def _for_argument(call: Call, text: str, limit: int) -> list[tuple[Any, list[Any]]]:
    query = call.request.GET
    asked = reference(call.actor, query.get("act", ""), query.get("argument", ""))
    if asked is None:
        refuse(
            {"argument": ("invalid", _("There is no such act with such a reference, or it is not yours."))}
        )
        return []
    rows = offered(call.actor, *asked, query.get("of", ""))
    model: Any = rows.model
    if model not in sources() or not call.actor.has(view_permission(model)):
        return []
    return [(model, finding.suggest(call.actor, model, text, limit, rows))]


def _code(actor: Actor, record: Any) -> str | None:
    if "code" not in fields_visible_to(actor, type(record)):
        return None
    return getattr(record, "code", None) or None


def me(call: Call) -> HttpResponse:
    """The person behind the token or session, with his roles and the options in use."""
    user = call.actor.user
    document = {
        "id": str(call.actor.user_id),
        "login": user.login if user else None,
        "name": user.name if user else None,
        "email": user.email if user else None,
        "language": user.language if user else "",
        "time_zone": user.time_zone if user else "",
        "kind": str(call.actor.kind),
        "scopes": sorted(call.actor.scopes) if call.actor.scopes is not None else None,
        "roles": sorted({grant.role for grant in call.actor.grants}),
        "options": sorted(code for code, is_on in options.switched().items() if is_on),
    }
    return answer(document)
