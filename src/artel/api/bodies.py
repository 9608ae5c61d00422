"""JSON bodies as lines of a command: names checked, types checked strictly, references looked up for all lines at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
from artel.kernel.arguments import UNKNOWN, Argument
from artel.kernel.commands import Command
from artel.kernel.lookups import resolve
from artel.kernel.refusals import Refused, type_of_text
from artel.screens.vocabulary import Field

from .columns import ATTRIBUTES, Bound
from .requests import holds_no_text

INVALID = _("Some fields need correcting.")
READ_ONLY = _("This field can only be read.")
NO_SUCH_RECORD = _("There is no such record, or several are called so.")
BAD_TEXT = _("The value holds characters that no text has.")
WRONG_TYPE: Mapping[str, type_of_text] = {
    "text": _("A text is expected."),
    "lines": _("A text is expected."),
    "choice": _("A text is expected."),
    "pointer": _("An id, a code or a name is expected."),
    "reference": _("An id, a code or a name is expected."),
    "boolean": _("true or false is expected."),
    "integer": _("A whole number is expected."),
    "decimal": _("A number is expected: as a text, to keep it exact."),
    "day": _("A date is expected, such as 2026-12-31."),
    "moment": _("A moment is expected, such as 2026-12-31T18:30:00+03:00."),
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "decimal": (int, float, str),
}


@dataclass
class Draft:
    """One line on its way to a command: the arguments so far and what is wrong with them, by the caller's names."""

    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, type_of_text] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """How the caller calls a command's arguments."""

    arguments: Mapping[str, Argument]
    fields: Mapping[str, Field]
    known: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of_record(cls, bound: Bound, command: Command) -> Names:
        """The fields of a resource that a create or change takes."""
        by_name = {one.name: one for one in command.arguments}
        arguments, fields = {}, {}
        for name, column in bound.columns.items():
            fed = column.declared.argument if column.declared.argument is not None else name
            if fed in by_name:
                arguments[name], fields[name] = by_name[fed], column.declared
        for name in by_name.keys() - {one.name for one in arguments.values()}:
            if bound.resource.field(name) is None and name in bound.visible:
                arguments[name] = by_name[name]
        return cls(arguments, fields, frozenset(bound.columns), bound.visible.hidden)

    @classmethod
    def of_command(cls, command: Command) -> Names:
        return cls({one.name: one for one in command.arguments}, {})

    def outside(self) -> dict[str, str]:
        """Argument -> the caller's name."""
        return {argument.name: name for name, argument in self.arguments.items()}


def read_lines(
    actor: Actor,
    command: Command,
    names: Names,
    bodies: Sequence[Mapping[str, Any]],
    defaults: Mapping[str, Any] | None = None,
) -> list[Any]:
    """For each body the command's arguments, or the Refused that says what is wrong with it.

    `defaults` are typed values by the caller's names, for what a body leaves out.
    """
    drafts = [_draft(names, body) for body in bodies]
    _look_up(actor, names, drafts)
    for name, value in (defaults or {}).items():
        if name in names.arguments:
            for draft in drafts:
                draft.raw.setdefault(names.arguments[name].name, value)
    return [_read(actor, command, names, draft) for draft in drafts]


def read_one(
    actor: Actor,
    command: Command,
    names: Names,
    body: Mapping[str, Any],
    defaults: Mapping[str, Any] | None = None,
) -> Any:
    """The arguments of a single act. Raises Refused by the caller's names."""
    [read] = read_lines(actor, command, names, [body], defaults)
    if isinstance(read, Refused):
        raise read
    return read


def _draft(names: Names, body: Mapping[str, Any]) -> Draft:
    draft = Draft()
    for name, value in body.items():
        if name == ATTRIBUTES and isinstance(value, dict):
            hidden = [code for code in value if f"{ATTRIBUTES}.{code}" in names.hidden]
            draft.errors |= dict.fromkeys((f"{ATTRIBUTES}.{code}" for code in hidden), UNKNOWN)
        argument = names.arguments.get(name)
        if argument is None:
            draft.errors[name] = READ_ONLY if name in names.known else UNKNOWN
        elif wrong := _wrong(argument, value):
            draft.errors[name] = wrong
        else:
            draft.raw[argument.name] = value
    return draft


def _wrong(argument: Argument, value: Any) -> type_of_text | None:
    if argument.many and value is not None:
        if not isinstance(value, list):
            return _("A list is expected.")
        return next((wrong for item in value if (wrong := _wrong_one(argument, item))), None)
    return _wrong_one(argument, value)


def _wrong_one(argument: Argument, value: Any) -> type_of_text | None:
    if isinstance(value, str) and holds_no_text(value):
        return BAD_TEXT
    if value is None or argument.kind == "json":
        return None
    expected = _TYPES.get(argument.kind, (str,))
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        return WRONG_TYPE[argument.kind]
    if isinstance(value, int) and not -(2**31) <= value < 2**31:
        return _("The number is too large.")
    return None


def _look_up(actor: Actor, names: Names, drafts: Iterable[Draft]) -> None:
    """Replace what names a record by the record, for all lines together."""
    drafts = list(drafts)
    for name, argument in names.arguments.items():
        if argument.kind != "reference" or argument.model is None:
            continue
        asked = {text for draft in drafts for text in _texts(draft.raw.get(argument.name))}
        declared = names.fields.get(name)
        found = resolve(actor, argument.model, asked, declared.lookup if declared else ()) if asked else {}
        for draft in drafts:
            _put(draft, name, argument, found)


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if text]


def _put(draft: Draft, name: str, argument: Argument, found: Mapping[str, Any]) -> None:
    value = draft.raw.get(argument.name)
    if not value:
        return
    if any(text not in found for text in _texts(value)):
        draft.errors[name] = NO_SUCH_RECORD
        del draft.raw[argument.name]
    elif isinstance(value, list):
        draft.raw[argument.name] = [found[text] for text in value if text]
    else:
        draft.raw[argument.name] = found[value]


def _read(actor: Actor, command: Command, names: Names, draft: Draft) -> Any:
    outside = names.outside()
    try:
        args = command.read(draft.raw, actor)
    except Refused as refusal:
        said = {outside.get(name, name): text for name, text in refusal.fields.items()}
        return Refused(refusal.code, refusal.sentence, fields={**said, **draft.errors})
    if draft.errors:
        return Refused("invalid", INVALID, fields=draft.errors)
    return args


def renamed(refusal: Refused, names: Names) -> Refused:
    """A rule's refusal by the caller's names."""
    outside = names.outside()
    refusal.fields = {outside.get(name, name): text for name, text in refusal.fields.items()}
    refusal.needs = tuple(outside.get(name, name) for name in refusal.needs)
    return refusal
