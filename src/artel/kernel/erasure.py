"""Erasing a person: the personal values of a record and its parts give way to a word, in the rows and in the journal.

erase_person = erasing_command(Person, room="partners")       # among a room's commands; its name among a screen's actions

Who changed what and when stays; what it was does not, and no undo brings it back. The database forgets old pages in a job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import erased_ids
from .actors import Actor
from .acts import Act, Line
from .applies import Applies
from .commands import Command, Declaration, register, stamp_of
from .dialect import dialect_of
from .files.erasing import blobs_of, cut_links, forget_bytes
from .files.models import FileVersion
from .jobs import cron, job
from .jobs.run import Run
from .journal.erasing import parts_ever, scrub
from .journal.models import ChangeSet
from .journal.writing import change_set
from .people import User
from .record_commands import NoArguments
from .records import Record, facts_of
from .registers import Erasure
from .search.trigrams import merge

Given = list[Line[Any, NoArguments]]
Rows = dict[type[Record], set[UUID]]
Along = Callable[[set[UUID]], Mapping[type[Record], set[UUID]]]

PERMISSION = "kernel.erase_person"

_erasing: dict[str, Command] = {}
_along: dict[str, list[Along]] = {}


def erased_along(entity: str) -> Callable[[Along], Along]:
    """Register what gives the keys of records of other kinds that hold the same people: an employee for a user."""

    def keep(provider: Along) -> Along:
        _along.setdefault(entity, []).append(provider)
        return provider

    return keep


def erasing_command(model: type[Record], *, room: str, applies: Applies | None = None) -> Command:
    """Make `room.erase_x`; `applies` says of which records."""

    def erase(act: Act, lines: Given) -> None:
        for line in lines:
            line.result = line.subject
        _erase(act, model, {line.subject.pk for line in lines})

    erase.__annotations__["lines"] = list[Line[model, NoArguments]]  # type: ignore[valid-type]
    declared = Declaration(
        PERMISSION,
        gettext_lazy("Erase personal data"),
        irreversible=True,
        confirm=gettext_lazy(
            "Names, phones, addresses and notes about this person give way to the word “erased”, here and in the whole "
            "history. Files that belong to nothing else are destroyed. Deals and other work stay. This cannot be taken back."
        ),
        icon="trash",
        done=gettext_lazy("Personal data erased."),
        applies=applies,
        on_marked=True,
    )
    made = register(Command(erase, declared, f"{room}.erase_{model._meta.model_name}"))
    _erasing[model._meta.label_lower] = made
    return made


def _erase(act: Act, model: type[Record], keys: set[UUID]) -> None:
    family: Rows = {model: keys}
    for provider in _along.get(model._meta.label_lower, ()):
        family |= provider(keys)
    for one, rows in list(family.items()):
        for part, more in parts_ever(one, rows).items():
            family.setdefault(part, set()).update(more)  # type: ignore[arg-type]
    family |= cut_links(act, family)
    blobs = blobs_of(family.get(FileVersion, ()))
    for one, rows in family.items():
        act.change_all(one, [(record, blanks(record)) for record in one._base_manager.filter(pk__in=rows)])
    for one, rows in family.items():
        scrub(one, rows)
    if model is User:
        ChangeSet.objects.filter(actor_id__in=keys).update(actor_label=erased_word())
    forget_bytes(blobs)
    _note(model, keys, act)


def _note(model: type[Record], keys: set[UUID], act: Act) -> None:
    entity = model._meta.label_lower
    Erasure.objects.bulk_create(
        [Erasure(record_id=key, entity=entity, at=act.at) for key in keys], ignore_conflicts=True
    )
    transaction.on_commit(lambda: erased_ids.remember((entity, key) for key in sorted(keys)))
    forget_for_good.using(actor=act.actor).enqueue()


def erased_word() -> str:
    """What stands in place of a name, in the company's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("erased")


def blanks(record: Record) -> dict[str, Any]:
    """The personal columns of a record without what they say; a part that is nothing without them is marked for deletion."""
    model = type(record)
    facts = facts_of(model)
    empty = {name: _blank(model._meta.get_field(name), record.pk) for name in facts.personal}
    return empty | ({"is_deleted": True} if facts.parent and "value" in empty else {})


def _blank(field: Any, key: UUID) -> Any:
    if field.null:
        return None
    if isinstance(field, models.JSONField):
        return field.get_default()
    if field.unique:
        return f"erased-{key.hex[-12:]}"
    return "" if field.blank or not field.editable else erased_word()


def unknown_to_base() -> dict[str, set[UUID]]:
    """Keys of the list outside that the base says nothing of although it has such records, by entity."""
    found: dict[str, set[UUID]] = {}
    for entity, key in erased_ids.remembered() - _known():
        found.setdefault(entity, set()).add(key)
    there = {entity: _there(entity, keys) for entity, keys in found.items() if entity in _erasing}
    return {entity: keys for entity, keys in there.items() if keys}


def _known() -> set[tuple[str, UUID]]:
    return set(Erasure.objects.values_list("entity", "record_id"))


def _there(entity: str, keys: Iterable[UUID]) -> set[UUID]:
    return set(apps.get_model(entity)._base_manager.filter(pk__in=keys).values_list("pk", flat=True))


@cron("23 * * * *")
@job("kernel.erase_again", label=gettext_lazy("Erase anew what a restored copy brought back"))
def erase_again(run: Run) -> int:
    """Nobody waits longer than an hour for what a copy brought back."""
    return erase_anew()


def erase_anew() -> int:
    """Repeat the erasures that the base does not know of, and put into the list outside those that it lacks; how many."""
    if lacking := _known() - erased_ids.remembered():
        erased_ids.remember(sorted(lacking))
    again = unknown_to_base()
    for entity, keys in again.items():
        _repeat(_erasing[entity], keys)
    return sum(map(len, again.values()))


def _repeat(made: Command, keys: set[UUID]) -> None:
    """As the copy has them these people may not have left yet: nobody is asked again."""
    house = Actor.system()
    with (
        transaction.atomic(),
        change_set(stamp_of(house), command=made.name, irreversible=True) as opened,
    ):
        _erase(Act(house, made.name, opened.at, opened), made.model, keys)


@job("kernel.forget_for_good", label=gettext_lazy("Overwrite what was erased"), queue="long")
def forget_for_good(run: Run) -> None:
    """Leave no old version of an erased value in the files of the database."""
    merge()
    with connection.cursor() as cursor:
        for statement in dialect_of(connection).forget():
            cursor.execute(statement)
