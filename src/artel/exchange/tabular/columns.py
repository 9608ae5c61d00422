"""From the first row of a file to the columns of a resource: every header must be known, none may be meant twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from artel.kernel.access import ALL_FIELDS, FieldSet
from artel.kernel.arguments import Argument
from artel.kernel.attributes.models import Attribute
from artel.kernel.attributes.record import Attributed
from artel.kernel.attributes.values import argument_of, definitions
from artel.kernel.commands import Command
from artel.kernel.contact_points import PointType
from artel.lib.tabular.reading import fold_header
from artel.lib.tabular.unreadable import Unreadable
from artel.lib.words import capital
from artel.screens.vocabulary import Field, Resource

REFUSAL_COLUMNS = ("line", "column", "reason")
"""The columns that a file of refused rows has in front: it may be corrected and imported as it is."""

ATTRIBUTES = "attributes"
_CANONICAL = {str(PointType.PHONE), str(PointType.EMAIL)}

_UNKNOWN = _("Unknown columns: %(columns)s. Known are: %(known)s.")
_TWICE = _("The columns %(columns)s mean the same: %(field)s.")
_NOT_IN_FILE = _("The mapping names columns that the file does not have: %(columns)s.")


@dataclass(frozen=True)
class Column:
    """One column of the file that is imported: where it stands and what it feeds."""

    index: int
    header: str
    field: Field
    argument: Argument

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_reference(self) -> bool:
        return self.argument.kind == "reference"

    @property
    def point_type(self) -> str:
        """`phone` or `email` for a contact point that has a canonical form."""
        kind = self.field.kind or self.name
        return kind if kind in _CANONICAL else ""

    @property
    def attribute(self) -> str:
        """The code of the custom attribute; empty for a declared field."""
        return attribute_code(self.argument.name)


@dataclass(frozen=True)
class Known:
    """What a resource has for one actor: its declared fields that he may see, then its custom attributes."""

    resource: Resource
    fields: list[Field]
    arguments: dict[str, Argument]
    attributes: dict[str, Attribute] = field(default_factory=dict)

    def label(self, one: Field) -> str:
        """The column's title in the present language."""
        argument = self.arguments.get(argument_name(one))
        return str(argument.label) if argument else (one.labels or [one.name])[0]

    @property
    def writable(self) -> list[Field]:
        """What a file may feed."""
        return [one for one in self.fields if argument_name(one) in self.arguments]

    def must(self, one: Field) -> bool:
        """Whether a new record cannot do without the field."""
        name = argument_name(one)
        command = self.resource.rows or self.resource.create
        asked = attribute_code(name) or (command and any(each.name == name for each in command.arguments))
        return one.required or bool(asked and self.arguments[name].required)


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
    return all(name in seen for name in (one.name, argument_name(one), one.path.split("__")[0]) if name)


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


def columns_of(
    known: Known, header: Sequence[str], mapping: Mapping[str, str | None] | None = None
) -> list[Column]:
    """The columns to import, in the file's order; read-only ones are known and left out.

    `mapping` gives a field name to a header of the file, or None to leave that column out. Raises Unreadable
    `unknown_columns`, `column_twice` or `mapping_unknown`.
    """
    named = _renamed(header, mapping or {})
    by_name = fields_by_header(known)
    found = [
        (index, title, by_name.get(fold_header(name)))
        for index, (title, name) in enumerate(zip(header, named, strict=True))
        if name is not None and not is_refusal_column(index, title)
    ]
    _refuse_unknown([title for _index, title, one in found if one is None], known)
    columns = [
        Column(index, title, one, known.arguments[argument_name(one)])
        for index, title, one in found
        if one is not None and argument_name(one) in known.arguments
    ]
    _refuse_twice(columns, known)
    return columns


def _attributes(resource: Resource, seen: FieldSet) -> dict[str, Attribute]:
    if not issubclass(resource.model, Attributed) or ATTRIBUTES not in seen:
        return {}
    return {one.path: one for one in definitions(resource.model) if one.path in seen}


def _renamed(header: Sequence[str], mapping: Mapping[str, str | None]) -> list[str | None]:
    wanted = {fold_header(title): name for title, name in mapping.items()}
    there = {fold_header(title) for title in header}
    missing = [title for title in mapping if fold_header(title) not in there]
    if missing:
        raise Unreadable("mapping_unknown", _NOT_IN_FILE, columns=", ".join(missing))
    return [wanted.get(fold_header(title), title) for title in header]


def is_refusal_column(index: int, title: str) -> bool:
    """Whether it is one of those that a file of refused rows has in front."""
    return index < len(REFUSAL_COLUMNS) and title == REFUSAL_COLUMNS[index]


def fields_by_header(known: Known) -> dict[str, Field]:
    """Names before declared labels before the labels of arguments, in each language; the first to claim one has it."""
    found: dict[str, Field] = {}

    def claim(claims: Iterable[tuple[str, Field]]) -> None:
        for text, one in claims:
            found.setdefault(fold_header(text), one)

    claim((one.name, one) for one in known.fields)
    claim((text, one) for one in known.fields for text in one.labels)
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            claim((known.label(one), one) for one in known.fields)
    return found


def _refuse_unknown(titles: Sequence[str], known: Known) -> None:
    if titles:
        names = ", ".join(one.name for one in known.fields)
        raise Unreadable("unknown_columns", _UNKNOWN, columns=", ".join(titles), known=names)


def _refuse_twice(columns: Sequence[Column], known: Known) -> None:
    by_name: dict[str, list[Column]] = {}
    for column in columns:
        by_name.setdefault(column.argument.name, []).append(column)
    for several in by_name.values():
        if len(several) > 1:
            titles = ", ".join(gettext("“%(name)s”") % {"name": column.header} for column in several)
            label = capital(known.label(several[0].field))
            raise Unreadable("column_twice", _TWICE, columns=titles, field=label)
