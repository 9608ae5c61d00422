"""Files for programs: what is known of them. Their bytes have addresses of their own (`files.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from artel.kernel.actors import Actor
from artel.kernel.files import commands
from artel.kernel.files.models import File, FileVersion
from artel.kernel.files.owners import records_of
from artel.kernel.people import User
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource


def _records(actor: Actor, records: Sequence[Any]) -> Mapping[UUID, str]:
    """`deals.deal:key partners.partner:key`: as `record` of a list asks for them."""
    return {
        key: " ".join(f"{one._meta.label_lower}:{one.pk}" for one in found)
        for key, found in records_of(actor, records).items()
    }


def _numbers(_actor: Actor, records: Sequence[Any]) -> Mapping[UUID, int]:
    """The numbers of the present versions: one query."""
    present = [record.current_id for record in records if record.current_id]
    return dict(FileVersion.objects.filter(pk__in=present).values_list("file", "number"))


register_resource(
    Resource(
        path="files",
        model=File,
        fields=[
            Field(name="name", labels=("Имя файла", "File name"), required=True),
            Field(name="description", labels=("Описание", "Description")),
            Field(name="media_type", argument="", labels=("Тип", "Type")),
            Field(name="size", argument="", labels=("Размер", "Size"), sort=True),
            Field(name="author", argument="", labels=("Кто прикрепил", "Attached by"), model=User),
            Field(name="is_private", argument="", labels=("Личный", "Private")),
            Field(
                name="number", argument="", labels=("Версия", "Version number"), fetch=_numbers, filter=False
            ),
            Field(
                name="records",
                argument="",
                labels=("Прикреплён к", "Belongs to"),
                fetch=_records,
                filter=False,
            ),
        ],
        keys=("name",),
        change=commands.change_file,
        mark=commands.mark_file,
        commands=[
            commands.link_file,
            commands.unlink_file,
            commands.restore_version,
            commands.make_private,
            commands.make_common,
            commands.unmark_file,
        ],
        sorts=["created_at", "name"],
        imports=False,
    )
)
