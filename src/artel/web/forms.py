"""A command's arguments as a form: what stands in each field, what was typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artel.kernel import standing
from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument
from artel.kernel.attributes.values import typed as typed_value
from artel.kernel.commands import Command
from artel.kernel.refusals import Refused
from artel.lib.words import capital
from artel.screens import registry
from artel.screens.bulk.comparing import present
from artel.screens.vocabulary import Entity, Section

from . import formats
from .attributes import ATTRIBUTES, arguments_of, attributes_of, code_of
from .references import References
from .visit import Visit


@dataclass(frozen=True)
class FormField:
    """One field of a form, ready to be shown."""

    argument: Argument
    value: Any = ""
    shown: str = ""
    error: str = ""
    is_hidden: bool = False
    is_fixed: bool = False
    asked_by: str = ""
    """The command whose argument it is, and the record it is done to: what the field offers depends on both."""
    near: str = ""
    """The key of a record whose own are offered before anything is typed."""
    moment: datetime | None = None
    """What stands there to the second: the control shows minutes."""

    @property
    def name(self) -> str:
        return self.argument.name

    @property
    def label(self) -> str:
        return capital(self.argument.label)

    @property
    def kind(self) -> str:
        return self.argument.kind

    @property
    def note(self) -> str:
        return str(self.argument.help or "")

    @property
    def lookup(self) -> str:
        """Where a reference, among what its command takes, or a pointer is searched for."""
        if self.argument.pointers:
            return reverse("web:lookup", args=[self.argument.pointers.name])
        if self.argument.model is None:
            return ""
        base = reverse("web:lookup", args=[self.argument.model._meta.label_lower])
        if self.argument.among:
            return f"{base}?argument={self.name}&{self.asked_by}"
        return f"{base}?near={self.near}" if self.near else base

    def create_for(self, actor: Actor) -> str:
        """Where a missing reference is created in place; empty when this person may not."""
        entity = registry.screens_of(self.argument.model) if self.argument.model else None
        if entity is None or entity.create is None or not actor.has(entity.create.permission):
            return ""
        return reverse("web:new", args=[entity.path])


def asked_by(command: Command, record: Any = None) -> str:
    """The command of a field and the record it is done to, as the address of a look-up carries them."""
    return urlencode({"act": command.name, **({"of": str(record.pk)} if record is not None else {})})


@dataclass(frozen=True)
class FormSection:
    """A titled group of fields."""

    title: str
    fields: Sequence[FormField] = field(default_factory=tuple)


def sections_of(
    command: Command,
    declared: Sequence[Section],
    visit: Visit,
    values: Mapping[str, Any],
    record: Any = None,
) -> list[FormSection]:
    """The declared sections whose option is on, with the arguments this person may see, filled with typed values.

    Custom attributes that no section names follow in one of their own.
    """
    visible = fields_visible_to(visit.actor, command.model)
    known = {one.name: one for one in _explained(command) if one.name in visible}
    own = _attributes(command, visit.actor, values) if ATTRIBUTES in known else {}
    fields = known | {name: argument for name, (argument, _value) in own.items()}
    named = {name for section in declared for name in section.fields}
    last = Section(_("Custom attributes"), [name for name in own if name not in named])
    stand = {**values, **{name: value for name, (_argument, value) in own.items()}}
    found = [
        FormSection(
            str(section.title),
            filled(
                [fields[name] for name in section.fields if name in fields],
                visit.actor,
                stand,
                asked_by(command, record),
            ),
        )
        for section in (*declared, last)
        if visit.is_on(section.option)
    ]
    return [section for section in found if section.fields]


def _explained(command: Command) -> Iterator[Argument]:
    """The arguments with what the screens say of their fields."""
    entity = registry.screens_of(command.model)
    helps = entity.helps if entity else {}
    for one in command.arguments:
        yield replace(one, help=helps[one.name]) if one.name in helps else one


def field_behind(entity: Entity, column: str) -> str:
    """The field of the entity's form that changes what stands in a column; empty when no form does."""
    known = _names_of(entity.change) if entity.change else frozenset()
    if code_of(column):
        return column if ATTRIBUTES in known else ""
    is_typed = column in known and any(column in section.fields for section in entity.form)
    return column if is_typed else ""


@lru_cache(maxsize=512)
def _names_of(command: Command) -> frozenset[str]:
    return frozenset(one.name for one in command.arguments)


def empty_sections(entity: Entity, command: Command, visit: Visit) -> Sequence[FormSection]:
    """The same with nothing filled in: what a posted form of a new record is read by, made once while all it tells of stands."""
    kept = standing.present()

    def made() -> list[FormSection]:
        return sections_of(command, entity.form, visit, {})

    if kept is None:
        return made()
    hidden = fields_visible_to(visit.actor, command.model).hidden
    return kept.once(("form", entity.path, command.name, hidden, get_language()), made)


def _attributes(command: Command, actor: Actor, values: Mapping[str, Any]) -> dict[str, tuple[Argument, Any]]:
    """Fields for custom attributes by name, with what stands in them."""
    stored = values.get(ATTRIBUTES) or {}
    known = attributes_of(command.model, actor)
    by_path = {one.path: one for one in known}
    return {
        made.name: (made, typed_value(by_path[made.name], stored.get(code_of(made.name))))
        for made in arguments_of(known, stored)
    }


def filled(
    arguments: Iterable[Argument], actor: Actor, values: Mapping[str, Any], asked: str
) -> list[FormField]:
    """The fields with typed values; references this person may not see are neither named nor changed."""
    references = References(actor)
    chosen = list(arguments)
    for one in chosen:
        if one.kind == "reference" and one.model and values.get(one.name):
            references.want(one.model, [_key(values[one.name])])
    found = [_filled(one, values.get(one.name, _offered(one)), references) for one in chosen]
    return [replace(each, asked_by=asked) if each.argument.among else each for each in found]


def _offered(argument: Argument) -> Any:
    """What a new form holds: made for it, or the default."""
    return argument.proposed() if argument.proposed else argument.default


def read_well(arguments: Iterable[Argument], given: Mapping[str, str], actor: Actor) -> dict[str, Any]:
    """Values of an address, those that do not read left out: a mistyped address must not break a form."""
    values = {}
    for one in arguments:
        if given.get(one.name):
            with suppress(Refused, ValidationError):
                values[one.name] = one.read(given[one.name], actor)
    return values


def _filled(argument: Argument, value: Any, references: References) -> FormField:
    if argument.kind == "pointer":
        return _pointed(FormField(argument), str(value or ""), references.actor)
    if argument.kind != "reference" or argument.model is None:
        moment = value if isinstance(value, datetime) else None
        return FormField(argument, written(argument, value), moment=moment)
    key = _key(value) if value else None
    seen = references.seen(argument.model, key)
    return FormField(
        argument, str(key or "") if seen else "", str(seen or ""), is_hidden=key is not None and seen is None
    )


def written(argument: Argument, value: Any) -> Any:
    """A typed value as its control shows it."""
    if value is None:
        return False if argument.kind == "boolean" else ""
    if argument.kind == "day":
        return formats.typed_day(value)
    if isinstance(value, datetime):
        return f"{formats.typed_day(timezone.localtime(value).date())} {timezone.localtime(value):%H:%M}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",") if formats.is_russian() else f"{value:f}"
    return value


def typed(
    sections: Sequence[FormSection], posted: Mapping[str, str], errors: Mapping[str, Any], actor: Actor
) -> list[FormSection]:
    """The same form with what the person typed and what is wrong with it: nothing typed is lost."""
    return [
        replace(one, fields=[_typed(each, posted, errors, actor) for each in one.fields]) for one in sections
    ]


def _typed(each: FormField, posted: Mapping[str, str], errors: Mapping[str, Any], actor: Actor) -> FormField:
    error = str(errors.get(each.name, ""))
    if each.is_hidden and not posted.get(each.name):
        return replace(each, error=error)
    if each.kind == "boolean":
        return replace(each, value=each.name in posted, error=error)
    text = posted.get(each.name, "")
    if each.kind == "reference" and each.argument.model:
        return replace(_named(each, text, actor), error=error)
    if each.kind == "pointer":
        return replace(_pointed(each, text, actor), error=error)
    return replace(each, value=text, error=error)


def _pointed(each: FormField, text: str, actor: Actor) -> FormField:
    """What a pointer's text leads to, by name; one that leads nowhere, or to several, stands as it was typed."""
    pointers = each.argument.pointers
    found = pointers.find(actor, [text]).get(text, []) if pointers and text else []
    names = pointers.names(actor, found) if pointers and len(found) == 1 else {}
    return replace(each, value=text, shown=next(iter(names.values()), text))


def _named(each: FormField, text: str, actor: Actor) -> FormField:
    """A posted reference gets its name back; one that is not to be seen stays empty."""
    assert each.argument.model is not None
    try:
        [again] = filled(
            [each.argument],
            actor,
            {each.name: each.argument.read(text, actor) if text else None},
            each.asked_by,
        )
    except Exception:  # noqa: BLE001 -- whatever was posted, the form must be shown again
        return replace(each, value="", shown="")
    return again


def raw_of(sections: Iterable[FormSection], posted: Mapping[str, str]) -> dict[str, Any]:
    """What the command reads: only the fields of this form; an unticked box is a no, a closed reference is left alone.

    A moment that was not touched keeps its seconds. Custom attributes go under their one argument; a box that nobody ever
    ticked is not answered yet, and neither is one whose argument leaves the answer to the command (no default).
    """
    raw: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for each in (each for one in sections for each in one.fields):
        code = code_of(each.name)
        place, name = (attributes, code) if code else (raw, each.name)
        if each.kind == "boolean":
            is_answer = each.argument.required or each.argument.default is not None
            if each.name in posted or each.value or (is_answer and not code):
                place[name] = "true" if each.name in posted else "false"
        elif each.name in posted and not (each.is_hidden and not posted[each.name]):
            is_untouched = each.moment is not None and posted[each.name] == each.value
            place[name] = each.moment if is_untouched else posted[each.name]
    return {**raw, ATTRIBUTES: attributes} if attributes else raw


def changed_of(
    sections: Iterable[FormSection], posted: Mapping[str, str], command: Command
) -> dict[str, Any]:
    """What the form of an existing record changes: a field that comes back as it was shown says nothing, and touches nothing.

    What stands in a field may be less than what is kept (a main phone without its extension, a name of several, a reference
    that is closed); it must survive being shown.
    """
    fields = [each for one in sections for each in one.fields]
    changed = {each.name for each in fields if not _is_as_shown(each, posted)}
    for group in command.declared.together:
        if changed & set(group):
            changed |= set(group)
    kept = [each for each in fields if each.name in changed]
    return raw_of([FormSection("", kept)], posted)


def _is_as_shown(each: FormField, posted: Mapping[str, str]) -> bool:
    if each.kind == "boolean":
        return (each.name in posted) == bool(each.value)
    if each.name not in posted:
        return True
    return _one_line_ends(posted[each.name]) == _one_line_ends(str(each.value))


def _one_line_ends(text: str) -> str:
    """Browsers send the lines of a text with other ends than it is kept with."""
    return text.replace("\r\n", "\n").strip()


def values_of(record: models.Model, command: Command, actor: Actor) -> dict[str, Any]:
    """What stands in the record now, by argument: what programs and files read of it, else the column."""
    now = present(actor, [record], [one.name for one in command.arguments])
    return {name: values.get(record.pk) for name, values in now.items()}


def said_of(argument: Argument, value: Any, references: References) -> str:
    """A value of either side in words; a reference only when it may be seen."""
    if argument.kind == "reference" and argument.model and value is not None:
        references.want(argument.model, [_key(value)])
        seen = references.seen(argument.model, _key(value))
        return str(seen) if seen else _("closed to you")
    if argument.kind == "choice":
        return str({str(code): label for code, label in argument.choices}.get(str(value), value or "—"))
    if argument.kind == "boolean":
        return _("yes") if value else _("no")
    return str(written(argument, value)) or "—"


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
