"""Mending a prepared file where its rows are shown: cells written anew, rows left out. The file itself stays as it was given."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import MendedRow, PreparedImport, RefusedRow
from artel.exchange.preparing import move_on
from artel.kernel.refusals import Refused

_NO_ROW = _("There is no such cell among the rows that are shown.")
_TOO_LONG = _("A cell holds %(limit)s characters at most.")

MOST_WRITTEN = 20_000
"""Characters of a mended cell."""


def mend_cell(prepared: PreparedImport, line: int, place: int, text: str) -> None:
    """Write a cell anew; the text of the file takes it back. Raises Refused `no_row`, `too_long` or `changed_meanwhile`."""
    if len(text) > MOST_WRITTEN:
        raise Refused("too_long", _TOO_LONG % {"limit": MOST_WRITTEN})
    with transaction.atomic():
        mend = _mend_of(prepared, line)
        given = _given_cells(prepared, line)
        if not 0 <= place < min(len(given), len(prepared.header)):
            raise Refused("no_row", _NO_ROW)
        key = str(place)
        was = mend.was.get(key, given[place])
        if text == was:
            mend.cells.pop(key, None)
            mend.was.pop(key, None)
        else:
            mend.cells[key], mend.was[key] = text.replace("\0", ""), was
        _keep(prepared, mend)


def leave_out(prepared: PreparedImport, line: int, *, is_left_out: bool) -> None:
    """Leave a row out of the import, or take it in again. Raises Refused `no_row` or `changed_meanwhile`."""
    with transaction.atomic():
        mend = _mend_of(prepared, line)
        _given_cells(prepared, line)
        mend.is_left_out = is_left_out
        _keep(prepared, mend)


def _mend_of(prepared: PreparedImport, line: int) -> MendedRow:
    known: MendedRow | None = prepared.mended.filter(line=line).first()
    return known or MendedRow(prepared=prepared, line=line)


def _given_cells(prepared: PreparedImport, line: int) -> list[str]:
    """The cells of a row that is shown: one of the first, or one that the check would refuse."""
    for number, cells in prepared.first:
        if number == line:
            return list(cells)
    refused = RefusedRow.objects.filter(job=prepared.check_job, line=line).first()
    if refused is None:
        raise Refused("no_row", _NO_ROW)
    return list(refused.cells)


def _keep(prepared: PreparedImport, mend: MendedRow) -> None:
    move_on(prepared)
    mend.mended_at = timezone.now()
    if mend.cells or mend.is_left_out:
        mend.save()
    elif not mend._state.adding:
        mend.delete()
