"""Query parameters of a list as conditions: any declared field, with `__gte`, `__lte`, `__in` and the like.

A field the caller may not see, a field that does not exist and a misspelt comparison get the same answer. A record the
caller may not see cannot be asked for: filtering by its key finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.attributes.expressions import condition
from artel.kernel.attributes.values import read_value, typed
from artel.kernel.records import facts_of
from artel.kernel.refusals import Refused, type_of_text
from artel.kernel.search.texts import Path
from artel.lib.names import sort_key
from artel.lib.phones import phone_search_key

from .columns import ATTRIBUTES, Bound, Column
from .lookups import resolve
from .problems import Problem
from .requests import holds_no_text

COMPARED = frozenset({"integer", "decimal", "day", "moment"})
ORDERED = ("gt", "gte", "lt", "lte")
MOST_VALUES = 200

Errors = dict[str, tuple[str, type_of_text]]


def conditions(bound: Bound, query: QueryDict, known: Iterable[str]) -> list[Q]:
    """The conditions of a query. Raises Problem 400 that names every parameter it does not understand."""
    errors: Errors = {}
    found = []
    for name in query:
        if name in known:
            continue
        try:
            found += [_condition(bound, name, text) for text in query.getlist(name)]
        except _Unknown:
            errors[name] = ("unknown", _("There is no such parameter here."))
        except ValidationError as error:
            errors[name] = ("invalid", error.messages[0])
    refuse(errors)
    return found


def refuse(errors: Errors) -> None:
    """Raise Problem 400 unless all is well."""
    if errors:
        sentence = _("Some parameters were not understood.")
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_parameters", sentence, errors=errors)


class _Unknown(Exception):
    """No parameter of this list."""


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


def _condition(bound: Bound, name: str, text: str) -> Q:
    if holds_no_text(text):
        raise ValidationError(_("The value holds characters that no text has."))
    head, _sep, operator = name.rpartition("__")
    if name.startswith(f"{ATTRIBUTES}."):
        return _of_attribute(bound, *((head, operator) if head in bound.attributes else (name, "")), text)
    column = bound.columns.get(name)
    if column is None and head:
        column = bound.columns.get(head)
    else:
        operator = ""
    if column is not None and column.declared.find and not column.can_filter and not operator:
        return _elsewhere(bound, column, text)
    if column is None or not column.can_filter or operator not in _operators(column):
        raise _Unknown
    return _through(column, bound.actor) & _compared(bound, column, operator, text)


def _compared(bound: Bound, column: Column, operator: str, text: str) -> Q:
    if operator == "isnull":
        return Q(**{f"{column.path}__isnull": _yes(text)})
    texts = text.split(",")[:MOST_VALUES] if operator == "in" else [text]
    if column.target is not None:
        keys = resolve(bound.actor, column.target, texts, column.declared.lookup).values()
        return Q(**{f"{column.path}__in": [record.pk for record in keys]})
    values = [_value(column, one) for one in texts]
    if column.folded != column.path:
        return Q(**{f"{column.folded}__in": [sort_key(value)[:250] for value in values]})
    if operator == "in":
        return Q(**{f"{column.path}__in": values})
    return Q(**{f"{column.path}__{operator or 'exact'}": values[0]})


def _elsewhere(bound: Bound, column: Column, text: str) -> Q:
    """A value that lies in rows of its own (a phone, a requisite): where the declaration says it is found."""
    path = Path(bound.model, column.declared.find)
    if column.target is not None:
        found = resolve(bound.actor, column.target, [text], column.declared.lookup).values()
        condition: dict[str, Any] = {f"{path.name}__in": [record.pk for record in found]}
    else:
        condition = {path.name: _KEYS.get(column.kind, str.strip)(text)}
    rows = bound.model._default_manager.filter(**condition, **path.present()).values("pk")
    own = column.name in {field.name for field in bound.model._meta.concrete_fields}
    return Q(pk__in=rows) | Q(**{column.name: text.strip()}) if own else Q(pk__in=rows)


_KEYS: Mapping[str, Callable[[str], str]] = {
    "phone": phone_search_key,
    "email": lambda text: text.strip().casefold(),
}


def _value(column: Column, text: str) -> Any:
    if column.kind == "key":
        try:
            return UUID(text)
        except ValueError as error:
            raise ValidationError(_("An id is expected.")) from error
    argument = column.argument
    assert argument is not None
    if not text.strip():
        if argument.kind not in {"text", "lines", "choice"}:
            raise ValidationError(_("A value is expected."))
        return ""
    value = argument.read(text)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValidationError(_("The number is too large."))
    return value


def _yes(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0"}:
        raise ValidationError(_("Yes or no is expected."))
    return text.lower() in {"true", "1"}


def _through(column: Column, actor: Actor) -> Q:
    """Along a path every record must be one the caller may see."""
    condition, path = Q(), []
    for step in column.steps[:-1]:
        path.append(step.name)
        model: Any = step.related_model
        if not (facts_of(model).public and actor.has(view_permission(model))):
            seen = restrict(model._default_manager.all(), actor, view_permission(model))
            condition &= Q(**{f"{'__'.join(path)}__in": seen.values("pk")})
    return condition


def _of_attribute(bound: Bound, name: str, operator: str, text: str) -> Q:
    attribute = bound.attributes.get(name)
    if attribute is None:
        raise _Unknown
    if operator == "isnull":
        return condition(attribute, operator, _yes(text))
    texts = text.split(",")[:MOST_VALUES] if operator == "in" else [text]
    values = [typed(attribute, read_value(attribute, one)) for one in texts]
    if None in values:
        raise ValidationError(_("A value is expected."))
    try:
        return condition(attribute, operator or "exact", values if operator == "in" else values[0])
    except Refused as refusal:
        raise _Unknown from refusal


def order_of(bound: Bound, text: str) -> list[tuple[str, bool]]:
    """(path, descending) of `-started_at,name`. Raises Problem 400 for what the list cannot be sorted by."""
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    bad = [part for part in wanted if part.lstrip("-") not in bound.sorts or part.startswith("--")]
    if bad:
        sentence = _("Sort by: %(known)s.") % {"known": ", ".join(bound.sorts)}
        refuse({"sort": ("unknown", sentence)})
    return [(_path(bound, part.lstrip("-")), part.startswith("-")) for part in wanted]


def _path(bound: Bound, name: str) -> str:
    return "id" if name == "id" else bound.columns[name].folded


def one_of(query: Mapping[str, str], name: str, default: int, most: int, *, digits: int = 8) -> int:
    """A whole number of the query between 1 and `most`. Raises Problem 400."""
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= digits and 1 <= int(text) <= most):
        refuse({name: ("invalid", _("A whole number from 1 to %(most)d is expected.") % {"most": most})})
    return int(text)
