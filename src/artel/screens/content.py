"""What a saved view may hold: read strictly when it is saved; what a reader may not see is told of when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel.actors import Actor
from artel.kernel.refusals import type_of_text

from .filters import BadFilter, condition, dump, read

MOST_COLUMNS, MOST_FORMATS = 40, 10
NARROWEST, WIDEST = 40, 800
STYLES: Mapping[str, type_of_text] = {
    "bad": gettext_lazy("red: wrong"),
    "warn": gettext_lazy("amber: soon"),
    "good": gettext_lazy("green: well"),
    "strong": gettext_lazy("bold: important"),
    "dim": gettext_lazy("grey: of no matter now"),
}
"""How what fulfils a condition looks; the words say the meaning, which colour alone must not carry."""

Errors = dict[str, type_of_text]


def filter_of(model: type[Model], given: Any, actor: Actor, errors: Errors) -> dict[str, Any]:
    """The tree as it is kept. A mistake is noted under `filter`, or under its place in it."""
    try:
        tree = read(given)
        condition(model, tree, actor)
    except BadFilter as bad:
        errors.update({f"filter.{at}".rstrip("."): sentence for at, sentence in bad.at.items()})
        return {}
    return dump(tree)


def columns_of(given: Any, errors: Errors) -> list[dict[str, Any]]:
    """Names with widths in pixels (0: as wide as declared), each once."""
    found: dict[str, dict[str, Any]] = {}
    for one in given if isinstance(given, list) else [None]:
        name, width = (one.get("name"), one.get("width", 0)) if isinstance(one, Mapping) else (None, 0)
        if not isinstance(name, str) or not 0 < len(name) <= 100 or not isinstance(width, int):
            errors["columns"] = _("Columns are a list of names with widths.")
            return []
        found.setdefault(name, {"name": name, "width": bounded(width)})
    if len(found) > MOST_COLUMNS:
        errors["columns"] = _("At most %(most)d columns.") % {"most": MOST_COLUMNS}
    return list(found.values())


def bounded(width: int) -> int:
    return min(max(width, NARROWEST), WIDEST) if width > 0 else 0


def formats_of(model: type[Model], given: Any, actor: Actor, errors: Errors) -> list[dict[str, Any]]:
    """Rules of conditional formatting: `{"when": tree, "style", "column": name or ""}`."""
    if not isinstance(given, list) or len(given) > MOST_FORMATS:
        errors["formats"] = _("At most %(most)d rules of formatting, as a list.") % {"most": MOST_FORMATS}
        return []
    return [_format(model, one, actor, number, errors) for number, one in enumerate(given)]


def _format(model: type[Model], one: Any, actor: Actor, number: int, errors: Errors) -> dict[str, Any]:
    style, column = (one.get("style"), one.get("column", "")) if isinstance(one, Mapping) else (None, "")
    if style not in STYLES or not isinstance(column, str) or len(column) > 100:
        known = ", ".join(STYLES)
        errors[f"formats.{number}"] = _("A rule has a condition and a style: %(known)s.") % {"known": known}
        return {}
    inner: Errors = {}
    when = filter_of(model, one.get("when"), actor, inner)
    errors.update({at.replace("filter", f"formats.{number}.when", 1): told for at, told in inner.items()})
    if not when and not inner:
        errors[f"formats.{number}"] = _("A rule without a condition would mark every row.")
    return {"when": when, "style": style, "column": column}
