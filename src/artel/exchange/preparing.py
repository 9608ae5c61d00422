"""Between a file and its import: how the file is read and which fields its columns are taken for, remembered for the next one.

Nothing but the preparation itself is written here (`trying` says what would become of the rows); the import is begun by `import_prepared`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import get_valid_filename
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import Duplicates, ImportProfile, ImportRun, PreparedImport, RelatedWay
from artel.exchange.tabular.importing import (
    ImportOptions,
    Opened,
    in_words,
    open_known,
    require_import,
)
from artel.exchange.tabular.known import Known, known_to
from artel.exchange.tabular.mapping import headers_key, kept, lacking, taken
from artel.exchange.work import owe, uploaded
from artel.kernel.actors import Actor
from artel.kernel.jobs.steer import cancel
from artel.kernel.refusals import Refused
from artel.lib.tabular.pasted import as_csv
from artel.lib.tabular.reading import AS_RECOGNISED, Reading, Row, Table, open_table
from artel.lib.uuid7 import uuid7
from artel.screens.registry import resource

if TYPE_CHECKING:
    from collections.abc import Iterable


_CHANGED = _(
    "The file was changed in another window meanwhile, so this was not taken; it is shown as it is now."
)

FIRST_ROWS = 20
MOST_KEPT = 200_000
"""Characters of the first rows that are kept for the page; longer rows are only counted."""


def give(
    actor: Actor, entity: str, name: str, pieces: Iterable[bytes], reading: Reading = AS_RECOGNISED
) -> PreparedImport:
    """Keep a file beside the base and take its columns for what they seem to be. Raises Refused, OSError; then nothing stays."""
    require_import(actor, resource(entity))
    folder = uploaded() / str(uuid7())
    folder.mkdir(parents=True, mode=0o700)
    path = folder / get_valid_filename(name)
    try:
        with path.open("wb") as file:
            file.writelines(pieces)
        return _prepared(actor, entity, path, reading)
    except BaseException:
        path.unlink(missing_ok=True)
        folder.rmdir()
        raise


def give_text(actor: Actor, entity: str, text: str) -> PreparedImport:
    """The same of rows copied from a spreadsheet."""
    name = gettext("pasted rows")
    reading = Reading(encoding="utf-8", delimiter=",") if "\t" in text else AS_RECOGNISED
    return give(actor, entity, f"{name}.csv", [as_csv(text).encode()], reading)


def set_up(
    actor: Actor,
    prepared: PreparedImport,
    mapping: Mapping[str, str | None],
    duplicates: Duplicates,
    on_related: RelatedWay = RelatedWay.FILL,
    *,
    key: str = "",
    constants: Mapping[str, str] | None = None,
) -> None:
    """Take the columns otherwise, and remember it for files like this one. Raises Refused, e.g. for two columns of one field.

    `key` and `constants` are as in ImportOptions.
    """
    names = {one.name for one in known_of(actor, prepared).writable_offers}
    chosen = {title: name if (name := mapping.get(title)) in names else None for title in prepared.header}
    given = {name: text for name, text in (constants or {}).items() if text}
    ways = {"duplicates": duplicates, "on_related": on_related, "key": key, "constants": given}
    wished = _set(copy(prepared), {"mapping": chosen, **ways})
    opened_of(actor, wished)
    is_same = all(getattr(prepared, name) == value for name, value in {"mapping": chosen, **ways}.items())
    _set(prepared, {"mapping": chosen, **ways})
    with transaction.atomic():
        if not is_same:
            move_on(prepared)
            _forget_check(prepared)
            prepared.save(update_fields=["mapping", *ways, "check_job"])
        ImportProfile.objects.update_or_create(
            user_id=prepared.user_id,
            entity=prepared.entity,
            headers=headers_key(prepared.header),
            defaults={"mapping": kept(chosen), **ways},
        )


def _set(prepared: PreparedImport, values: Mapping[str, Any]) -> PreparedImport:
    for name, value in values.items():
        setattr(prepared, name, value)
    return prepared


def read_otherwise(actor: Actor, prepared: PreparedImport, reading: Reading) -> None:
    """Take another sheet, encoding or delimiter: the columns are taken anew. Raises Refused, and all stays as it was."""
    _read(actor, prepared, reading)
    with transaction.atomic():
        move_on(prepared)
        _forget_check(prepared)
        prepared.mended.all().delete()  # its lines and columns were others
        prepared.save()


def move_on(prepared: PreparedImport) -> None:
    """Begin a change of what is prepared, in its transaction. Raises Refused `changed_meanwhile` when another window was faster."""
    unmoved = PreparedImport.objects.filter(pk=prepared.pk, version=prepared.version, run=None)
    if not unmoved.update(version=prepared.version + 1):
        raise Refused("changed_meanwhile", _CHANGED)
    prepared.version += 1


def hold(prepared: PreparedImport) -> ImportRun | None:
    """Let nobody change it until the transaction ends; its import, where that has begun. Raises Refused as `move_on` does."""
    as_it_is = PreparedImport.objects.select_for_update().get(pk=prepared.pk)
    if not as_it_is.run and as_it_is.version != prepared.version:
        raise Refused("changed_meanwhile", _CHANGED)
    return as_it_is.run


def known_of(actor: Actor, prepared: PreparedImport) -> Known:
    """The fields that a column may feed, as this person sees them."""
    return known_to(actor, resource(prepared.entity))


def opened_of(actor: Actor, prepared: PreparedImport) -> Opened:
    """The file as it is set up, judged anew without reading it. Raises Refused."""
    options = ImportOptions(
        key=prepared.key,
        duplicates=Duplicates(prepared.duplicates),
        on_related=RelatedWay(prepared.on_related),
        mapping=prepared.mapping,
        constants=prepared.constants,
        **asdict(reading_of(prepared)),
    )
    table = Table(
        Path(prepared.file),
        tuple(prepared.header),
        prepared.total,
        prepared.digest,
        reading=options.reading,
    )
    opened = open_known(actor, resource(prepared.entity), table, options)
    return replace(opened, mended=prepared.pk) if prepared.mended.exists() else opened


def reading_of(prepared: PreparedImport) -> Reading:
    """How the file is read."""
    return Reading(prepared.sheet, prepared.encoding, prepared.delimiter)


def lacks(opened: Opened, known: Known) -> str:
    """Which fields a new record must have and no column brings, in one sentence; empty when none is missing."""
    names = lacking(known, opened.layout, opened.resource.defaults(opened.actor))
    if not names:
        return ""
    listed = ", ".join(gettext("“%(name)s”") % {"name": name} for name in names)
    sentence = ngettext(
        "No column brings %(fields)s, and there is no new record without it.",
        "No columns bring %(fields)s, and there is no new record without them.",
        len(names),
    )
    return sentence % {"fields": listed}


def import_prepared(actor: Actor, prepared: PreparedImport) -> ImportRun:
    """Begin the import, once. Raises Refused `changed_meanwhile`, or `no_column` where every row would be refused for want of a field."""
    if prepared.run:
        return prepared.run
    opened = opened_of(actor, prepared)
    without = lacks(opened, known_of(actor, prepared))
    if without and opened.options.duplicates is not Duplicates.UPDATE:
        raise Refused("no_column", without)
    with transaction.atomic():
        if begun := hold(prepared):  # the button was pressed twice
            return begun
        _forget_check(prepared)
        prepared.run = owe(opened, Path(prepared.file))
        prepared.first = []
        prepared.save(update_fields=["run", "first", "check_job"])
    return prepared.run


def _forget_check(prepared: PreparedImport) -> None:
    """What was checked is no longer what is set up."""
    if prepared.check_job:
        cancel([prepared.check_job])
    prepared.check_job = None
    prepared.refused.all().delete()


def _prepared(actor: Actor, entity: str, path: Path, reading: Reading) -> PreparedImport:
    assert actor.user_id  # files are given by people
    prepared = PreparedImport(user_id=actor.user_id, entity=entity, file=str(path))
    _read(actor, prepared, reading)
    prepared.save(force_insert=True)
    return prepared


def _read(actor: Actor, prepared: PreparedImport, reading: Reading) -> None:
    with in_words():
        table = open_table(Path(prepared.file), FIRST_ROWS, reading)
    for name, value in asdict(table.reading).items():
        setattr(prepared, name, value)
    prepared.sheets = [list(sheet) for sheet in table.sheets]
    prepared.digest, prepared.total = table.digest, table.row_count
    prepared.header, prepared.first = list(table.header), list(_kept(table.first))
    alike = ImportProfile.objects.filter(entity=prepared.entity, headers=headers_key(prepared.header))
    profile = alike.filter(user=actor.user_id).first()
    remembered = profile.mapping if profile else _colleagues(alike)
    prepared.mapping = taken(known_of(actor, prepared), table.header, remembered)
    if profile:
        prepared.duplicates = _allowed(actor, prepared, Duplicates(profile.duplicates))
        prepared.on_related = profile.on_related
    for name, value in {"key": "", "constants": {}}.items():
        _set(prepared, {name: _usable(actor, prepared, name, getattr(profile, name, value), value)})


def _colleagues(alike: QuerySet[ImportProfile]) -> dict[str, Any]:
    """What a colleague took such columns for. Those he left out, perhaps because they are closed to him, are left to recognition."""
    found = alike.order_by("-id").first()
    return {title: name for title, name in found.mapping.items() if name} if found else {}


def _allowed(actor: Actor, prepared: PreparedImport, wish: Duplicates) -> Duplicates:
    """What was wished last time, as long as one still may."""
    with suppress(Refused):
        require_import(actor, resource(prepared.entity), wish)
        return wish
    return Duplicates.SKIP


def _usable(actor: Actor, prepared: PreparedImport, name: str, last: Any, usual: Any) -> Any:
    """What was chosen last time, as long as it still makes sense."""
    if last == usual:
        return usual
    with suppress(Refused):
        opened_of(actor, _set(copy(prepared), {name: last}))
        return last
    return usual


def _kept(rows: Iterable[Row]) -> Iterator[tuple[int, list[str]]]:
    size = 0
    for row in rows:
        size += sum(map(len, row.cells))
        if size > MOST_KEPT:
            return
        yield row.line, [cell.replace("\0", "") for cell in row.cells]
