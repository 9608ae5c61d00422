"""How a value is read in SQL: one expression an attribute, the same in filters, sorting, grouping and its index.

Texts, days and choices are compared by their keys (no case, no ё) in the order of code points, so both databases answer
alike; numbers as numbers. A value that is not filled compares as the least one, never as NULL, so that a list sorted by
an attribute shows every record and pages by keys. The code stands in the SQL as a literal, because an index on an expression is only used by
a query that spells the expression the same way; codes are `[a-z][a-z0-9_]*`, checked here once more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Field, Func, Q, TextField
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    LessThan,
    LessThanOrEqual,
)
from django.utils.translation import gettext_lazy as _

from artel.kernel.refusals import Refused
from artel.lib.names import sort_key

from .models import Attribute, Kind, code_is_plain

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

AFTER_ALL = "\U0010ffff"

# Below every number that an attribute takes (15 digits).
NO_NUMBER = Decimal(-(10**16))

TEXTS = {
    "postgresql": "(COALESCE(%(column)s ->> '%(code)s', '') COLLATE \"C\")",
    "sqlite": "COALESCE(json_extract(%(column)s, '$.%(code)s'), '')",
}
NUMBERS = {
    "postgresql": f"COALESCE((%(column)s ->> '%(code)s')::numeric, {NO_NUMBER})",
    "sqlite": f"COALESCE(json_extract(%(column)s, '$.%(code)s'), {NO_NUMBER})",
}
BOOLEANS = {
    "postgresql": "COALESCE((%(column)s ->> '%(code)s')::boolean, false)",
    "sqlite": "COALESCE(json_extract(%(column)s, '$.%(code)s'), 0)",
}
TEMPLATES: Mapping[str, Mapping[str, str]] = {Kind.NUMBER: NUMBERS, Kind.BOOLEAN: BOOLEANS}


class NumberField(Field[Decimal, Decimal]):
    """A number inside JSON: exact in PostgreSQL, a double in SQLite (15 digits, which is what attributes are held to)."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or hasattr(value, "resolve_expression") else Decimal(value)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return float(value) if isinstance(value, Decimal) and connection.vendor == "sqlite" else value

    def from_db_value(self, value: Any, *_: object) -> Decimal | None:
        return None if value is None or value == NO_NUMBER else Decimal(str(value))


def column_of(kind: str) -> str:
    """The column that values of a kind are compared in."""
    return "attributes" if kind in {Kind.NUMBER, Kind.BOOLEAN} else "attribute_keys"


def sql_of(kind: str, code: str, column: str, vendor: str) -> str:
    """The expression over an already quoted column. Raises ValidationError for a code that is not plain."""
    code_is_plain(code)
    return TEMPLATES.get(kind, TEXTS)[vendor] % {"column": column, "code": code}


class AttributeValue(Func):
    """The comparable value of an attribute: ``Partner.objects.order_by(AttributeValue(region), "pk")``.

    `via` reaches over relations: ``AttributeValue(region, via="client")`` on deals.
    """

    def __init__(self, attribute: Attribute, via: str = "") -> None:
        self.kind, self.code = attribute.kind, attribute.code
        self.nothing = NOTHING.get(self.kind, "")
        path = f"{via}__{column_of(self.kind)}" if via else column_of(self.kind)
        super().__init__(F(path), output_field=FIELDS.get(self.kind, TextField)())

    def of(self, record: Any) -> Any:
        """What the expression gives for a record in hand."""
        value = getattr(record, column_of(self.kind)).get(self.code)
        if value is None:
            return self.nothing
        return Decimal(str(value)) if self.kind == Kind.NUMBER else value

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self._spelt(compiler, connection, "sqlite")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self._spelt(compiler, connection, "postgresql")

    def _spelt(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, vendor: str) -> Any:
        return self.as_sql(
            compiler, connection, template=sql_of(self.kind, self.code, "%(expressions)s", vendor)
        )

    @property
    def identity(self) -> tuple[Any, ...]:
        return (type(self), self.kind, self.code, *self.source_expressions)


NOTHING: Mapping[str, Any] = {Kind.NUMBER: NO_NUMBER, Kind.BOOLEAN: False}
FIELDS: Mapping[str, type[Field[Any, Any]]] = {Kind.NUMBER: NumberField, Kind.BOOLEAN: BooleanField}


def _comparable(attribute: Attribute, value: Any) -> Any:
    """A typed value as its expression gives it."""
    if attribute.kind in {Kind.NUMBER, Kind.BOOLEAN}:
        return value
    return sort_key(value.isoformat() if hasattr(value, "isoformat") else str(value))


def is_missing(expression: AttributeValue) -> Q:
    """Not filled. A yes-or-no that is not filled is a no."""
    return Q(Exact(expression, expression.nothing))


def _compare(lookup: type[Any]) -> Callable[[Any, Any], Q]:
    return lambda expression, value: Q(lookup(expression, value))


def _below(lookup: type[Any]) -> Callable[[Any, Any], Q]:
    """Less than a value, and filled at all."""
    return lambda expression, value: (
        Q(lookup(expression, value)) & Q(GreaterThan(expression, expression.nothing))
    )


def _starts(expression: Any, value: str) -> Q:
    """As a range, which an index can answer; LIKE needs an index of its own kind."""
    return Q(GreaterThanOrEqual(expression, value)) & Q(LessThan(expression, value + AFTER_ALL))


LOOKUPS: Mapping[str, Callable[[Any, Any], Q]] = {
    "exact": _compare(Exact),
    "gt": _compare(GreaterThan),
    "gte": _compare(GreaterThanOrEqual),
    "lt": _below(LessThan),
    "lte": _below(LessThanOrEqual),
    "startswith": _starts,
}


def condition(attribute: Attribute, lookup: str, value: Any, via: str = "") -> Q:
    """A filter by a typed value: exact, in, gt, gte, lt, lte, startswith, contains (texts), isnull.

    Raises Refused("unknown_filter") for another lookup.
    """
    expression = AttributeValue(attribute, via)
    if lookup == "isnull":
        return is_missing(expression) if value else ~is_missing(expression)
    if lookup == "in":
        return Q(In(expression, [_comparable(attribute, one) for one in value]))
    if lookup == "contains" and attribute.kind == Kind.STRING:
        return Q(Contains(expression, _comparable(attribute, value)))
    if lookup not in LOOKUPS:
        raise Refused("unknown_filter", _("An attribute cannot be filtered this way."))
    return LOOKUPS[lookup](expression, _comparable(attribute, value))
