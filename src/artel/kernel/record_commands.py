"""Plain add, change and mark-for-deletion commands of a record, until a rule appears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .acts import Act, Line
from .arguments import Argument, Values
from .commands import Command, Declaration, register
from .records import Item, Record
from .where_used import told_uses, uses_of

Rule = Callable[[Act, list[Line[Any, Values]]], None]
Settle = Callable[[Act, Sequence[Line[Any, Any]], bool], None]
Make = Callable[[Act, list[tuple[Line[Any, Values], dict[str, Any]]]], Sequence[Record]]


@dataclass(frozen=True, kw_only=True)
class NoArguments:
    """A command without arguments."""


@dataclass(frozen=True)
class RecordCommands:
    """The plain commands of one record."""

    add: Command
    change: Command
    mark: Command
    unmark: Command

    @property
    def all(self) -> list[Command]:
        return [self.add, self.change, self.mark, self.unmark]


def record_commands(
    model: type[Record],
    *,
    fields: Sequence[str],
    create_only: Sequence[str] = (),
    computed: Sequence[str] = (),
    extra: Sequence[Argument] = (),
    check: Rule | None = None,
    after: Rule | None = None,
    make: Make | None = None,
    room: str = "",
    together: Sequence[Sequence[str]] = (),
    settle: Settle | None = None,
) -> RecordCommands:
    """Make `room.add_x`, `change_x`, `mark_x`, `unmark_x` with permissions of the same names.

    `check` sees the open lines before they are written and may refuse them; columns that nobody types (`computed`) it
    puts into `line.args`. `after` sees the lines with `line.result` set
    (contact points and the like go there, from `extra` arguments). `make` replaces the plain insert of a create, where
    what is asked for may be there already; it returns the records of the lines. `together`: see Declaration. `settle`: see marking_commands.
    An item of a directory takes its English name wherever it takes its name.
    """
    room = room or model._meta.app_label
    if issubclass(model, Item) and "name" in fields and "name_en" not in fields:
        fields = [each for name in fields for each in ((name, "name_en") if name == "name" else (name,))]
    own = {*fields, *create_only, *computed}

    def columns(line: Line[Any, Values]) -> dict[str, Any]:
        return {name: value for name, value in line.args.items() if name in own}

    def add(act: Act, lines: list[Line[Any, Values]]) -> None:
        ready = _checked(check, act, lines)
        if make:
            results = make(act, [(line, columns(line)) for line in ready])
        else:
            results = act.make(model, [columns(line) for line in ready])
        for line, result in zip(ready, results, strict=True):
            line.result = result
        if after:
            after(act, ready)

    def change(act: Act, lines: list[Line[Any, Values]]) -> None:
        ready = _checked(check, act, lines)
        act.change_all(model, [(line.subject, columns(line)) for line in ready])
        for line in ready:
            line.result = line.subject
        if after:
            after(act, ready)

    named = partial(_named, model, room, extra=tuple(extra))
    mark, unmark = marking_commands(model, room, settle)
    return RecordCommands(
        add=named(add, "add", _("Add: {what}"), creates=model, fields=(*fields, *create_only)),
        change=named(change, "change", _("Change: {what}"), fields=tuple(fields), together=together),
        mark=mark,
        unmark=unmark,
    )


def _named(model: type[Record], room: str, body: Any, verb: str, label: Any, **declared: Any) -> Command:
    """The command `room.verb_model`, with the permission of the same name."""
    body.__annotations__["lines"] = list[Line[model, Values]]  # type: ignore[valid-type]
    name = f"{room}.{verb}_{model._meta.model_name}"
    said = format_lazy(label, what=model._meta.verbose_name)
    return register(Command(body, Declaration(name, said, **declared), name))


def marking_commands(model: type[Record], room: str, settle: Settle | None = None) -> tuple[Command, Command]:
    """Make `room.mark_x` and `room.unmark_x` with the permission `room.delete_x`.

    `settle(act, lines, comes_back)` sees the lines when they are marked already, or still, and sets right what others are
    among which they stood (the main one of several).
    """
    word = model._meta.model_name

    def mark(act: Act, lines: list[Line[Any, NoArguments]]) -> None:
        used = uses_of(model, [line.subject.pk for line in lines])
        for line in lines:
            line.result = line.subject
            if found := used.get(line.subject.pk):
                named = told_uses(act.actor, line.subject.pk, found)
                line.refuse("in_use", format_lazy(_("It is in use: {where}."), where=named))
        act.change_all(model, [(line.subject, {"is_deleted": True}) for line in lines if line.is_open])
        if settle:
            settle(act, lines, False)

    def unmark(act: Act, lines: list[Line[Any, NoArguments]]) -> None:
        for line in lines:
            line.result = line.subject
        if settle:
            settle(act, lines, True)
        act.change_all(model, [(line.subject, {"is_deleted": False}) for line in lines])

    def made(body: Any, act_label: Any, verb: str, icon: str) -> Command:
        body.__annotations__["lines"] = list[Line[model, NoArguments]]  # type: ignore[valid-type]
        declared = Declaration(f"{room}.delete_{word}", act_label, icon=icon)
        return register(Command(body, declared, f"{room}.{verb}_{word}"))

    return (
        made(mark, _("Mark for deletion"), "mark", "trash"),
        made(unmark, _("Remove the deletion mark"), "unmark", "trash-off"),
    )


def _checked(check: Rule | None, act: Act, lines: list[Line[Any, Values]]) -> list[Line[Any, Values]]:
    if check:
        check(act, lines)
    return [line for line in lines if line.is_open]
