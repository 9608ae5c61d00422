"""What columns of a file may feed: the fields of a resource, and those of the records that its rows bring along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from artel.kernel.access import ALL_FIELDS, FieldSet, fields_visible_to, view_permission
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument
from artel.kernel.attributes.models import Attribute
from artel.kernel.attributes.record import Attributed
from artel.kernel.attributes.values import argument_of, definitions
from artel.kernel.commands import Command
from artel.lib.tabular.reading import fold_header
from artel.lib.words import capital
from artel.screens import registry
from artel.screens.vocabulary import Field, RelatedRecord, Resource

ATTRIBUTES = "attributes"


@dataclass(frozen=True)
class Known:
    """What a resource has for one actor: its declared fields that he may see, then its custom attributes.

    `parts` are the same of what its rows may bring along.
    """

    resource: Resource
    fields: list[Field]
    arguments: dict[str, Argument]
    attributes: dict[str, Attribute] = field(default_factory=dict)
    parts: Sequence[KnownPart] = ()

    def label(self, one: Field) -> str:
        """The column's title in the present language."""
        argument = self.arguments.get(argument_name(one))
        return str(one.label or (argument.label if argument else (one.labels or [one.name])[0]))

    @property
    def writable(self) -> list[Field]:
        """What a file may feed."""
        return [one for one in self.fields if argument_name(one) in self.arguments or one.spread]

    def must(self, one: Field) -> bool:
        """Whether a new record cannot do without the field."""
        name = argument_name(one)
        command = self.resource.rows or self.resource.create
        asked = attribute_code(name) or (command and any(each.name == name for each in command.arguments))
        return one.required or bool(asked and self.arguments[name].required)

    @cached_property
    def offers(self) -> list[Offer]:
        """Everything that a column may be taken for, its own fields first."""
        own = [Offer(self, one) for one in self.fields]
        return own + [
            Offer(part.known, one, part.related) for part in self.parts for one in part.known.writable
        ]

    @cached_property
    def writable_offers(self) -> list[Offer]:
        own = [Offer(self, one) for one in self.writable]
        return own + [one for one in self.offers if one.related]

    @property
    def constant_offers(self) -> list[Offer]:
        """What every row may say the same of: fields of its own."""
        return [Offer(self, one) for one in self.writable if not one.spread]


@dataclass(frozen=True)
class KnownPart:
    """A record that rows bring along, as an actor knows it: without the fields that the row's own feed."""

    related: RelatedRecord
    known: Known


@dataclass(frozen=True)
class Offer:
    """One thing that a column may be taken for: a field of the resource itself, or of what its rows bring along."""

    known: Known
    field: Field
    related: RelatedRecord | None = None

    @property
    def name(self) -> str:
        """`inn`, or `partner.inn`."""
        return f"{self.related.name}.{self.field.name}" if self.related else self.field.name

    @property
    def label(self) -> str:
        """Its words among others of the same record."""
        return capital(self.known.label(self.field))

    @property
    def title(self) -> str:
        """Its words by themselves: «Client: INN»."""
        if self.related is None:
            return self.label
        return _("%(what)s: %(field)s") % {"what": capital(self.related.label), "field": self.label}

    @property
    def feeds(self) -> tuple[str, ...]:
        """What no two columns of a file may feed both."""
        part = self.related.name if self.related else ""
        return (part, argument_name(self.field) or self.field.name)

    @property
    def is_writable(self) -> bool:
        return self.field.spread != {} or argument_name(self.field) in self.known.arguments

    @property
    def headings(self) -> Iterator[str]:
        """What a column of a related record may be headed by."""
        related = self.related
        if related is None:
            return
        yield from related.heads.get(self.field.name, ())
        own = [self.field.name, *self.field.labels]
        called = [related.name, *related.labels]
        for language, _title in settings.LANGUAGES:
            with translation.override(language):
                own.append(self.known.label(self.field))
                called.append(str(related.label))
        for what in dict.fromkeys(called):
            for text in dict.fromkeys(own):
                yield f"{what}: {text}"
                yield f"{what} {text}"


def known_to(actor: Actor, resource: Resource) -> Known:
    """What this person may feed from a file, with what its rows may bring along."""
    known = known_fields(resource, fields_visible_to(actor, resource.model))
    return replace(known, parts=list(_parts(actor, resource)))


def _parts(actor: Actor, resource: Resource) -> Iterator[KnownPart]:
    """Only of what the actor sees any of at all: else all of it would be made twice."""
    for related in resource.related:
        try:
            found = registry.resource(related.resource)
        except KeyError:  # switched off
            continue
        if actor.has(view_permission(found.model)):
            seen = known_fields(found, fields_visible_to(actor, found.model))
            fields = [one for one in seen.fields if argument_name(one) not in related.within]
            yield KnownPart(related, replace(seen, fields=fields))


def known_fields(resource: Resource, seen: FieldSet = ALL_FIELDS) -> Known:
    """Fields and attributes of a resource without the hidden ones: at most two queries."""
    fields = [one for one in resource.fields if is_seen(one, seen)]
    commands = [one for one in (resource.change, resource.create, resource.rows) if one]
    arguments = {argument.name: argument for command in commands for argument in command.arguments}
    attributes = _attributes(resource, seen)
    for path, attribute in attributes.items():
        arguments[path] = argument_of(attribute)
        fields.append(Field(name=path, labels=[text for text in (attribute.name, attribute.name_en) if text]))
    return Known(resource, fields, arguments, attributes)


def is_seen(one: Field, seen: FieldSet) -> bool:
    """Whether nothing that the field shows or feeds is hidden."""
    names = (one.name, argument_name(one), one.path.split("__")[0], *one.spread)
    return all(name in seen for name in names if name)


def argument_name(one: Field) -> str:
    """The argument that a field feeds; empty for a field that is only read."""
    return one.name if one.argument is None else one.argument


def attribute_code(name: str) -> str:
    return name.removeprefix(f"{ATTRIBUTES}.") if name.startswith(f"{ATTRIBUTES}.") else ""


def with_attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a command takes them: custom attributes gathered under their one argument."""
    gathered = {name: value for name, value in values.items() if not attribute_code(name)}
    if given := {code: value for name, value in values.items() if (code := attribute_code(name))}:
        gathered[ATTRIBUTES] = given
    return gathered


def required_by(resource: Resource, command: Command) -> list[str]:
    """The arguments that a new record must have: those of the command, and what the resource asks besides."""
    names = [argument.name for argument in command.arguments if argument.required]
    return list(dict.fromkeys([*names, *(argument_name(one) for one in resource.fields if one.required)]))


def offers_by_header(known: Known) -> dict[str, Offer]:
    """Names before declared labels before the labels of arguments, in each language; the first to claim one has it."""
    found: dict[str, Offer] = {}

    def claim(claims: Iterable[tuple[str, Offer]]) -> None:
        for text, one in claims:
            found.setdefault(fold_header(text), one)

    own = [one for one in known.offers if one.related is None]
    claim((one.name, one) for one in known.offers)
    claim((text, one) for one in own for text in one.field.labels)
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            claim((known.label(one.field), one) for one in own)
    claim((text, one) for one in known.offers for text in one.headings)
    return found


def _attributes(resource: Resource, seen: FieldSet) -> dict[str, Attribute]:
    if not issubclass(resource.model, Attributed) or ATTRIBUTES not in seen:
        return {}
    return {one.path: one for one in definitions(resource.model) if one.path in seen}
