"""A command's arguments are its only schema: forms, endpoints, imports and process steps read them here."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from . import standing
from .access import one_seen, seen_by_key
from .actors import Actor
from .records import copied, facts_of
from .refusals import Refused, type_of_text

if TYPE_CHECKING:
    from .pointers import Pointers

REQUIRED = _("Fill this in.")
UNKNOWN = _("There is no such field here.")
FIRST_YEAR, LAST_YEAR = 1800, 2200
Dated = TypeVar("Dated", date, datetime)


class Values(dict[str, Any]):
    """Column values of one record by field name; a reference is a key (UUID) or the record itself."""

    def key(self, name: str) -> UUID | None:
        """The key behind a reference."""
        value = self.get(name)
        return value.pk if isinstance(value, models.Model) else value


Among = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Argument:
    """One argument of a command.

    `kind` is text, lines, integer, decimal, boolean, day, moment, choice, reference, pointer or json.
    A pointer names a record of any kind that `pointers` know, as text: the command finds it.
    A `secret` one is typed unseen and never shown again. `empty` is what an empty value means (or makes it).
    `proposed` makes what a form offers when it is opened: not typed by hand, and kept by no browser.
    `shape` is the JSON Schema of a json argument (of one item, when there are `many`).
    `among` narrows what a reference is offered to what the command takes: (rows, the record acted on or None) -> rows.
    """

    name: str
    label: type_of_text
    kind: str
    required: bool = False
    many: bool = False
    secret: bool = False
    default: Any = None
    empty: Any = None
    help: type_of_text = ""
    proposed: Callable[[], str] | None = field(default=None, compare=False)
    model: type[models.Model] | None = None
    among: Among | None = field(default=None, compare=False)
    pointers: Pointers | None = field(default=None, compare=False)
    choices: Sequence[tuple[str, type_of_text]] = ()
    shape: Mapping[str, Any] = field(default_factory=dict, compare=False)
    max_length: int | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    build: Callable[[Any], Any] | None = field(default=None, compare=False)
    validators: Sequence[Callable[[Any], None]] = field(default=(), compare=False)

    def read(self, raw: Any, actor: Actor | None = None) -> Any:
        """A typed value from text or JSON. Raises ValidationError with a sentence."""
        if self.many:
            return [self._one(item, actor) for item in (raw or [])]
        empty = raw is None or (isinstance(raw, str) and not trimmed(raw))
        if empty and self.kind != "boolean":
            if self.required:
                raise ValidationError(REQUIRED)
            if self.kind in {"text", "lines", "pointer"}:
                return ""
            return self.empty() if callable(self.empty) else self.empty
        return self._one(raw, actor)

    def offered(self, subject: Any = None) -> QuerySet[Any]:
        """The rows a reference may be chosen from, whoever asks: narrow them to the visible ones."""
        assert self.model is not None
        rows = self.model._default_manager.all()
        return self.among(rows, subject) if self.among else rows

    def _one(self, raw: Any, actor: Actor | None) -> Any:
        value = _READERS[self.kind](self, raw) if self.kind != "reference" else _reference(self, raw, actor)
        for validator in self.validators:
            validator(value)
        return self.build(value) if self.build else value


def trimmed(text: str) -> str:
    """Without white space at the ends, a byte order mark that came along with a paste included."""
    return text.strip().strip("\ufeff").strip()


def _text(argument: Argument, raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValidationError(_("A text is expected."))
    text = trimmed(raw.replace("\x00", ""))
    if argument.max_length and len(text) > argument.max_length:
        raise ValidationError(
            _("At most %(most)d characters, here are %(here)d.")
            % {"most": argument.max_length, "here": len(text)}
        )
    return text


def _integer(argument: Argument, raw: Any) -> int:
    if isinstance(raw, bool) or (isinstance(raw, float) and not raw.is_integer()):
        raise ValidationError(_("A whole number is expected."))
    try:
        return int(str(raw).replace("\u00a0", "").replace(" ", "")) if isinstance(raw, str) else int(raw)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValidationError(_("A whole number is expected.")) from error


def _decimal(argument: Argument, raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise ValidationError(_("A number is expected."))
    try:
        text = (
            str(raw)
            .replace("\u00a0", "")
            .replace("\u202f", "")
            .replace(" ", "")
            .replace(",", ".")
            .replace("\u2212", "-")
        )
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValidationError(_("A number is expected.")) from error
    if not number.is_finite():
        raise ValidationError(_("A number is expected."))
    if argument.max_digits is not None and number.adjusted() >= argument.max_digits - (
        argument.decimal_places or 0
    ):
        raise ValidationError(_("The number is too large."))
    places = argument.decimal_places
    if places is not None and number != number.quantize(Decimal(1).scaleb(-places)):
        raise ValidationError(_("At most %(places)d digits after the point.") % {"places": places})
    return number


_TRUE = {"1", "true", "yes", "on", "да", "x", "х", "истина"}
_FALSE = {"", "0", "false", "no", "off", "нет", "ложь"}


def _boolean(argument: Argument, raw: Any) -> bool:
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    text = str(raw).strip().casefold()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValidationError(_("Yes or no is expected."))


def _day(argument: Argument, raw: Any) -> date:
    if isinstance(raw, datetime):
        raw = timezone.localtime(_bounded(raw)).date() if timezone.is_aware(raw) else raw.date()
    found: date | None = raw if isinstance(raw, date) else _parsed(parse_date, _iso(str(raw).strip()))
    if found is None:
        raise ValidationError(_("A date is expected, such as 31.12.2026 or 2026-12-31."))
    return _bounded(found)


def _moment(argument: Argument, raw: Any) -> datetime:
    if isinstance(raw, datetime):
        return _aware(raw)
    if isinstance(raw, date):
        return _aware(datetime.combine(raw, datetime.min.time()))
    text = _iso(str(raw).strip())
    found = _parsed(parse_datetime, text)
    if found is None:
        day = _parsed(parse_date, text)
        found = None if day is None else datetime.combine(day, datetime.min.time())
    if found is None:
        raise ValidationError(_("A moment is expected, such as 31.12.2026 18:30."))
    return _aware(found)


def _aware(moment: datetime) -> datetime:
    """A moment without a zone is meant in the person's."""
    bounded = _bounded(moment)
    return bounded if timezone.is_aware(bounded) else timezone.make_aware(bounded)


def _bounded(day: Dated) -> Dated:
    """Within the years a company lives in: databases and zones break at the edges of the calendar."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError(_("The year must be between %(first)s and %(last)s.") % years)
    return day


def _parsed(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except ValueError:
        return None


def _iso(text: str) -> str:
    """ДД.ММ.ГГГГ чч:мм as ISO; other texts unchanged."""
    head, _sep, tail = text.partition(" ")
    parts = head.split(".")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) and len(parts[2]) == 4:
        head = f"{parts[2]}-{parts[1].zfill(2)}-{parts[0].zfill(2)}"
    return f"{head} {tail}".strip()


def _choice(argument: Argument, raw: Any) -> str:
    value = raw.value if isinstance(raw, Enum) else raw
    if value not in {code for code, _label in argument.choices}:
        raise ValidationError(
            _("Choose one of: %(known)s.")
            % {"known": ", ".join(str(label) for _c, label in argument.choices)}
        )
    return str(value)


def _json(argument: Argument, raw: Any) -> Any:
    """As it is; what is plainly of another shape is refused here, the rest by the command."""
    if argument.shape.get("type") == "object" and not isinstance(raw, dict):
        raise ValidationError(_("An object is expected."))
    if argument.shape.get("type") == "array" and not isinstance(raw, list):
        raise ValidationError(_("A list is expected."))
    if argument.shape.get("format") == "uuid" and not isinstance(raw, UUID):
        try:
            return UUID(str(raw))
        except ValueError as error:
            raise ValidationError(_("A key is expected.")) from error
    return raw


def _reference(argument: Argument, raw: Any, actor: Actor | None) -> models.Model:
    model = argument.model
    assert model is not None
    if isinstance(raw, model):
        return raw
    try:
        key = raw if isinstance(raw, UUID) else UUID(str(raw))
    except ValueError as error:
        raise ValidationError(_("There is no such record.")) from error
    found = _record(model, key, actor or Actor.system())
    if found is None:
        raise ValidationError(_("There is no such record."))
    return found


def _record(model: type[models.Model], key: UUID, actor: Actor) -> models.Model | None:
    """The record if the actor may see it. One that is kept is copied: an act may change what it is given."""
    if facts_of(model).standing and standing.present():
        kept = seen_by_key(actor, model, [key]).get(key)
        return None if kept is None else copied(kept)
    found: models.Model | None = one_seen(actor, model, key)
    return found


_READERS: Mapping[str, Callable[[Argument, Any], Any]] = {
    "text": _text,
    "lines": _text,
    "pointer": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "day": _day,
    "moment": _moment,
    "choice": _choice,
    "json": _json,
}


def argument(
    *,
    label: type_of_text = "",
    help: type_of_text = "",  # noqa: A002 -- the word of forms
    default: Any = dataclasses.MISSING,
    **more: Any,
) -> Any:
    """A dataclass field with what a form needs: `stage: Stage = argument(label=_("Stage"))`."""
    return dataclasses.field(default=default, metadata={"label": label, "help": help, **more})


def arguments_of(schema: type[Any]) -> list[Argument]:
    """The arguments a dataclass describes."""
    hints = get_type_hints(schema)
    return [_from_hint(one, hints[one.name]) for one in dataclasses.fields(schema)]


_KINDS: Mapping[type, str] = {
    str: "text", bool: "boolean", int: "integer", Decimal: "decimal", datetime: "moment", date: "day", dict: "json",
}  # fmt: skip


def _from_hint(one: dataclasses.Field[Any], hint: Any) -> Argument:
    optional = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
    many = False
    if get_origin(hint) in {Union, types.UnionType}:
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) in {list, tuple, Sequence}:
        many, hint = True, get_args(hint)[0]
    known = dict(one.metadata)
    label = known.pop("label", "") or one.name
    default = one.default if one.default is not dataclasses.MISSING else None
    common: dict[str, Any] = {
        "name": one.name,
        "label": label,
        "required": not optional,
        "many": many,
        "default": default,
    }
    common |= known
    if isinstance(hint, type) and issubclass(hint, models.Model):
        return Argument(kind="reference", model=hint, **common)
    if isinstance(hint, type) and issubclass(hint, models.Choices):
        return Argument(**{"kind": "choice", "choices": hint.choices, "build": hint, **common})
    shape = KEY if hint is UUID else {}
    return Argument(**{"kind": _KINDS.get(hint, "json"), "shape": shape, **common})


def argument_of_field(source: models.Field[Any, Any]) -> Argument:
    """The argument that a model field describes."""
    common: dict[str, Any] = {
        "name": source.name,
        "label": source.verbose_name,
        "required": not source.blank
        and not source.has_default()
        and not isinstance(source, models.BooleanField),
        "default": source.default if source.has_default() and not callable(source.default) else None,
        "empty": _empty(source),
        "help": source.help_text,
        "validators": tuple(v for v in source.validators if not isinstance(source, models.DecimalField)),
    }
    if isinstance(source, models.ForeignKey):
        among = facts_of(source.model).among.get(source.name) if hasattr(source.model, "facts") else None
        return Argument(
            kind="reference", model=source.related_model, among=among, **{**common, "validators": ()}
        )
    if source.flatchoices:
        return Argument(kind="choice", choices=source.flatchoices, **{**common, "validators": ()})
    if isinstance(source, models.DecimalField):
        return Argument(
            kind="decimal", max_digits=source.max_digits, decimal_places=source.decimal_places, **common
        )
    kind = _field_kind(source)
    shape = _shape(source) if kind == "json" else {}
    return Argument(kind=kind, shape=shape, max_length=getattr(source, "max_length", None), **common)


KEY: Mapping[str, Any] = {"type": "string", "format": "uuid"}
TEXTS: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}


def _shape(source: models.Field[Any, Any]) -> Mapping[str, Any]:
    if isinstance(source, models.UUIDField):
        return KEY
    return {list: TEXTS, dict: {"type": "object"}}.get(source.default, {})


def _empty(source: models.Field[Any, Any]) -> Any:
    """What a column holds when its field is emptied: nothing, or its default where it must hold something."""
    if source.null:
        return None
    if source.has_default():
        return source.default
    return "" if isinstance(source, models.CharField) else None


def _field_kind(source: models.Field[Any, Any]) -> str:
    for types_of_field, kind in (
        (models.BooleanField, "boolean"),
        (models.DateTimeField, "moment"),
        (models.DateField, "day"),
        (models.IntegerField, "integer"),
        (models.TextField, "lines"),
        (models.CharField, "text"),
    ):
        if isinstance(source, types_of_field):
            return kind
    return "json"


def read_all(
    known: Sequence[Argument], raw: Mapping[str, Any], actor: Actor | None, *, partial: bool = False
) -> dict[str, Any]:
    """All arguments at once; raises Refused("invalid") with a sentence beside each bad field.

    `partial` leaves out arguments that are absent from `raw` (a change of some fields).
    """
    values: dict[str, Any] = {}
    errors: dict[str, type_of_text] = {
        name: UNKNOWN for name in raw if name not in {one.name for one in known}
    }
    for one in known:
        if one.name not in raw and (partial or not one.required):
            if not partial and one.default is not None:
                values[one.name] = one.default
            continue
        try:
            values[one.name] = one.read(raw.get(one.name), actor)
        except ValidationError as error:
            errors[one.name] = error.messages[0]
    if errors:
        raise Refused("invalid", _("Some fields need correcting."), fields=errors)
    return values
