"""Statistics of a deal's stages as pure functions: rows in, rows out (rules §2.5, §2.7).

One row a stage the deal has been at. `path` is the ordered list of stages of the deal's kind; a row whose stage has left
that list keeps its place before all the others and is never touched. The current row is the «in work» one furthest along
the path; when a deal is won or lost, it is the furthest row.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile
from typing import TypeAlias

Stage: TypeAlias = Hashable
Person: TypeAlias = Hashable | None

_DAY = timedelta(days=1)


class Result(StrEnum):
    """Of a row and of a deal alike. A won row says that the stage was passed, not that the deal is won."""

    IN_WORK = "in_work"
    WON = "won"
    LOST = "lost"


class StageRefused(ValueError):
    """The change breaks a rule of stages; `code` says which one.

    `no_rows`, `not_on_path`, `same_stage`, `not_in_work` (a finished deal only moves back), `before_start` (a stage
    would end before it starts).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One stage of one deal. `duration` is whole days, known only when the row was closed as won."""

    stage: Stage
    started_at: datetime
    ended_at: datetime | None = None
    duration: int | None = None
    result: Result = Result.IN_WORK
    responsible: Person = None
    potential: Decimal = Decimal(0)


Rows: TypeAlias = tuple[StageRow, ...]
Path: TypeAlias = Sequence[Stage]


def duration_days(started_at: datetime, ended_at: datetime) -> int:
    """(end − start) / 86 400 s, rounded half up to whole days; the end must not be before the start."""
    return (2 * (ended_at - started_at) + _DAY) // (2 * _DAY)


def current_row(rows: Rows, path: Path) -> StageRow | None:
    """The row a deal stands at, or None when it has no statistics at all."""
    ordered = _ordered(rows, path)
    in_work = [row for row in ordered if row.result is Result.IN_WORK]
    candidates = in_work or ordered
    return candidates[-1] if candidates else None


def begun(path: Path, at: datetime, responsible: Person = None, potential: Decimal = Decimal(0)) -> Rows:
    """The rows of a new deal: the first stage in work. A path without stages has no statistics."""
    return tuple(
        StageRow(stage=stage, started_at=at, responsible=responsible, potential=potential)
        for stage in path[:1]
    )


def moved(rows: Rows, path: Path, target: Stage, at: datetime, responsible: Person = None) -> Rows:
    """The deal at another stage of its path, further or back, as moved by `responsible` at `at`."""
    current = _current(rows, path)
    if target not in path:
        raise StageRefused("not_on_path")
    if target == current.stage:
        raise StageRefused("same_stage")
    fresh = StageRow(stage=target, started_at=at, responsible=responsible, potential=current.potential)
    if _place(path, target) < _place(path, current.stage):
        return _moved_back(rows, path, current, fresh)
    return _moved_forward(rows, path, current, fresh)


def lost(rows: Rows, path: Path, at: datetime) -> Rows:
    """The deal is lost at its current stage: the row ends, its duration is not computed."""
    current = _current(rows, path)
    _check_order(current.started_at, at)
    return _with(rows, path, replace(current, result=Result.LOST, ended_at=at, duration=None))


def won(rows: Rows, path: Path, at: datetime) -> Rows:
    """The deal is won: its current stage is closed as passed. Stages further along are not filled in."""
    return _with(rows, path, _closed(_current(rows, path), at))


def reopened(rows: Rows, path: Path) -> Rows:
    """A finished deal is in work again at the stage where it stood."""
    return _with(rows, path, _in_work_again(_current(rows, path)))


def resumed(rows: Rows, path: Path, target: Stage, at: datetime, responsible: Person = None) -> Rows:
    """A finished deal is in work again at `target`, moved there from the stage where it stood."""
    again = reopened(rows, path)
    return again if _current(again, path).stage == target else moved(again, path, target, at, responsible)


def restarted(rows: Rows, path: Path, started_at: datetime) -> Rows:
    """Another start of the current stage; the end and the duration of the stage before it follow.

    Stages jumped over on the way are passed in no time at the moment of the jump, so they go with it.
    """
    current = _current(rows, path)
    if current.ended_at is not None:
        _check_order(started_at, current.ended_at)
    changed = replace(current, started_at=started_at)
    if current.duration is not None and current.ended_at is not None:
        changed = replace(changed, duration=duration_days(started_at, current.ended_at))
    before = [row for row in _ordered(rows, path) if _place(path, row.stage) < _place(path, current.stage)]
    jumped = _jumped_over(before[1:], path, current.started_at)
    before = before[: len(before) - len(jumped)]
    shifted = [replace(row, started_at=started_at, ended_at=started_at) for row in jumped]
    if not before or before[-1].stage not in path or before[-1].ended_at is None:
        return _with(rows, path, changed, *shifted)
    return _with(rows, path, changed, *shifted, _closed(before[-1], started_at))


def _jumped_over(rows: Sequence[StageRow], path: Path, at: datetime) -> list[StageRow]:
    """Of rows in their order, the last ones that were passed in no time at the moment `at`."""
    jumped = list(takewhile(lambda row: row.started_at == row.ended_at == at, reversed(rows)))
    return [row for row in jumped if row.stage in path]


def relaid(
    rows: Rows, path: Path, at: datetime, responsible: Person = None, potential: Decimal = Decimal(0)
) -> Rows:
    """The rows of a deal whose kind became another one, with `path` of the new kind.

    Rows of stages that the new list has are kept. A deal that stood at none of them goes on at the stage after the furthest
    it passed, at the last one when it passed them all; one that has been at none begins at the first.
    """
    kept = _ordered(tuple(replace(row, potential=potential) for row in rows if row.stage in path), path)
    if not kept:
        return begun(path, at, responsible, potential)
    if any(row.result is not Result.WON for row in kept):
        return tuple(kept)
    after = path[_place(path, kept[-1].stage) + 1 :]
    if not after:
        return _with(tuple(kept), path, _in_work_again(kept[-1]))
    return (*kept, *begun(after, at, responsible, potential))


def with_potential(rows: Rows, potential: Decimal) -> Rows:
    """A changed potential of the deal reaches every row."""
    return tuple(replace(row, potential=potential) for row in rows)


def implied(
    path: Path,
    *,
    result: Result,
    started_at: datetime,
    ended_at: datetime | None,
    responsible: Person = None,
    potential: Decimal = Decimal(0),
) -> Rows:
    """The rows of a deal known only by its result and dates, as if it had been worked with the acts above.

    In work and lost deals stand at the first stage; a won one passed all stages, the first of them until the end.
    A finished deal without an end ended when it started.
    """
    rows = begun(path, started_at, responsible, potential)
    finished_at = ended_at or started_at
    if not rows or result is Result.IN_WORK:
        return rows
    if result is Result.LOST:
        return lost(rows, path, finished_at)
    if len(path) > 1:
        rows = moved(rows, path, path[-1], finished_at, responsible)
    return won(rows, path, finished_at)


def _moved_forward(rows: Rows, path: Path, current: StageRow, fresh: StageRow) -> Rows:
    """The current stage is passed, stages jumped over are passed in no time, the target is in work.

    A row that a jumped-over stage already has is kept as it is.
    """
    if current.result is not Result.IN_WORK:
        raise StageRefused("not_in_work")
    at = fresh.started_at
    between = path[_place(path, current.stage) + 1 : _place(path, fresh.stage)]
    known = {row.stage for row in rows}
    skipped = [_closed(replace(fresh, stage=stage), at) for stage in between if stage not in known]
    return _with(rows, path, _closed(current, at), *skipped, fresh)


def _moved_back(rows: Rows, path: Path, current: StageRow, fresh: StageRow) -> Rows:
    """Rows after the target disappear and the target is open again, with a lost deal as lost.

    A target the deal has never been at gets a row that starts now.
    """
    place = _place(path, fresh.stage)
    kept = tuple(row for row in rows if _place(path, row.stage) <= place)
    target = next((row for row in kept if row.stage == fresh.stage), fresh)
    result = Result.LOST if current.result is Result.LOST else Result.IN_WORK
    opened = replace(target, ended_at=None, duration=None, result=result, responsible=fresh.responsible)
    return _with(kept, path, opened)


def _current(rows: Rows, path: Path) -> StageRow:
    row = current_row(rows, path)
    if row is None:
        raise StageRefused("no_rows")
    return row


def _closed(row: StageRow, at: datetime) -> StageRow:
    _check_order(row.started_at, at)
    return replace(row, ended_at=at, duration=duration_days(row.started_at, at), result=Result.WON)


def _in_work_again(row: StageRow) -> StageRow:
    return replace(row, ended_at=None, duration=None, result=Result.IN_WORK)


def _check_order(started_at: datetime, ended_at: datetime) -> None:
    if ended_at < started_at:
        raise StageRefused("before_start")


def _place(path: Path, stage: Stage) -> int:
    return path.index(stage) if stage in path else -1


def _ordered(rows: Rows, path: Path) -> list[StageRow]:
    return sorted(rows, key=lambda row: _place(path, row.stage))


def _with(rows: Rows, path: Path, *changed: StageRow) -> Rows:
    """The rows with `changed` put in their places, in the order of the path."""
    by_stage = {row.stage: row for row in (*rows, *changed)}
    return tuple(_ordered(tuple(by_stage.values()), path))
