"""Fields that a role does not see: chosen among what lists, forms and files of any entity show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.utils.translation import gettext_lazy as _

from artel.exchange.tabular.known import argument_name, known_fields
from artel.kernel.acts import Act, Lines
from artel.kernel.arguments import argument
from artel.kernel.commands import command
from artel.kernel.refusals import type_of_text
from artel.kernel.roles import Role
from artel.lib.words import capital
from artel.screens import registry

SEPARATOR = ":"
NEVER = {"code", "id"}


def offered() -> Iterator[tuple[str, str, Sequence[str]]]:
    """Key, words and the names under which engines know it, of every field that may be closed."""
    for resource in registry.all_resources():
        known, model = known_fields(resource), resource.model._meta
        for one in known.fields:
            if one.name not in NEVER:
                words = f"{capital(model.verbose_name_plural)}: {known.label(one)}"
                names = {one.name, argument_name(one)} - {""}
                yield f"{model.label_lower}{SEPARATOR}{one.name}", words, sorted(names)


class FieldChoices(Sequence[tuple[str, type_of_text]]):
    """The fields as a form offers them: whatever is declared when it is asked."""

    def __len__(self) -> int:
        return len(list(offered()))

    @overload
    def __getitem__(self, place: int) -> tuple[str, type_of_text]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, type_of_text]]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return [(key, words) for key, words, _names in offered()][place]

    def __iter__(self) -> Iterator[tuple[str, type_of_text]]:
        return ((key, words) for key, words, _names in offered())


@dataclass(frozen=True, kw_only=True)
class ClosedField:
    """Which field."""

    field: str = argument(label=_("Field"), kind="choice", choices=FieldChoices())


@command(permission="kernel.change_role", label=_("Close a field"), icon="eye-off")
def close_field(act: Act, lines: Lines[Role, ClosedField]) -> None:
    """Who has no other role does not see the field any more, anywhere."""
    names = {key: found for key, _words, found in offered()}
    for line in lines:
        entity, hidden = _of(line.args.field, line.subject.hidden_fields)
        hidden[entity] = sorted({*hidden.get(entity, ()), *names[line.args.field]})
        act.change(line.subject, hidden_fields=hidden)
        line.result = line.subject


@command(permission="kernel.change_role", label=_("Open the field"), icon="eye")
def open_field(act: Act, lines: Lines[Role, ClosedField]) -> None:
    """The role sees the field again."""
    names = {key: found for key, _words, found in offered()}
    for line in lines:
        entity, hidden = _of(line.args.field, line.subject.hidden_fields)
        hidden[entity] = sorted({*hidden.get(entity, ())} - {*names[line.args.field]})
        act.change(line.subject, hidden_fields={key: found for key, found in hidden.items() if found})
        line.result = line.subject


def closed_of(role: Role) -> list[tuple[str, str]]:
    """Key and words of what is closed to a role."""
    return [
        (key, words)
        for key, words, names in (offered() if role.hidden_fields else ())
        if set(names) <= set(role.hidden_fields.get(key.partition(SEPARATOR)[0], ()))
    ]


def _of(key: str, hidden: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, Sequence[str]]]:
    return key.partition(SEPARATOR)[0], dict(hidden)
