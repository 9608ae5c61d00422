"""Values as the journal holds them, and as Python knows them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

ERASED = "artel:erased"
"""The only key of the object that stands where a personal value was erased."""


def is_erased(value: Any) -> bool:
    return isinstance(value, dict) and ERASED in value


def value_of(field: models.Field[Any, Any], raw: Any) -> Any:
    """A journalled value in the type that the field gives its model; a reference as its key, an erased one as itself.

    What no longer fits the field's present type comes back as it was written.
    """
    if raw is None or is_erased(raw):
        return raw
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    try:
        return _typed(field, raw)
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        return raw


def _typed(field: models.Field[Any, Any], raw: Any) -> Any:
    match field:
        case models.JSONField():
            return raw
        case models.DecimalField():
            return Decimal(str(raw)).quantize(Decimal(1).scaleb(-field.decimal_places))
        case models.FloatField():
            return float(raw)
        case models.DateTimeField():
            moment = datetime.fromisoformat(raw)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        case models.DurationField() if isinstance(raw, int):
            return timedelta(microseconds=raw)
        case _:
            return field.to_python(raw)


def read(text: str | None) -> Any:
    """JSON text without loss: fractions as Decimal."""
    return None if text is None else json.loads(text, parse_float=Decimal)


def same_value(field: models.Field[Any, Any], left: str | None, right: str | None) -> bool:
    """Whether two JSON texts say the same value of the field, however each is spelt."""
    return left == right or value_of(field, read(left)) == value_of(field, read(right))
