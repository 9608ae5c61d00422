"""Query parameters of a list: `?potential__gte=1000` is a condition of the one filter language, `?filter=…` a tree of it.

A field the caller may not see, a field that does not exist and a misspelt comparison get the same answer. A record the
caller may not see cannot be asked for: filtering by its key finds nothing, and its name is refused as one that nobody has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from artel.kernel.attributes.expressions import AttributeValue
from artel.kernel.attributes.models import Attribute
from artel.kernel.attributes.values import KINDS
from artel.kernel.refusals import type_of_text
from artel.screens.filters import BadFilter, Leaf, Node, condition, load
from artel.screens.filters.operators import OF_KIND

from .columns import ATTRIBUTES, Bound, Column
from .paging import Key
from .problems import Problem
from .requests import holds_no_text

FILTER = "filter"
COMPARED = frozenset({"integer", "decimal", "day", "moment"})
ORDERED = ("gt", "gte", "lt", "lte")
MOST_VALUES = 200
WORDS: Mapping[str, str] = {"": "equals", "exact": "equals", "startswith": "begins"}
"""What the operators of the language are called in parameters, where they differ."""

Errors = dict[str, tuple[str, type_of_text]]


def conditions(bound: Bound, query: QueryDict, known: Iterable[str]) -> list[Q]:
    """The conditions of a query. Raises Problem 400 that names every parameter it does not understand."""
    errors: Errors = {}
    found = []
    for name in query:
        if name in known:
            continue
        for text in query.getlist(name):
            try:
                found.append(_condition(bound, _tree(bound, name, text)))
            except BadFilter as bad:
                errors |= _told(name, bad)
            except ValidationError as error:
                errors[name] = ("invalid", error.messages[0])
    refuse(errors)
    return found


def _condition(bound: Bound, tree: Node) -> Q:
    """A name that nothing is called by is a mistake of the caller, not an empty list."""
    return condition(bound.model, tree, bound.actor, must_be_called=True)


def _told(name: str, bad: BadFilter) -> Errors:
    """The mistakes of a tree at their places (`filter.all.0`), that of a plain parameter under its name."""
    if name == FILTER:
        return {
            f"{FILTER}.{at}".rstrip("."): ("unknown" if at in bad.unknown else "invalid", sentence)
            for at, sentence in bad.at.items()
        }
    [sentence] = list(bad.at.values())[:1]
    if bad.unknown:
        return {name: ("unknown", _("There is no such parameter here."))}
    return {name: ("invalid", sentence)}


def refuse(errors: Errors) -> None:
    """Raise Problem 400 unless all is well."""
    if errors:
        sentence = _("Some parameters were not understood.")
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_parameters", sentence, errors=errors)


def filters_of(column: Column) -> Sequence[str]:
    """The comparisons by which a list may be asked for a field: "" is equality; none when it cannot be."""
    if column.can_filter:
        return _operators(column)
    return ("",) if column.declared.find else ()


def _operators(column: Column) -> Sequence[str]:
    if column.kind == "boolean":
        return ("",)
    if column.kind == "json":
        return ("isnull",)
    return ("", "in", "isnull", *(ORDERED if column.kind in COMPARED else ()))


def _tree(bound: Bound, name: str, text: str) -> Node:
    if holds_no_text(text):
        raise ValidationError(_("The value holds characters that no text has."))
    if name == FILTER:
        return load(text)
    head, _sep, operator = name.rpartition("__")
    if name.startswith(f"{ATTRIBUTES}."):
        field, operator = (head, operator) if head in bound.attributes else (name, "")
        return _leaf(field, operator, text, _of_attribute(bound, field))
    column = bound.columns.get(name)
    if column is None and head:
        column = bound.columns.get(head)
    else:
        operator = ""
    known = filters_of(column) if column is not None else ()
    return _leaf(column.name if column else name, operator, text, known)


def _of_attribute(bound: Bound, name: str) -> Sequence[str]:
    """The comparisons of a custom attribute: those its kind has in the language."""
    attribute = bound.attributes.get(name)
    if attribute is None:
        return ()
    codes = {*OF_KIND[KINDS[attribute.kind]], "isnull"}
    names = ("", "exact", "in", "isnull", *ORDERED, "startswith", "contains")
    return [one for one in names if WORDS.get(one, one) in codes]


def _leaf(field: str, operator: str, text: str, known: Sequence[str]) -> Leaf:
    if operator not in known:
        raise BadFilter({"": _("There is no such parameter here.")}, frozenset({""}))
    if operator == "isnull":
        return Leaf(field, "empty" if _yes(text) else "not_empty")
    value = text.split(",")[:MOST_VALUES] if operator == "in" else text
    return Leaf(field, WORDS.get(operator, operator), value)


def _yes(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0"}:
        raise ValidationError(_("Yes or no is expected."))
    return text.lower() in {"true", "1"}


def order_of(bound: Bound, text: str) -> list[Key]:
    """The keys of `-started_at,name` or `attributes.size`. Raises Problem 400 for what the list cannot be sorted by."""
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    keys = [_key(bound, part, place) for place, part in enumerate(wanted)]
    if None in keys:
        sentence = _("Sort by: %(known)s.") % {"known": ", ".join([*bound.sorts, *_indexed(bound)])}
        refuse({"sort": ("unknown", sentence)})
    return [key for key in keys if key]


def _key(bound: Bound, part: str, place: int) -> Key | None:
    name, is_descending = part.removeprefix("-"), part.startswith("-")
    if name.startswith(f"{ATTRIBUTES}."):
        by = _indexed(bound).get(name)
        return Key(f"attribute_order_{place}", is_descending, name, AttributeValue(by)) if by else None
    if name not in bound.sorts:
        return None
    return Key("pk" if name == "id" else bound.columns[name].folded, is_descending)


def _indexed(bound: Bound) -> dict[str, Attribute]:
    """The attributes a list may be sorted by: those that have an index, as in lists of pages."""
    return {name: one for name, one in bound.attributes.items() if one.is_indexed}


def one_of(query: Mapping[str, str], name: str, default: int, most: int, *, digits: int = 8) -> int:
    """A whole number of the query between 1 and `most`. Raises Problem 400."""
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= digits and 1 <= int(text) <= most):
        refuse({name: ("invalid", _("A whole number from 1 to %(most)d is expected.") % {"most": most})})
    return int(text)
