"""The list and the card of files: declared here, once for the files of every room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import view_permission
from artel.kernel.actors import Actor
from artel.kernel.files import commands
from artel.kernel.files.kinds import Group, kind_of, types_of
from artel.kernel.files.models import File, FileVersion
from artel.kernel.files.owners import of_kind, of_record, records_of
from artel.kernel.refusals import type_of_text
from artel.screens import registry
from artel.screens.registry import add_section, register
from artel.screens.vocabulary import Cell, Entity, Filter, Panel, Section, SectionOfMenu, Table
from artel.web import formats
from artel.web.attached import Attached, Content, content_of, lines
from artel.web.references import References, address_of

add_section(SectionOfMenu(code="files", label=_("Files"), icon="paperclip", order=780))


def _kinds(_actor: Actor, records: Sequence[File]) -> Mapping[UUID, type_of_text]:
    return {record.pk: kind_of(record.media_type).label for record in records}


def _sizes(_actor: Actor, records: Sequence[File]) -> Mapping[UUID, str]:
    return {record.pk: formats.sized(record.size) for record in records}


@dataclass(frozen=True)
class Owner:
    """A record that a file belongs to, as its card names it."""

    label: str
    name: str
    address: str


def owners(actor: Actor, records: Sequence[File]) -> dict[UUID, list[Owner]]:
    """The records that the files belong to, of those this person sees."""
    return {key: [_owner(one) for one in found] for key, found in records_of(actor, records).items()}


def _owner(record: Any) -> Owner:
    word = str(record._meta.verbose_name)
    return Owner(word[:1].upper() + word[1:], str(record), address_of(record))


def _belongs(actor: Actor, records: Sequence[File]) -> Mapping[UUID, str]:
    return {
        key: ", ".join(one.name for one in found) for key, found in owners(actor, records).items() if found
    }


def _of_group(rows: QuerySet[Any], _actor: Actor, text: str) -> QuerySet[Any]:
    if text == Group.OTHER:
        known = [each for group in Group.values if group != Group.OTHER for each in types_of(group)]
        return rows.exclude(media_type__in=known)
    return rows.filter(media_type__in=types_of(text))


def _of_entity(rows: QuerySet[Any], actor: Actor, text: str) -> QuerySet[Any]:
    return rows.filter(of_kind(actor, text))


def _of_record(rows: QuerySet[Any], actor: Actor, text: str) -> QuerySet[Any]:
    """`deals.deal:key`; a record this person does not see has no files for him."""
    entity, _colon, raw = text.partition(":")
    try:
        return rows.filter(of_record(actor, entity, UUID(raw)))
    except ValueError:
        return rows.none()


def _entities(actor: Actor) -> Sequence[tuple[str, type_of_text]]:
    """The kinds of records that this person may see and that have a place of their own in the rail."""
    found: list[tuple[str, type_of_text]] = [
        (one.name, str(one.model._meta.verbose_name_plural))
        for one in registry.all_entities()
        if one.model is not File and one.section and actor.has(view_permission(one.model))
    ]
    return sorted(found, key=lambda one: str(one[1]))


KIND = Cell(name="kind", label=_("Type"), value=_kinds)
SIZE = Cell(name="bytes", label=_("Size"), value=_sizes, kind="text", width=80)
BELONGS = Cell(name="belongs", label=_("Belongs to"), value=_belongs)


@dataclass(frozen=True)
class VersionLine:
    """One version on the card of its file."""

    version: FileVersion
    content: Content
    who: str
    when: str
    is_present: bool
    given: Mapping[str, str]


@dataclass(frozen=True)
class Versions:
    """All versions of a file, the newest first, and where another is brought."""

    file: File
    lines: Sequence[VersionLine]


def _versions(actor: Actor, file: File) -> Versions:
    rows = file.versions.select_related("blob").defer("blob__words").order_by("-number")
    found = list(rows)
    references = References(actor)
    people: Any = FileVersion._meta.get_field("author").related_model
    references.want(people, [one.author_id for one in found])
    return Versions(
        file,
        [
            VersionLine(
                one,
                content_of(file, one),
                getattr(references.seen(people, one.author_id), "short", ""),
                formats.moment(one.created_at),
                one.pk == file.current_id,
                {"number": str(one.number)},
            )
            for one in found
        ],
    )


def _look(actor: Actor, file: File) -> Attached | None:
    [line] = lines(actor, [file])
    return line if line.content else None


def _owners(actor: Actor, file: File) -> Sequence[Owner]:
    return owners(actor, [file])[file.pk]


register(
    Entity(
        model=File,
        path="files",
        section="files",
        icon="paperclip",
        table=Table(
            columns=["name", KIND, SIZE, BELONGS, "author", "created_at"],
            more_columns=["description", "is_private"],
            filters=[
                Filter(name="type", label=_("Type"), apply=_of_group, choices=lambda _actor: Group.choices),
                Filter(name="entity", label=_("Attached to"), apply=_of_entity, choices=_entities),
                "author",
                "created_at",
                "size",
                "is_private",
                Filter(name="record", label=_("Record"), apply=_of_record),
            ],
            sorts=["created_at", "sort_name", "size"],
            order="-created_at",
        ),
        header=[KIND, SIZE],
        form=[Section(_("Main"), ["name", "description"])],
        facts=[
            Section(_("Main"), [KIND, SIZE, "author", "created_at", "is_private"]),
            Section(_("More"), ["description"]),
        ],
        change=commands.change_file,
        actions=[commands.make_private, commands.make_common, commands.mark_file, commands.unmark_file],
        panels=[
            Panel(name="look", title=_("Preview"), template="web/file_look.html", data=_look),
            Panel(
                name="versions",
                title=_("Versions"),
                template="web/file_versions.html",
                data=_versions,
                row_actions=[commands.restore_version],
            ),
            Panel(
                name="owners",
                title=_("Belongs to"),
                template="web/file_owners.html",
                data=_owners,
                place="right",
            ),
        ],
        help=_("Files of all records: they are attached on the card of a record, by dropping them there."),
    )
)
